"""How alike two versions of one result are: identical bytes, identical numbers, or different."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest

IDENTICAL, NUMBERS, DIFFERENT = "identical", "numbers", "different"

#: Two numbers are the same if they differ by at most this, relative to the larger one ...
RELATIVE = 1e-9
#: ... or if their difference is below what rounding leaves of a zero.
ABSOLUTE = 1e-14

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_PRODUCER = re.compile(rb"/Producer\s*\(([^)]*)\)")
_APPLICATION = re.compile(rb"<Application>(pandoc[^<]*)</Application>")


@dataclass(frozen=True)
class FileComparison:
    """The verdict on one file, and the largest relative difference of its numbers where it has one."""

    verdict: str
    difference: float = 0.0


#: Characters of a line that are shown around a difference.
_AROUND = 60


def compare_files(before: bytes, after: bytes, versions: Mapping[str, tuple[str, str]] | None = None) -> FileComparison:
    """Compare two versions of a file.

    Text files are compared word by word, where numbers count as the same within `RELATIVE`; other files byte by byte.

    Parameters
    ----------
    before, after : bytes
        The contents.
    versions : mapping, optional
        Old and new version, by program; that a file names the new version of a program in place of the old one makes
        no difference.
    """
    if before == after:
        return FileComparison(IDENTICAL)
    try:
        old, new = before.decode("utf-8"), after.decode("utf-8")
    except UnicodeDecodeError:
        return FileComparison(DIFFERENT)
    old = _renamed(old, versions or {})
    if _NUMBER.split(old) != _NUMBER.split(new):
        return FileComparison(DIFFERENT)
    largest = 0.0
    for first, second in zip(_NUMBER.findall(old), _NUMBER.findall(new), strict=True):
        if first != second:
            largest = max(largest, _difference(float(first), float(second)))
    return FileComparison(NUMBERS if largest <= RELATIVE else DIFFERENT, largest)


def first_difference(before: bytes, after: bytes, versions: Mapping[str, tuple[str, str]] | None = None) -> list[str]:
    """Say in lines where two versions of a file, which `likeness` calls different, first differ.

    Parameters
    ----------
    before, after, versions
        As for `likeness`.
    """
    try:
        old, new = _renamed(before.decode("utf-8"), versions or {}).split("\n"), after.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        return [f"byte {_apart(before, after) + 1} ({len(before)} bytes archived, {len(after)} here)"]
    for number, (first, second) in enumerate(zip_longest(old, new), 1):
        if first is None or second is None:
            return [f"line {number} stands only {'here' if first is None else 'in the archive'}: {first or second}"]
        if compare_files(first.encode(), second.encode()).verdict == DIFFERENT:
            start = max(0, _apart(first, second) - _AROUND // 2)
            shown = (text[start : start + _AROUND] for text in (first, second))
            return [f"line {number}, {where}: {text}" for where, text in zip(("archived", "here"), shown, strict=True)]
    return []


def _apart(first: str | bytes, second: str | bytes) -> int:
    """Return the place of the first character that differs."""
    pairs = enumerate(zip(first, second, strict=False))
    return next((place for place, (one, other) in pairs if one != other), min(len(first), len(second)))


def _renamed(text: str, versions: Mapping[str, tuple[str, str]]) -> str:
    """Replace the version of each program where it follows the program's name with no other number between."""
    for name, (had, has) in versions.items():
        text = re.sub(
            rf"\b({re.escape(name)}\b[^0-9]{{0,80}}?)(?<![\d.]){re.escape(had)}(?![\d.])",
            lambda found, has=has: found[1] + has,
            text,
            flags=re.IGNORECASE,
        )
    return text


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
