"""A PDF of Matplotlib takes a subset that is ready, and has one cut where none is."""

import io

import pytest
from matplotlib import rc_context
from matplotlib.backends import _backend_pdf_ps
from matplotlib.figure import Figure

from metawright.compat import pdf_typefaces
from metawright.figures.kit import embedded_fonts
from metawright.figures.kit.fonts import path_of


@pytest.fixture(autouse=True)
def put_back(monkeypatch):
    monkeypatch.setattr(_backend_pdf_ps, "get_glyphs_subset", _backend_pdf_ps.get_glyphs_subset)


def pdf():
    """A page with two letters, as Matplotlib writes it."""
    figure, buffer = Figure(figsize=(1, 1)), io.BytesIO()
    figure.text(0, 0, "ab", family="DejaVu Sans")
    with rc_context({"pdf.fonttype": 42, "pdf.compression": 0}):
        figure.savefig(buffer, format="pdf", metadata={"CreationDate": None})
    return buffer.getvalue()


def test_a_ready_subset_is_taken_as_it_is():
    asked = []

    def ready(file, glyphs):
        asked.append((file, frozenset(glyphs)))
        return content, places

    content, places = embedded_fonts._ready("regular", embedded_fonts.LETTERS)
    pdf_typefaces.offer_subsets(ready)
    written = pdf()
    ((file, glyphs),) = set(asked)
    assert path_of("regular").samefile(file) and glyphs <= places.keys()
    assert len(written) > len(content) / 2


def test_where_none_is_ready_matplotlib_cuts_one():
    pdf_typefaces.offer_subsets(lambda file, glyphs: None)
    assert b"/FontFile2" in pdf()
    figures = embedded_fonts._ready_for(str(path_of("regular")), {100_000})
    assert figures is None


def test_another_matplotlib_cuts_its_own(monkeypatch, unfamiliar, said):
    def get_glyphs_subset(fontfile, glyphs, retain_gids):
        return None

    monkeypatch.setattr(_backend_pdf_ps, "get_glyphs_subset", get_glyphs_subset)
    pdf_typefaces.offer_subsets(lambda file, glyphs: pytest.fail("asked"))
    unfamiliar(pdf_typefaces)
    pdf_typefaces.offer_subsets(lambda file, glyphs: pytest.fail("asked"))
    assert _backend_pdf_ps.get_glyphs_subset is get_glyphs_subset
    assert len(said()) == 2 and "cut anew" in said()[0]
