"""The bytes of a table that people saved: which encoding, which mark between cells."""

import re
from dataclasses import dataclass

#: Applications of a cleaning rule to the whole file: (rule, before, after).
Note = tuple[str, str, str]

_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_DELIMITER_RULES = {";": "semicolon_separated", "\t": "tab_separated"}


@dataclass(frozen=True)
class Decoded:
    """The text of a file, the rules that were applied to get it, and what is wrong if there is none.

    Attributes
    ----------
    text : str
        Without byte order mark.
    notes : tuple of (rule, before, after)
        What was decided about the file.
    row : int
        Where decoding stopped; 0 is the whole file.
    value : str
        The bytes at which it stopped.
    error : str
        What is wrong; empty if nothing is.
    """

    text: str = ""
    notes: tuple[Note, ...] = ()
    row: int = 0
    value: str = ""
    error: str = ""


def decode(content: bytes) -> Decoded:
    """Return the text of UTF-8, UTF-16 or Windows-1252 bytes.

    UTF-8 is tried first; UTF-16 needs its byte order mark, or zeros in every other byte of its beginning; the
    rest is taken as Windows-1252, unless part of the file is UTF-8: then it was damaged on its way.
    """
    if content.startswith(b"\xef\xbb\xbf"):
        decoded = _utf8(content[3:])
        if not decoded.error:
            return Decoded(decoded.text, (("byte_order_mark", "UTF-8 with byte order mark", "UTF-8"), *decoded.notes))
        return decoded
    sixteen = _utf16(content)
    if sixteen:
        try:
            text = content.decode(sixteen).removeprefix("\ufeff")
        except UnicodeDecodeError:
            return Decoded(error="is not UTF-16 text, though it begins so; save the file as 'CSV UTF-8'")
        return Decoded(text, (("utf16_text", "UTF-16", "UTF-8"),))
    if b"\x00" in content:
        row = _row_of(content, content.index(b"\x00"))
        return Decoded(row=row, error="holds bytes that no text holds; save the file as 'CSV UTF-8' or as .xlsx")
    return _utf8(content)


def delimiter(text: str) -> tuple[str, tuple[Note, ...]]:
    """Return the mark between the cells, the one that stands most often in the header outside quotes."""
    header = re.sub(r'"[^"]*"', "", text).lstrip("\r\n").splitlines()[:1]
    counts = {mark: header[0].count(mark) if header else 0 for mark in (",", ";", "\t")}
    mark = max(counts, key=lambda one: counts[one])
    if mark == ",":
        return mark, ()
    words = {";": "semicolons", "\t": "tabs"}[mark]
    return mark, ((_DELIMITER_RULES[mark], f"{words} between cells", "commas between cells"),)


def _utf8(content: bytes) -> Decoded:
    try:
        return Decoded(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        row = _row_of(content, error.start)
        value = repr(content[error.start : error.start + 1])[2:-1]
        if _MULTIBYTE.search(content):
            what = "is not UTF-8, while other parts of the file are; open the file, look here, save as 'CSV UTF-8'"
            return Decoded(row=row, value=value, error=what)
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError:
            what = "is not UTF-8 text, nor Windows-1252; save the file as 'CSV UTF-8'"
            return Decoded(row=row, value=value, error=what)
        return Decoded(text, (("windows_1252_text", "Windows-1252", "UTF-8"),))


def _row_of(content: bytes, place: int) -> int:
    """Return the row of a byte, whether lines end as on Unix, Windows or the first Macs."""
    return len(re.findall(rb"\r\n|\r|\n", content[:place])) + 1


def _utf16(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    start = content[:64]
    if len(start) >= 4 and not any(start[1::2]) and all(start[::2]):
        return "utf-16-le"
    return "utf-16-be" if len(start) >= 4 and not any(start[::2]) and all(start[1::2]) else ""
