"""Each module of the room says what it touches, for which versions, and asks before it touches it."""

from importlib import import_module

import pytest
from packaging.specifiers import SpecifierSet

import metawright.compat
from metawright.compat.internals import Internals, names_in
from metawright.files.modules import modules_of

#: Without internals of their own: the room's own, and what stands before every job and loads nothing (see there).
OTHERS = {"internals", "light_socket"}
MADE_UP = Internals("python", ">=3.11", "sys._made_up", "a reason", "", "something goes slower")


def touching():
    return {module.__name__.rpartition(".")[2]: module for module in modules_of("metawright.compat")}


def test_the_room_is_looked_through():
    assert {"job_limit", "pdf_typefaces", *OTHERS} <= set(touching())


@pytest.mark.parametrize("name", sorted(set(touching()) - OTHERS))
def test_every_module_says_what_it_touches(root, name):
    internals = touching()[name].INTERNALS
    assert SpecifierSet(internals.versions).contains(internals.version())
    assert internals.what and internals.reason and internals.without
    assert (root / "tests" / "compat" / f"test_{name}.py").is_file()
    row = f"| `{name}` | {internals.package}{internals.versions} | {internals.what} | {internals.reason} |"
    assert row in (root / "docs" / "libraries.md").read_text(), row


def test_what_fits_is_touched_without_a_word(said):
    assert MADE_UP.fit(lambda: True)
    assert said() == []


def gone():
    raise ImportError


@pytest.mark.parametrize("look", [lambda: False, gone, lambda: print.made_up])
def test_what_looks_otherwise_is_left_alone_with_a_word(said, look):
    assert not MADE_UP.fit(look)
    (text,) = said()
    assert "sys._made_up" in text and text.endswith("something goes slower.")


def test_another_version_is_not_even_looked_at(said):
    internals = Internals("packaging", "<1", "packaging.made_up", "a reason", "", "nothing happens")
    assert not internals.fit(lambda: pytest.fail("looked"))
    assert len(said()) == 1


def test_names_of_a_function():
    def one(self):
        return self.lock, len(import_module("x").y)

    assert names_in(one) == {"lock", "len", "import_module", "y"}
    assert metawright.compat.__file__
