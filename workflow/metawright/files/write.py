"""Write a file whole or not at all."""

from pathlib import Path


def write_bytes(path: str | Path, content: bytes) -> None:
    """Write *content* to *path* through a temporary neighbour, so that no half-written file is ever seen.

    Parameters
    ----------
    path : str or Path
        The file to write; missing parent folders are made.
    content : bytes
        The whole content.

    Raises
    ------
    OSError
        If the disk is full, or the folder may not be written; the neighbour is gone then, an older file is as it was.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
