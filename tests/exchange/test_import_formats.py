"""Every import format is one module of `exchange/formats/`: messages, docs and the importer find it there."""

import re
import sys
from types import ModuleType

import pytest

from metawright.exchange.draft import CannotRead, Draft
from metawright.exchange.formats import recognise
from metawright.exchange.formats.recognise import import_formats, known_formats, read_any
from metawright.exchange.import_format import ImportFormat


@pytest.fixture
def formats(monkeypatch):
    """Let the package hold one module more; the cache is emptied before and after."""

    def add(**fields):
        module = ModuleType("another")
        module.FORMAT = ImportFormat(**fields)
        known = recognise.modules_of(recognise.__package__)
        monkeypatch.setattr(recognise, "modules_of", lambda package: (*known, module))
        import_formats.cache_clear()

    yield add
    monkeypatch.undo()
    import_formats.cache_clear()


def test_every_module_of_the_package_is_a_format(root):
    folder = root / "workflow" / "metawright" / "exchange" / "formats"
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__", "recognise"}
    assert len(import_formats()) == len(modules)
    for name in modules:
        assert sys.modules[f"metawright.exchange.formats.{name}"].FORMAT in import_formats()


def test_docs_list_the_formats_in_their_order(root):
    page = (root / "docs" / "exchange.md").read_text()
    table = page.split("| format | FILE |")[1].split("\n\n")[0]
    assert re.findall(r"^\| ([^|-][^|]*?) \|", table, re.MULTILINE) == [entry.name for entry in import_formats()]


def test_a_module_more_is_read_and_named_in_messages(formats):
    with pytest.raises(CannotRead, match="not recognised; expected a RevMan 5 file"):
        read_any({"x.csv": b"a,b\n1,2\n"}, "x.csv")
    formats(
        name="Ours",
        order=99,
        description="a table of ours",
        recognises=lambda source: any(table.has("a", "b") for table in source.tables),
        read=lambda source: Draft(title=source.name, source="ours"),
    )
    assert known_formats().endswith(" or a table of ours")
    draft = read_any({"x.csv": b"a,b\n1,2\n1,2\n"}, "x.csv")
    assert draft.title == "x.csv"
    assert [row["reason"] for row in draft.left_out] == ["equal to row 2 of x.csv"]


def test_two_formats_with_one_order_are_refused(formats):
    formats(name="Ours", order=1, description="ours", recognises=bool, read=bool)
    with pytest.raises(ValueError, match="same order"):
        import_formats()
