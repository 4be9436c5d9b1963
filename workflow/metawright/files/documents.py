"""JSON and text files: numbers at full precision, same content, same bytes."""

import gc
import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path
from typing import Any

from metawright.files.write import write_bytes

_quoted = json.encoder.encode_basestring
_TEXT, _FLOAT, _WHOLE = frozenset([str]), {float}, {int}
_LARGE = 1_000_000
_INSIDE = "\n  "


def plain(value: Any) -> Any:
    """Turn *value* into what JSON can hold.

    NumPy scalars and arrays become Python numbers and lists, dataclasses become dicts, and a number that is
    not finite becomes null: in every file of a review "not applicable" is empty, never zero.
    """
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if hasattr(value, "tolist"):  # NumPy array or scalar
        return plain(value.tolist())
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def read_json(path: str | Path) -> Any:
    """Return the content of the JSON file *path*; whoever reads it says of which type it is."""
    text = Path(path).read_text(encoding="utf-8")
    # Python looks for cycles again and again while objects are made; in a large document, which has none, that takes
    # half of the time, and as long again while a job works with it.
    waits = gc.isenabled()
    gc.disable()
    try:
        return json.loads(text)
    finally:
        if len(text) > _LARGE:
            gc.freeze()
        if waits:
            gc.enable()


def read_texts(paths: Iterable[str], root: str | Path | None = None) -> dict[str, str]:
    """Return the text of every file by its name without its suffix, or by its path below *root*."""
    found = [Path(path) for path in paths]
    names = [path.relative_to(root).as_posix() if root else path.stem for path in found]
    return {name: path.read_text(encoding="utf-8") for name, path in zip(names, found, strict=True)}


def write_json(path: str | Path, document: object) -> None:
    """Write *document* as JSON; floats in the shortest text that gives the same float64 back."""
    write_bytes(path, b"".join([piece.encode() for piece in json_pieces(document)]) + b"\n")


def json_pieces(document: object) -> Iterator[str]:
    """Yield what `json_text` returns piece by piece: the whole of a large document is long enough as bytes."""
    if type(document) is not dict or not document or not _TEXT.issuperset(map(type, document)):
        yield json_text(document)
        return
    opens = "{"
    for key, item in document.items():
        yield f"{opens}\n {_quoted(key)}: "
        opens = ","
        if type(item) is list and item:
            yield "["
            for place, one in enumerate(item):
                yield f"{',' if place else ''}\n  {json_text(one, _INSIDE)}"
            yield "\n ]"
        else:
            yield json_text(item, "\n ")
    yield "\n}"


def json_text(value: Any, line: str = "\n") -> str:
    """Return what `plain` makes of *value* as `json.dumps` with `indent=1` writes it, in a quarter of the time.

    With an indent the standard library goes through Python, piece by piece, and `plain` copies everything first.

    Parameters
    ----------
    value : object
        Anything that `plain` takes.
    line : str
        The line end with the indent of the place where the value stands.
    """
    kind = type(value)
    if kind is str:
        return _quoted(value)
    if kind is float:
        return repr(value) if math.isfinite(value) else "null"
    if value is None:
        return "null"
    if kind is dict:
        if not value:
            return "{}"
        inner = line + " "
        named = value if _TEXT.issuperset(map(type, value)) else {str(key): item for key, item in value.items()}
        items = [
            f"{_quoted(key)}: {_quoted(item) if type(item) is str else json_text(item, inner)}"
            for key, item in named.items()
        ]
        return f"{{{inner}{f',{inner}'.join(items)}{line}}}"
    if kind is list or kind is tuple:
        if not value:
            return "[]"
        inner = line + " "
        kinds = set(map(type, value))
        if kinds == _FLOAT and all(map(math.isfinite, value)):
            texts = map(float.__repr__, value)
        elif kinds == _WHOLE:
            texts = map(int.__repr__, value)
        else:
            texts = [json_text(item, inner) for item in value]
        return f"[{inner}{f',{inner}'.join(texts)}{line}]"
    if kind is bool or kind is int:
        return "true" if value is True else "false" if value is False else repr(value)
    if hasattr(value, "tolist"):  # NumPy array or scalar
        return json_text(value.tolist(), line)
    if is_dataclass(value) and not isinstance(value, type):
        return json_text({field.name: getattr(value, field.name) for field in fields(value)}, line)
    made = plain(value)
    # What is still of another kind is for the library to write or to refuse.
    known = type(made) in (str, float, dict, list, int, bool) or made is None
    return json_text(made, line) if known else json.dumps(made, ensure_ascii=False, allow_nan=False)


def json_line(value: object, separators: tuple[str, str] = (", ", ": ")) -> str:
    """Return what `plain` makes of *value* as JSON on one line.

    Parameters
    ----------
    value : object
        Anything that `plain` takes.
    separators : pair of str
        What stands between items, and between a key and its value.
    """
    return json.dumps(plain(value), ensure_ascii=False, allow_nan=False, separators=separators)


def write_text(path: str | Path, text: str) -> None:
    """Write *text* as UTF-8 with the line ends that it has."""
    write_bytes(path, text.encode("utf-8"))
