"""What acts as a command in LaTeX and in BibTeX, whatever the engine and its fonts."""

import re
import unicodedata

#: ASCII characters that act, and how each is printed.
COMMANDS = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "%": r"\%",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
_LINE_ENDS = re.compile(r"\s*[\r\n\v\f\x85\u2028\u2029]+\s*")


def one_line(text: str) -> str:
    """Return *text* with spaces for line ends, without control characters."""
    return _drop_controls(_LINE_ENDS.sub(" ", text))


def escape_commands(text: object) -> str:
    """Return *text* with every letter and sign as it is, but for the ASCII characters that act as commands.

    For engines and fonts that have all letters. Line ends become spaces, control characters vanish.
    """
    return "".join(COMMANDS.get(char, char) for char in one_line(str(text)))


def escape_url(address: str) -> str:
    """Return an address for the first argument of `\\href`: percent-encoded, then `%`, `#`, `&` escaped."""
    safe = frozenset("-._~:/?#[]@!$&'()*+,;=%")
    encoded = "".join(
        char
        if char.isascii() and (char.isalnum() or char in safe)
        else "".join(f"%{b:02X}" for b in char.encode("utf-8", "replace"))
        for char in address
    )
    return re.sub(r"([%#&_$~])", r"\\\1", encoded)


def _drop_controls(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(
        " " if char == "\t" else char
        for char in text
        if char in "\t\u00ad" or unicodedata.category(char) not in ("Cc", "Cf", "Cs")
    )
