"""What a job registers for its end is done before it goes."""

import atexit

from metawright.compat import exit_functions
from tests.jobs.test_launch import launched, owner, pytestmark  # noqa: F401


def test_a_job_does_what_it_registered(launched):  # noqa: F811
    assert launched("import atexit\natexit.register(print, 'at the end')").stdout == "at the end\n"


def test_where_python_has_it_not_a_job_goes_without(monkeypatch, said):
    monkeypatch.delattr(atexit, "_run_exitfuncs")
    exit_functions.run_exit_functions()
    assert "registered with atexit" in said()[0]
