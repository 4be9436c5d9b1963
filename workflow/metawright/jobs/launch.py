"""Run a script in a copy of an interpreter that has its libraries loaded; any other command as it stands.

Snakemake starts an interpreter for every job, and half a second goes into loading NumPy, SciPy and Matplotlib. This
file stands in the place of the interpreter (see `command`): the first job starts a server (`metawright.jobs.serve`)
that loads them once, every job is a fork of it, with its own folder, environment and open files. Where no server can be
had, the script runs in an interpreter of its own, as it would without this file.

It is run without the site packages and imports little, to start in a hundredth of a second.
"""

import os
import sys

#: Seconds to wait for a server that another job is just starting; it takes a tenth of one.
PATIENCE = 10.0
#: Longest path of a socket.
LONGEST = 100


def command(python: str, owner: int) -> str:
    """Return what a shell runs in place of *python*.

    Parameters
    ----------
    python : str
        Path of the interpreter that has the libraries, or what this function returned for it.
    owner : int
        Process whose jobs share a server; the server ends with it.
    """
    from shlex import quote

    file = quote(os.path.abspath(__file__))
    return python if file in python else f"{quote(python)} -IS {file} {quote(python)} {owner}"


def possible() -> bool:
    """Return whether this system can fork an interpreter that holds numerical libraries."""
    return sys.platform == "linux" and hasattr(os, "fork")


def socket_folder(owner: int) -> str:
    """Return the folder of the socket that the jobs of a process share."""
    return os.path.join(os.environ.get("TMPDIR") or "/tmp", f"metawright-{os.getuid()}-{owner}")


def connect(python: str, owner: int):
    """Return a connection to the server, started if it must be; None where there can be none."""
    import time

    from metawright.compat.light_socket import socket

    folder = socket_folder(owner)
    address, given_up = os.path.join(folder, "socket"), os.path.join(folder, "given-up")
    until = time.monotonic() + PATIENCE
    while len(address) <= LONGEST and time.monotonic() < until and not os.path.exists(given_up):
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(address)
            return connection
        except ConnectionRefusedError:  # it was killed
            connection.close()
            remove(folder)
        except OSError:
            connection.close()
        try:
            os.mkdir(folder, 0o700)
        except FileExistsError:
            found = os.lstat(folder)
            if found.st_uid != os.getuid() or found.st_mode & 0o077:
                return None  # somebody else's
            time.sleep(0.01)  # another job is starting it
        except OSError:
            return None
        else:
            start(python, owner, address)
    from contextlib import suppress

    with suppress(OSError):
        os.mkdir(given_up)  # so that no other job waits for it
    return None


def remove(folder: str) -> None:
    """Remove what a dead server left, once for all the jobs that find it."""
    import shutil

    aside = f"{folder}.{os.getpid()}"
    try:
        os.rename(folder, aside)
    except OSError:
        return
    shutil.rmtree(aside, ignore_errors=True)


def start(python: str, owner: int, address: str) -> None:
    """Start the server, apart from this job: it outlives it and shares no terminal and no pipe with it."""
    import subprocess

    serve = os.path.join(os.path.dirname(os.path.abspath(__file__)), "serve.py")
    command, nowhere = [python, serve, address, str(owner)], subprocess.DEVNULL
    subprocess.Popen(command, start_new_session=True, stdin=nowhere, stdout=nowhere, stderr=nowhere)


def run(python: str, owner: int, arguments: list[str]) -> int | None:
    """Have the server run a script; return its exit code, None where it could not even be asked."""
    import marshal
    from array import array

    from metawright.compat.light_socket import socket

    connection = connect(python, owner)
    if connection is None:
        return None
    request = marshal.dumps({"arguments": arguments, "folder": os.getcwd(), "environment": dict(os.environ)})
    streams = array("i", (0, 1, 2)).tobytes()
    try:
        connection.sendmsg([len(request).to_bytes(8, "big")], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, streams)])
        connection.sendall(request)
        if not connection.recv(1):  # it ended before it took the job
            return None
    except OSError:
        return None
    answer = connection.recv(4)
    # A server that ends in the middle of a job was killed.
    return int.from_bytes(answer, "big", signed=True) if answer else 1


def main() -> None:
    """Run the command that the arguments after the interpreter's path and the owner name."""
    sys.path.append(os.path.abspath(f"{__file__}/../../.."))  # this package, and no other of the site's
    python, owner, *arguments = sys.argv[1:]
    if arguments and arguments[0].endswith(".py") and possible():
        try:
            code = run(python, int(owner), arguments)
        except KeyboardInterrupt:
            code = 130
        if code is not None:
            if code < 0:  # ended by a signal: so does this process
                os.kill(os.getpid(), -code)
            sys.exit(code)
    os.execv(python, [python, *arguments])


if __name__ == "__main__":
    main()
