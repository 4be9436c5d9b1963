"""What is cut by fontTools, and by Matplotlib with it, goes without the tables that place glyphs."""

import matplotlib
import pytest
from fontTools import subset
from fontTools.ttLib import TTFont
from matplotlib.backends import _backend_pdf_ps
from matplotlib.font_manager import FontPath

from metawright.compat import font_tables
from metawright.compat.font_tables import drop_tables
from metawright.figures.kit.fonts import path_of

UNUSED = "name"  # a table that every typeface keeps by default


@pytest.fixture(autouse=True)
def put_back(monkeypatch):
    monkeypatch.setattr(subset.Options, "_drop_tables_default", [*subset.Options._drop_tables_default])


def test_matplotlib_leaves_the_tables_out():
    file = FontPath(str(path_of("regular")), 0)
    with _backend_pdf_ps.get_glyphs_subset(file, {3000}) as before:
        assert UNUSED in before.font
    drop_tables(UNUSED)
    drop_tables(UNUSED)
    assert subset.Options().drop_tables.count(UNUSED) == 1
    with _backend_pdf_ps.get_glyphs_subset(file, {3000}) as after:
        assert UNUSED not in after.font
        assert "glyf" in after.font
    with TTFont(path_of("regular")) as whole:
        assert UNUSED in whole
    assert matplotlib.__version__


def test_another_fonttools_keeps_its_tables(monkeypatch, said):
    monkeypatch.delattr(subset.Options, "_drop_tables_default")
    drop_tables(UNUSED)
    assert not hasattr(subset.Options, "_drop_tables_default")
    assert "twice as long" in said()[0]


def test_another_version_keeps_its_tables(unfamiliar, said):
    unfamiliar(font_tables)
    drop_tables(UNUSED)
    assert UNUSED not in subset.Options._drop_tables_default and len(said()) == 1
