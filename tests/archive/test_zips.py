"""Zip files depend on their content alone, and a dangerous one is not unpacked."""

import io
import os
import stat
import struct
import zipfile

import pytest

from metawright.files.zips import Refused, extract, names, open_zip, write_zip


def made(path, *members, compress=zipfile.ZIP_DEFLATED):
    """A zip file of (name or ZipInfo, content)."""
    with zipfile.ZipFile(path, "w", compress) as archive:
        for name, data in members:
            archive.writestr(name, data, compress_type=compress)
    return path


def unpacked(path, folder):
    with open_zip(path) as archive:
        extract(archive, names(archive), folder)


def info(name, mode):
    member = zipfile.ZipInfo(name)
    member.create_system, member.external_attr = 3, mode << 16
    return member


def test_bytes_depend_on_names_and_contents_alone(tmp_path):
    source = tmp_path / "b.txt"
    source.write_bytes(b"two")
    write_zip(tmp_path / "one.zip", {"a/ä.txt": b"one", "b.txt": source})
    os.utime(source, (1, 1))
    source.chmod(0o700)
    write_zip(tmp_path / "two.zip", {"b.txt": source, "a/ä.txt": b"one"})
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert [item.filename for item in archive.infolist()] == ["a/ä.txt", "b.txt"]
        assert {item.date_time for item in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {item.external_attr >> 16 for item in archive.infolist()} == {stat.S_IFREG | 0o644}
    unpacked(tmp_path / "one.zip", tmp_path / "out")
    assert (tmp_path / "out" / "a" / "ä.txt").read_bytes() == b"one"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("../outside.txt", "leaves the folder"),
        ("a/../../outside.txt", "leaves the folder"),
        ("/etc/outside.txt", "absolute path"),
        ("C:/outside.txt", "absolute path"),
        ("a\\..\\outside.txt", "different files on different machines"),
        ("a\x00b.txt", "different files on different machines"),
        ("a\nb.txt", "different files on different machines"),
        ("./a.txt", "no proper name"),
        ("a//b.txt", "no proper name"),
    ],
)
def test_names_that_leave_the_folder_are_refused(tmp_path, name, message):
    member = zipfile.ZipInfo("x")
    member.filename = name
    path = made(tmp_path / "bad.zip", ("good.txt", b"1"), (member, b"2"))
    with pytest.raises(Refused, match=message):
        unpacked(path, tmp_path / "deep" / "out")
    assert sorted(item.name for item in tmp_path.rglob("*")) == ["bad.zip"]


@pytest.mark.parametrize(
    ("mode", "message"),
    [(stat.S_IFLNK | 0o777, "symbolic link"), (stat.S_IFIFO | 0o644, "neither a file nor a folder")],
)
def test_links_and_devices_are_refused(tmp_path, mode, message):
    path = made(tmp_path / "bad.zip", (info("a.txt", mode), b"/etc/passwd"))
    with pytest.raises(Refused, match=message):
        unpacked(path, tmp_path / "out")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_twice_is_refused(tmp_path):
    path = made(tmp_path / "bad.zip", ("a.txt", b"1"), ("a.txt", b"2"))
    with pytest.raises(Refused, match=r"'a.txt' stands in it twice"):
        unpacked(path, tmp_path / "out")


def test_a_file_that_another_needs_as_a_folder_is_refused(tmp_path):
    path = made(tmp_path / "bad.zip", ("a", b"1"), ("a/b.txt", b"2"))
    with pytest.raises(Refused, match=r"'a/b\.txt' lies in 'a', which is a file"):
        unpacked(path, tmp_path / "out")


def test_a_bomb_is_refused_before_it_goes_off(tmp_path):
    path = made(tmp_path / "bomb.zip", ("zeros.csv", bytes(64 * 2**20)))
    assert path.stat().st_size < 100_000
    with pytest.raises(Refused, match="decompression bomb"):
        unpacked(path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_members_that_share_their_bytes_are_refused(tmp_path):
    """The directory lists one compressed stream many times, as in overlapping bombs."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("0.bin", bytes(range(256)) * 16)
    data = buffer.getvalue()
    start = data.index(b"PK\x01\x02")
    entry, end = data[start : data.index(b"PK\x05\x06")], data[data.index(b"PK\x05\x06") :]
    entries = b"".join(entry.replace(b"0.bin", f"{number}.bin".encode()) for number in range(9))
    end = end[:8] + struct.pack("<HHII", 9, 9, len(entries), start) + end[20:]
    path = tmp_path / "overlap.zip"
    path.write_bytes(data[:start] + entries + end)
    with pytest.raises(Refused, match=r"overlap|damaged"):
        unpacked(path, tmp_path / "out")


def test_a_size_that_lies_is_refused(tmp_path):
    path = made(tmp_path / "lie.zip", ("a.txt", b"a" * 5000))
    data = path.read_bytes().replace(struct.pack("<I", 5000), struct.pack("<I", 50))
    path.write_bytes(data)
    with pytest.raises(Refused, match="damaged"):
        unpacked(path, tmp_path / "out")


def test_an_encrypted_member_is_refused(tmp_path):
    path = made(tmp_path / "locked.zip", ("a.txt", b"abc"), compress=zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(Refused, match="encrypted"):
        unpacked(path, tmp_path / "out")


@pytest.mark.parametrize("left", [0, 10, 0.5, 0.99])
def test_a_truncated_file_is_refused(tmp_path, left):
    write_zip(tmp_path / "whole.zip", {"a.txt": b"abc" * 100, "b.txt": b"b"})
    data = (tmp_path / "whole.zip").read_bytes()
    path = tmp_path / "cut.zip"
    path.write_bytes(data[: int(left * len(data)) if isinstance(left, float) else left])
    with pytest.raises(Refused, match="not a complete zip file"):
        unpacked(path, tmp_path / "out")


def test_a_flipped_bit_and_a_missing_file_are_refused(tmp_path):
    write_zip(tmp_path / "a.zip", {"a.txt": b"abc" * 100})
    data = (tmp_path / "a.zip").read_bytes()
    (tmp_path / "a.zip").write_bytes(data.replace(b"abcabcabc", b"abdabcabc", 1))
    with pytest.raises(Refused, match="damaged"):
        unpacked(tmp_path / "a.zip", tmp_path / "out")
    with pytest.raises(Refused, match="there is no such file"):
        unpacked(tmp_path / "none.zip", tmp_path / "out")
