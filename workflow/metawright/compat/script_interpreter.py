"""What Snakemake starts script jobs with.

Snakemake writes `sys.executable` into the shell command of a script job as it is, without quotes, so that a path with a
space breaks (https://github.com/snakemake/snakemake/issues/2645). What stands there may be more than a path: so jobs
become copies of one interpreter (`metawright.jobs.launch`), for which Snakemake has no setting
(https://github.com/snakemake/snakemake/issues/3143).
"""

import sys
from shlex import quote

from metawright.compat.internals import Internals, names_in

INTERNALS = Internals(
    package="snakemake",
    versions=">=9.27,<10",
    what="the unquoted sys.executable in snakemake.script.PythonScript.execute_script",
    reason="jobs are copies of one interpreter; paths with a space work",
    upstream="https://github.com/snakemake/snakemake/issues/2645",
    without="every job starts an interpreter of its own, and the path of Python may hold no space",
)
#: The command as Snakemake puts it together.
_COMMAND = "{py_exec} {fname:q}"


def start_scripts_with(words: str) -> None:
    """Have Snakemake start script jobs with *words* of a shell command in place of the interpreter's path.

    Parameters
    ----------
    words : str
        As `quoted` or `metawright.jobs.launch.command` returns them.
    """
    if INTERNALS.fit(_unquoted):
        sys.executable = words


def quoted(python: str) -> str:
    """Return a path as a word of a shell command; one that is quoted stays as it is."""
    return python if python.startswith("'") else quote(python)


def _unquoted() -> bool:
    from snakemake.script import PythonScript

    execute = PythonScript.execute_script
    return "executable" in names_in(execute) and _COMMAND in execute.__code__.co_consts
