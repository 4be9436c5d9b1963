"""How alike two versions of one result are: identical bytes, identical numbers, or different."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

IDENTICAL, NUMBERS, DIFFERENT = "identical", "numbers", "different"

#: Two numbers are the same if they differ by at most this, relative to the larger one ...
RELATIVE = 1e-9
#: ... or if their difference is below what rounding leaves of a zero.
ABSOLUTE = 1e-14

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_PRODUCER = re.compile(rb"/Producer\s*\(([^)]*)\)")
_APPLICATION = re.compile(rb"<Application>(pandoc[^<]*)</Application>")


@dataclass(frozen=True)
class Likeness:
    """The verdict on one file, and the largest relative difference of its numbers where it has one."""

    verdict: str
    difference: float = 0.0


def likeness(before: bytes, after: bytes, versions: Mapping[str, str] | None = None) -> Likeness:
    """Compare two versions of a file.

    Text files are compared word by word, where numbers count as the same within `RELATIVE`; other files byte by byte.

    Parameters
    ----------
    before, after : bytes
        The contents.
    versions : mapping, optional
        New version by old version of programs that both files may name; naming another version makes no file differ.
    """
    if before == after:
        return Likeness(IDENTICAL)
    try:
        old, new = before.decode("utf-8"), after.decode("utf-8")
    except UnicodeDecodeError:
        return Likeness(DIFFERENT)
    for had, has in (versions or {}).items():
        old = re.sub(rf"(?<![\d.]){re.escape(had)}(?![\d.])", lambda _, has=has: has, old)
    if _NUMBER.split(old) != _NUMBER.split(new):
        return Likeness(DIFFERENT)
    largest = 0.0
    for first, second in zip(_NUMBER.findall(old), _NUMBER.findall(new), strict=True):
        if first != second:
            largest = max(largest, _difference(float(first), float(second)))
    return Likeness(NUMBERS if largest <= RELATIVE else DIFFERENT, largest)


def pdf_producer(content: bytes) -> str:
    """Return the program that a PDF says it was made by; empty if it says none."""
    found = _PRODUCER.search(content)
    return found[1].decode("latin-1") if found else ""


def docx_maker(content: bytes) -> str:
    """Return the program that a Word document of this workflow, which is not compressed, says it was made by."""
    found = _APPLICATION.search(content)
    return found[1].decode("utf-8", "replace") if found else ""


def _difference(first: float, second: float) -> float:
    apart = abs(first - second)
    relative = apart / max(abs(first), abs(second)) if apart else 0.0
    return 0.0 if relative > RELATIVE and apart <= ABSOLUTE else relative
