"""A build that was interrupted goes on where it stopped, without a word from the user, and leaves no half-written file."""

import os
import random
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.afterwards import Afterwards
from tests.waiting import PATIENCE, until
from tests.workflow.conftest import House, contents, copy_house

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks for its processes in /proc"),
]


def house_with_review(root: Path, folder: Path) -> House:
    """A house with the review of the template: one outcome, two trials."""
    house = copy_house(root, folder)
    command = [sys.executable, "-m", "metawright.command.new_review", "small"]
    environment = {**os.environ, "PYTHONPATH": str(folder / "workflow")}
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    return house


def build(house: House) -> None:
    house.build("--config", "review=resources/small", "pdf=never")


def started(house: House) -> subprocess.Popen:
    """A build under way, in a process group of its own."""
    environment = {**os.environ, "PYTHONPATH": str(house.folder / "workflow"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "snakemake", "--cores", "2", "--config", "review=resources/small", "pdf=never"]
    log = (house.folder / "interrupted.log").open("w")
    return subprocess.Popen(
        command, cwd=house.folder, env=environment, stdout=log, stderr=log, start_new_session=True
    )  # fmt: skip


def under_way(house: House) -> bool:
    """Whether the first outcome has its effects, on which most of a build rests."""
    return any((house.folder / "results" / "small" / "effects").glob("*.effects.csv"))


def running_scripts(house: House) -> list[int]:
    """Processes that run a script of this house."""
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            if entry.name.isdigit() and (entry / "cwd").resolve() == house.folder.resolve():
                words = (entry / "cmdline").read_bytes().split(b"\0")
                # a copy of the interpreter that jobs share; the one that is copied has left the folder
                if len(words) > 1 and words[1].endswith(b"jobs/serve.py"):
                    found.append(int(entry.name))
    return found


def results(house: House) -> dict[str, bytes]:
    return contents(house.folder / "results")


@pytest.fixture(autouse=True)
def heard():
    """SIGINT reaches what is started here, even where the suite itself runs in the background and ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="module")
def whole(root, tmp_path_factory) -> dict[str, bytes]:
    """The results of a build that nobody interrupted."""
    house = house_with_review(root, tmp_path_factory.mktemp("whole") / "house")
    build(house)
    return results(house)


def check_what_is_there(house: House, whole: dict[str, bytes]) -> None:
    """Every file of the interrupted build is one of the whole build, with all its bytes."""
    left = results(house)
    assert left.items() <= whole.items(), [name for name in left if left[name] != whole.get(name)]
    assert len(left) < len(whole)


def finish(house: House, whole: dict[str, bytes]) -> None:
    """The plain command again, and nothing else, ends in the same results."""
    build(house)
    assert results(house) == whole


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_build(root, tmp_path, whole, number):
    house = house_with_review(root, tmp_path / "house")
    process = started(house)
    until(lambda: under_way(house), process)
    os.killpg(process.pid, number)
    assert process.wait(timeout=PATIENCE) != 0
    check_what_is_there(house, whole)
    finish(house, whole)


def test_a_killed_build_is_taken_up_by_the_next(root, tmp_path, whole):
    """As often as it is killed, at whatever moment: the plain command goes on, and the end is the same."""
    house, chance = house_with_review(root, tmp_path / "house"), random.Random(15)
    for _ in range(3):
        most, process = chance.randrange(len(whole)), started(house)
        until(lambda most=most, process=process: len(results(house)) >= most or process.poll() is not None)
        process.kill()
        process.wait()
        until(lambda: not running_scripts(house))
    said = house.build("--config", "review=resources/small", "pdf=never")
    assert results(house) == whole
    assert "Traceback" not in said


def test_a_build_in_the_way_is_named(root, tmp_path):
    house = house_with_review(root, tmp_path / "house")
    process = started(house)
    until(lambda: under_way(house), process)
    done = house.run("--config", "review=resources/small", "pdf=never")
    process.kill()
    process.wait()
    assert done.returncode != 0
    assert f"Another build (process {process.pid}) is running in this folder" in done.stdout + done.stderr
    assert "A build was killed here" in house.build(
        "--config", "review=resources/small", "pdf=never", "--", "results/small/pooling/pooled.csv"
    )


def test_a_killed_job(root, tmp_path, whole):
    house = house_with_review(root, tmp_path / "house")
    process = started(house)
    until(lambda: under_way(house), process)
    for victim in until(lambda: running_scripts(house), process):
        with suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
    assert process.wait(timeout=PATIENCE) != 0
    check_what_is_there(house, whole)
    finish(house, whole)


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 24 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", folder]
    end = Afterwards("umount", "--lazy", folder)
    try:
        if os.geteuid() or subprocess.run(command, capture_output=True).returncode:
            pytest.skip("mounting a small disk needs root")
        yield folder
    finally:
        end.now()


def test_a_full_disk(root, small_disk, whole):
    house = house_with_review(root, small_disk / "house")
    room = os.statvfs(small_disk)
    filler = small_disk / "filler"
    # what the numbers need is left, what the figures need is not
    filler.write_bytes(b"\0" * (room.f_bavail * room.f_frsize - 500_000))
    result = house.run("--config", "review=resources/small", "pdf=never")
    assert result.returncode != 0
    assert "No space left on device" in result.stdout + result.stderr
    check_what_is_there(house, whole)
    filler.unlink()
    finish(house, whole)
