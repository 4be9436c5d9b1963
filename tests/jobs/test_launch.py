"""Jobs as copies of one interpreter: each as if it had one of its own, and none outlives who asked for it."""

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from metawright.jobs.launch import command, possible, socket_folder
from tests.waiting import PATIENCE, until

pytestmark = pytest.mark.skipif(not possible(), reason="jobs share an interpreter on Linux only")


@pytest.fixture
def owner():
    """A process whose jobs share a server."""
    with subprocess.Popen(["sleep", "600"]) as process:
        yield process
        process.kill()


@pytest.fixture
def launched(owner, tmp_path, monkeypatch):
    """Run a script's text as a job; return the finished process."""
    monkeypatch.setenv("TMPDIR", "/tmp")

    def run(text, *arguments, **options):
        script = tmp_path / "job.py"
        script.write_text(text)
        words = [*shlex.split(command(sys.executable, owner.pid)), str(script), *arguments]
        return subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE, cwd=tmp_path, **options)

    return run


def servers(owner):
    """Processes that serve the jobs of *owner*."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if len(words) > 3 and words[1].endswith(b"jobs/serve.py") and words[3] == str(owner.pid).encode():
            found.append(int(path.parent.name))
    return found


def test_a_job_has_its_own_folder_environment_arguments_and_streams(launched, tmp_path):
    text = "import os, sys\nprint(os.getcwd(), sys.argv[1:], os.environ['COLOUR'], __name__, file=sys.stderr)\nprint('out')"
    done = launched(text, "a", "b c", env={**os.environ, "COLOUR": "red"})
    assert done.stderr.strip() == f"{tmp_path} ['a', 'b c'] red __main__"
    assert (done.stdout, done.returncode) == ("out\n", 0)
    assert launched(text, env={**os.environ, "COLOUR": "blue"}).stderr.endswith("[] blue __main__\n")


def test_what_one_job_loads_or_changes_is_not_there_in_the_next(launched):
    assert launched("import sys, wave\nsys.left = 1").returncode == 0
    assert launched("import sys\nsys.exit(hasattr(sys, 'left') or 'wave' in sys.modules)").returncode == 0


def test_the_libraries_are_there_and_loaded(launched, owner):
    text = "import sys\nloaded = {'numpy', 'scipy.special', 'matplotlib'} <= set(sys.modules)\nprint(loaded)"
    assert launched(text).stdout == "True\n"
    assert len(servers(owner)) == 1


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("import sys\nsys.exit(3)", 3, ""),
        ("import sys\nsys.exit('no')", 1, "no"),
        ("raise ValueError('seen')", 1, 'job.py", line 1, in <module>'),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL, ""),
        ("oh no", 1, "SyntaxError"),
    ],
)
def test_a_job_ends_as_it_would_alone(launched, text, code, words):
    done = launched(text)
    assert done.returncode == code
    assert words in done.stderr
    assert "serve.py" not in done.stderr


def test_other_commands_go_to_the_interpreter_as_they_stand(owner):
    words = [*shlex.split(command(sys.executable, owner.pid)), "-c", "import sys; print(sys.flags.isolated)"]
    assert subprocess.run(words, capture_output=True, text=True).stdout == "0\n"
    assert not servers(owner)


def test_a_job_ends_with_who_asked_for_it(launched, owner, tmp_path):
    launched("pass")
    script = tmp_path / "long.py"
    script.write_text("import os, time\nopen('pid', 'w').write(str(os.getpid()))\ntime.sleep(600)")
    with subprocess.Popen([*shlex.split(command(sys.executable, owner.pid)), str(script)], cwd=tmp_path) as process:
        assert until(lambda: (tmp_path / "pid").is_file() and (tmp_path / "pid").read_text())
        job = int((tmp_path / "pid").read_text())
        process.kill()
    assert until(lambda: not Path(f"/proc/{job}").exists())


def test_a_job_ends_with_the_build_that_it_is_part_of(launched, owner, tmp_path):
    """Where the build alone was killed, who asked in its place is still there."""
    launched("pass")
    script = tmp_path / "long.py"
    script.write_text("import os, time\nopen('pid', 'w').write(str(os.getpid()))\ntime.sleep(600)")
    with subprocess.Popen([*shlex.split(command(sys.executable, owner.pid)), str(script)], cwd=tmp_path) as process:
        assert until(lambda: (tmp_path / "pid").is_file() and (tmp_path / "pid").read_text())
        job = int((tmp_path / "pid").read_text())
        owner.kill()
        owner.wait()
        assert until(lambda: not Path(f"/proc/{job}").exists())
        process.wait()


def test_the_server_ends_with_its_owner(launched, owner):
    launched("pass")
    assert servers(owner) and Path(socket_folder(owner.pid)).is_dir()
    owner.kill()
    owner.wait()
    assert until(lambda: not servers(owner) and not Path(socket_folder(owner.pid)).exists())


def test_a_killed_server_is_replaced(launched, owner):
    launched("pass")
    (before,) = servers(owner)
    os.kill(before, signal.SIGKILL)
    assert until(lambda: not servers(owner))
    assert launched("print(1)").stdout == "1\n"
    assert servers(owner) != [before]


def test_a_job_runs_alone_where_no_server_can_be(launched, owner, tmp_path):
    folder = tmp_path / ("x" * 100)
    folder.mkdir()
    done = launched("print(2)", env={**os.environ, "TMPDIR": str(folder)})
    assert (done.stdout, done.returncode) == ("2\n", 0)
    assert not servers(owner)


def test_a_folder_of_somebody_else_is_not_trusted(launched, owner):
    folder = Path(socket_folder(owner.pid))
    folder.mkdir(mode=0o755)
    try:
        assert launched("print(3)").stdout == "3\n"
        assert not servers(owner)
    finally:
        folder.rmdir()


def test_what_scripts_import_is_loaded_between_jobs(launched):
    ask = "import sys; print('metawright.figures.kit.save' in sys.modules)"
    assert until(lambda: launched(ask).stdout == "True\n")
