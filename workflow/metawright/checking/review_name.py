"""The review that the command line names, letter by letter."""

from collections.abc import Sequence


def named_review(read: object, arguments: Sequence[str]) -> object:
    """Return the review as it was typed.

    Snakemake reads what follows `--config review=` as a number, a truth value or YAML where it can: `08` would become
    8, `2022` no name at all, and `a #b` lose its end. A list (`review=[a, b]`) stays one.

    Parameters
    ----------
    read : object
        What Snakemake read.
    arguments : sequence of str
        The command line.
    """
    typed = [word.removeprefix("review=") for word in arguments if word.startswith("review=")]
    text = typed[-1] if typed else ""
    if not text or (isinstance(read, list) and text.startswith("[")):
        return read
    return [text[1:-1] if len(text) > 2 and text[0] == text[-1] and text[0] in "'\"" else text]
