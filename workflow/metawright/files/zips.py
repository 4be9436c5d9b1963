"""Zip files: the same content gives the same bytes, and a file from a stranger is judged before it is unpacked."""

import hashlib
import io
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from metawright.files.write import write_bytes

#: An archive holds at most so many files, so many bytes, and so many times its own size; beyond 16 MB of content.
MOST_FILES = 100_000
MOST_BYTES = 8 * 2**30
MOST_TIMES = 100
_SMALL = 16 * 2**20
_CHUNK = 2**20

_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_PLAIN_FILE = (stat.S_IFREG | 0o644) << 16


class Refused(Exception):  # noqa: N818 - a verdict, not a failure of the program
    """An archive that is not opened, or not made, and why."""


def write_zip(path: str | Path, members: Mapping[str, bytes | Path]) -> None:
    """Write *members* as a zip file that depends on nothing but their names and contents.

    Names are sorted; every date is 1980-01-01, every file is readable by all and of Unix; nothing is compressed, for
    the compressed bytes of one content differ between builds of zlib.

    Parameters
    ----------
    path : str or Path
        The zip file.
    members : mapping
        Content, or the file that holds it, by name in the archive.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.create_system, info.external_attr = _UNIX, _PLAIN_FILE
            archive.writestr(info, content(members[name]))
    write_bytes(path, buffer.getvalue())


def content(source: bytes | Path) -> bytes:
    """Return the bytes of a member that is to be written."""
    return source if isinstance(source, bytes) else source.read_bytes()


def sha256(data: bytes) -> str:
    """Return the SHA-256 of *data* in hex digits."""
    return hashlib.sha256(data).hexdigest()


def file_sha256(path: str | Path) -> str:
    """Return the SHA-256 of the file *path* in hex digits."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def open_zip(path: str | Path) -> Iterator[zipfile.ZipFile]:
    """Open a zip file after its table of contents was judged; bytes that turn out damaged later are refused too.

    Raises
    ------
    Refused
        If the file is no complete zip file; if a name is absolute, leaves the folder, stands twice, or stands where
        another name needs a folder; if a member is a link, a device or encrypted; if the contents are out of all
        proportion to the file (a decompression bomb).
    """
    name = Path(path).name
    if not Path(path).is_file():
        raise Refused(f"{path}: there is no such file")
    try:
        with zipfile.ZipFile(path) as archive:
            _judge(archive, name, Path(path).stat().st_size)
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError) as error:
        raise Refused(f"{name}: not a complete zip file, cut off or damaged ({error})") from None


def names(archive: zipfile.ZipFile) -> list[str]:
    """Return the names of the files in an archive, without those of folders."""
    return [info.filename for info in archive.infolist() if not info.is_dir()]


def member_sha256(archive: zipfile.ZipFile, name: str) -> str:
    """Return the SHA-256 of a member without holding it in memory."""
    digest = hashlib.sha256()
    with archive.open(name) as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def extract(archive: zipfile.ZipFile, wanted: Iterable[str], folder: Path) -> None:
    """Write the members *wanted* of an archive that `open_zip` let pass below *folder*."""
    for name in wanted:
        target = folder.joinpath(*PurePosixPath(name).parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(name) as source, target.open("wb") as file:
            while chunk := source.read(_CHUNK):
                file.write(chunk)


def _judge(archive: zipfile.ZipFile, file: str, size: int) -> None:
    members = archive.infolist()
    if len(members) > MOST_FILES:
        raise Refused(f"{file}: {len(members)} files; at most {MOST_FILES} are unpacked")
    for member in members:
        problem = _problem(member)
        if problem:
            raise Refused(f"{file}: the member {member.filename!r} {problem}")
    twice = [name for name, count in Counter(member.filename.rstrip("/") for member in members).items() if count > 1]
    if twice:
        raise Refused(f"{file}: the member {min(twice)!r} stands in it twice")
    files = {member.filename for member in members if not member.is_dir()}
    for name in sorted(member.filename.rstrip("/") for member in members):
        above = {parent.as_posix() for parent in PurePosixPath(name).parents} & files
        if above:
            raise Refused(f"{file}: the member {name!r} lies in {min(above)!r}, which is a file")
    packed, unpacked = (sum(getattr(member, kind) for member in members) for kind in ("compress_size", "file_size"))
    if packed > size:
        raise Refused(f"{file}: its members overlap ({packed} bytes of them in a file of {size}): a decompression bomb")
    if unpacked > MOST_BYTES or unpacked > max(_SMALL, MOST_TIMES * size):
        raise Refused(f"{file}: {size} bytes that unpack to {unpacked}: a decompression bomb")


def _problem(member: zipfile.ZipInfo) -> str:
    """Say why a member must not be unpacked; empty if it may."""
    name, kind = member.filename, stat.S_IFMT(member.external_attr >> 16)
    parts = name.rstrip("/").split("/")
    if member.orig_filename != name or "\\" in name or not name.isprintable():
        return "has a name that means different files on different machines"
    if name.startswith("/") or name[1:2] == ":":
        return "has an absolute path"
    if ".." in parts:
        return "leaves the folder (path traversal)"
    if not name or "" in parts or "." in parts:
        return "has no proper name"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "is a symbolic link"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "is neither a file nor a folder"
    if member.flag_bits & 1:
        return "is encrypted"
    return ""
