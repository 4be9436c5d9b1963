"""JSON and text files: numbers at full precision, same content, same bytes."""

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, is_dataclass
from pathlib import Path

from metawright.files.write import write_bytes


def plain(value: object) -> object:
    """Turn *value* into what JSON can hold.

    NumPy scalars and arrays become Python numbers and lists, dataclasses become dicts, and a number that is
    not finite becomes null: in every file of a review "not applicable" is empty, never zero.
    """
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if hasattr(value, "tolist"):  # NumPy array or scalar
        return plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def read_json(path: str | Path) -> object:
    """Return the content of the JSON file *path*."""
    return json.loads(Path(path).read_text(encoding="utf-8"))


def read_texts(paths: Iterable[str], root: str | Path | None = None) -> dict[str, str]:
    """Return the text of every file by its name without its suffix, or by its path below *root*."""
    found = [Path(path) for path in paths]
    names = [path.relative_to(root).as_posix() if root else path.stem for path in found]
    return {name: path.read_text(encoding="utf-8") for name, path in zip(names, found, strict=True)}


def write_json(path: str | Path, document: object) -> None:
    """Write *document* as JSON; floats in the shortest text that gives the same float64 back."""
    text = json.dumps(plain(document), ensure_ascii=False, indent=1, allow_nan=False)
    write_text(path, text + "\n")


def write_text(path: str | Path, text: str) -> None:
    """Write *text* as UTF-8 with the line ends that it has."""
    write_bytes(path, text.encode("utf-8"))
