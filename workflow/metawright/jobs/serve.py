"""The interpreter that is copied for each job: what jobs need is loaded once, a fork per request of `jobs.launch`."""

import contextlib
import gc
import io
import marshal
import os
import re
import select
import shutil
import signal
import socket
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path

#: Seconds between two looks at whether the owner is still there, and seconds that an interrupted job has to tidy up.
GLANCE, GRACE = 0.5, 5.0


def load() -> None:
    """Import what jobs spend their first half second on."""
    import jinja2  # noqa: F401
    import matplotlib
    import numpy  # noqa: F401
    import scipy.special  # noqa: F401
    import snakemake.script  # noqa: F401
    import yaml  # noqa: F401
    from matplotlib.figure import Figure

    import metawright.compat.exit_functions  # noqa: F401

    # Typefaces and the parts of fontTools are loaded by the first drawing that needs them.
    figure = Figure(figsize=(1, 1))
    for place, (weight, slant) in enumerate((("normal", "normal"), ("bold", "normal"), ("normal", "italic"))):
        figure.text(0, place / 3, "a", family="DejaVu Sans", weight=weight, style=slant)
    with matplotlib.rc_context({"pdf.fonttype": 42, "svg.fonttype": "none"}):
        for kind in ("svg", "pdf", "png"):
            figure.savefig(io.BytesIO(), format=kind)


def warm() -> Iterator[str]:
    """Import, one by one, what the scripts import of this package and the figures, and prepare their typefaces.

    It is done between requests, for the jobs to come. What cannot be imported is left to the job that needs it, which
    says so in its log.
    """
    scripts = sorted((Path(__file__).resolve().parents[2] / "scripts").glob("*.py"))
    texts = (script.read_text(encoding="utf-8") for script in scripts)
    names = [name for text in texts for name in re.findall(r"^from (metawright\S*) import", text, re.MULTILINE)]
    for name in dict.fromkeys([*names, *_figures()]):
        with contextlib.suppress(Exception):
            import_module(name)
        yield name
    with contextlib.suppress(Exception):
        import_module("metawright.figures.kit.embedded_fonts").prepare()
    settle()


def _figures() -> Iterator[str]:
    """Yield the modules of all figures of reviews, which the scripts load by their names."""
    from metawright.figures.catalogue import FIGURES, Of

    yield from (one.module for one in FIGURES if one.of is not Of.SWEEP)


def settle() -> None:
    """Keep what is loaded out of the garbage collector's sight: what it never looks at is never copied."""
    gc.collect()
    gc.freeze()


def serve(address: str, owner: int) -> None:
    """Answer requests until the process *owner* has ended and no job is left."""
    # The socket is there before the libraries: the jobs that come meanwhile wait in its queue.
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(f"{address}.new")
    listener.listen(512)
    os.rename(f"{address}.new", address)
    os.set_blocking(listener.fileno(), False)
    woken, wake = os.pipe()
    for end in (woken, wake):
        os.set_blocking(end, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake)
    jobs: dict[int, socket.socket] = {}  # by process
    leaving: dict[int, float] = {}  # processes that were told to stop, and until when they may take
    try:
        load()
        os.chdir("/")
        settle()
        tasks = warm()
        while jobs or leaving or _lives(owner):
            waited_for = [listener, woken, *jobs.values()]
            ready, _, _ = select.select(waited_for, [], [], 0 if tasks else GLANCE)
            if not ready and tasks and not next(tasks, None):
                tasks = None
            if woken in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(woken, 4096)
            if listener in ready:
                _accept(listener, jobs, (woken, wake))
            # A build that was killed has nobody left who would write down what its jobs made; the next one begins
            # with these jobs, and must not find them still at work.
            orphaned = bool(jobs) and not _lives(owner)
            for pid, connection in list(jobs.items()):
                if orphaned or (connection in ready and _gone(connection)):
                    _stop(pid, signal.SIGINT)
                    leaving[pid] = time.monotonic() + GRACE
                    jobs.pop(pid).close()
            _reap(jobs, leaving)
            for pid, until in leaving.items():
                if time.monotonic() > until:
                    _stop(pid, signal.SIGKILL)
    finally:
        shutil.rmtree(os.path.dirname(address), ignore_errors=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _gone(connection: socket.socket) -> bool:
    """Whether who asked has ended; nobody sends anything after the request."""
    try:
        return not connection.recv(1)
    except OSError:
        return True


def _stop(pid: int, how: signal.Signals) -> None:
    """Signal a job and the programs that it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, how)


def _reap(jobs: dict[int, socket.socket], leaving: dict[int, float]) -> None:
    """Tell who asked how the ended jobs ended."""
    while jobs or leaving:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        leaving.pop(pid, None)
        connection = jobs.pop(pid, None)
        if connection:
            with contextlib.suppress(OSError):
                connection.sendall(os.waitstatus_to_exitcode(status).to_bytes(4, "big", signed=True))
            connection.close()


def _accept(listener: socket.socket, jobs: dict[int, socket.socket], own: Sequence[int]) -> None:
    """Fork a job for the next request."""
    try:
        connection, _ = listener.accept()
    except BlockingIOError:
        return
    connection.settimeout(GRACE)
    files, request = [], None
    with contextlib.suppress(OSError):
        head, files, _, _ = socket.recv_fds(connection, 8, 3)
        request = _whole(connection, int.from_bytes(head, "big")) if len(head) == 8 and len(files) == 3 else None
    if request is None:  # who asked ended while it asked
        connection.close()
        for file in files:
            os.close(file)
        return
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setpgid(0, 0)
            for place, file in enumerate(files):
                os.dup2(file, place)
            for file in (*files, *own):
                os.close(file)
            for one in (listener, connection, *jobs.values()):
                one.close()
            code = _job(marshal.loads(request))
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    for file in files:
        os.close(file)
    with contextlib.suppress(OSError):
        os.setpgid(pid, pid)  # as the job does itself, whoever comes first
    with contextlib.suppress(OSError):
        connection.sendall(b"\1")
    jobs[pid] = connection


def _whole(connection: socket.socket, length: int) -> bytes | None:
    parts, missing = [], length
    while missing:
        part = connection.recv(min(missing, 1 << 16))
        if not part:
            return None
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _job(request: dict) -> int:
    """Run a script as an interpreter of its own would, and return its exit code."""
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    script, *_ = sys.argv[:] = request["arguments"]
    sys.path[0] = os.path.dirname(os.path.abspath(script))
    main = type(sys)("__main__")
    main.__file__ = script
    sys.modules["__main__"] = main
    code = 0
    try:
        with open(script, "rb") as file:
            exec(compile(file.read(), script, "exec"), main.__dict__)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    except KeyboardInterrupt:
        code = 130
    except BaseException as error:
        trace = error.__traceback__
        traceback.print_exception(type(error), error, trace and trace.tb_next)
        code = 1
    _finish()
    return code


def _finish() -> None:
    """Do what an interpreter does at its end."""
    from metawright.compat.exit_functions import run_exit_functions

    run_exit_functions()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
