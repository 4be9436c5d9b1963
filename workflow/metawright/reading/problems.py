"""What is wrong in a file that a person wrote, said so that the person can mend it."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong at one place.

    Attributes
    ----------
    file : str
        The file as the user named it.
    row : int
        Row as a spreadsheet counts it (header = 1), or line of a YAML file; 0 is the whole file.
    column : str
        Column of a table, or key path of a YAML file; may be empty.
    value : str
        What stands there; empty if nothing does.
    what : str
        What is wrong, what was expected and how to mend it, starting in lower case.
    """

    file: str
    row: int
    column: str
    value: str
    what: str

    @property
    def location(self) -> str:
        """Where it is: `file, row 17, column sd`."""
        place = [self.file]
        if self.row:
            place.append(f"{'row' if self.is_table else 'line'} {self.row}")
        if self.column:
            place.append(f"column {self.column}" if self.is_table else self.column)
        return ", ".join(place)

    @property
    def text(self) -> str:
        """The problem as one line: `file, row 17, column sd: '-6.5' is negative; ...`."""
        seen = f"'{self.value}' " if self.value else ""
        return f"{self.location}: {seen}{self.what}"

    @property
    def is_table(self) -> bool:
        """Whether the file has rows and columns."""
        return not self.file.endswith((".yaml", ".yml"))


class BadInput(Exception):  # noqa: N818 - it is the input that is bad, not the program
    """All problems of the files that were read, sorted by file and row.

    Attributes
    ----------
    problems : list of Problem
        All of them.
    by_review : dict
        Those of each review's own files, by the review's name.
    """

    def __init__(self, problems: Iterable[Problem], by_review: Mapping[str, list[Problem]] | None = None) -> None:
        self.problems = sorted(set(problems))
        self.by_review = dict(by_review or {})
        super().__init__(self.text)

    @property
    def text(self) -> str:
        """One line per problem, and a count at the end."""
        count = len(self.problems)
        lines = [problem.text for problem in self.problems]
        tail = (
            f"{count} problem{'s' if count > 1 else ''} found. Nothing was rebuilt; earlier results are as they were."
        )
        return "\n".join([*lines, tail])


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the closest known word, or nothing."""
    folded = {name.casefold(): name for name in known}
    close = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return f"; did you mean '{folded[close[0]]}'?" if close else ""


def one_of(words: Iterable[str]) -> str:
    """Return the words as `'a', 'b' or 'c'`."""
    quoted = [f"'{word}'" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"
