"""Which program a file comes from, told by what is in it: by the formats that the modules of this package declare."""

from collections.abc import Mapping
from functools import cache

from metawright.exchange.draft import CannotRead, Draft
from metawright.exchange.import_format import ImportFormat, Source
from metawright.exchange.tables import unpack
from metawright.files.modules import modules_of


@cache
def import_formats() -> tuple[ImportFormat, ...]:
    """Return every `FORMAT` of the modules of this package, in the order in which they are tried."""
    formats = [module.FORMAT for module in modules_of(__package__) if hasattr(module, "FORMAT")]
    by_order = {entry.order: entry for entry in formats}
    if len(by_order) < len(formats):
        raise ValueError("two import formats have the same order")
    return tuple(by_order[order] for order in sorted(by_order))


def known_formats() -> str:
    """Return the formats as a message lists them."""
    *first, last = (entry.description for entry in import_formats())
    return f"{', '.join(first)} or {last}"


def read_any(files: Mapping[str, bytes], name: str, controls: str = "") -> Draft:
    """Read what a person brought.

    Parameters
    ----------
    files : mapping
        The content of the file by its name, or of the files of a folder.
    name : str
        Name of the file or folder, for the source.
    controls : str
        Names of control arms, with `;`.

    Raises
    ------
    CannotRead
        If it is none of the known formats, or not readable.
    """
    if len(files) == 1:
        file, content = next(iter(files.items()))
        if content[:4] == b"PK\x03\x04":
            files = unpack(content, file)
    source = Source(name, files, controls)
    reader = next((entry for entry in import_formats() if entry.recognises(source)), None)
    if reader is None:
        raise CannotRead(f"{name}: not recognised; expected {known_formats()}")
    draft = reader.read(source)
    for file, row, where in source.repeated:
        draft.leave_out(file, row, "", f"equal to {where}")
    if source.repeated:
        draft.note(
            f"{len(source.repeated)} rows equal earlier ones in every cell and count once; left_out.csv lists them."
        )
    return draft
