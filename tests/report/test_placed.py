"""Every figure of the catalogue stands in the reports, with its caption."""

import json

import pytest

from metawright.figures.catalogue import Of, figures_at, figures_of
from metawright.files.documents import plain
from metawright.report.html import render_html
from metawright.report.latex import render_latex
from metawright.report.placed import placed
from metawright.report.sections.survival import ANALYSES
from metawright.report.word import render_word
from tests.report.als_review import als_results
from tests.report.examined_review import examined_review
from tests.report.rendering import HTML, LATEX, SVG, WORD
from tests.report.test_audited import APPRAISAL, CERTAINTY, FLOW

OF_REVIEWS = [*figures_of(Of.REVIEW), *figures_of(Of.OUTCOME), *figures_of(Of.CELL)]
#: Places in the appendices, which the copy for Word leaves out.
APPENDED = {block for block, _, _ in ANALYSES}


def audited_review():
    given = {"flow": FLOW, "certainty": CERTAINTY}
    return als_results(audited=given, risk_of_bias=APPRAISAL, screening={"new_studies": 8})


@pytest.fixture(scope="module")
def reports():
    """The texts of the page, the article and the copy for Word of two reviews that have every figure between them."""
    texts = {"html": "", "tex": "", "word": ""}
    for results in (audited_review(), json.loads(json.dumps(plain(examined_review())))):
        outcomes, periods = results["protocol"]["outcomes"], [one["key"] for one in results["protocol"]["periods"]]
        names = [one.name for one in figures_of(Of.REVIEW)]
        names += [f"{one.name}.{key}" for key in outcomes for one in figures_of(Of.OUTCOME)]
        names += [f"{one.name}.{key}.{period}" for key in outcomes for period in periods for one in figures_of(Of.CELL)]
        texts["html"] += render_html(results, HTML, dict.fromkeys(names, SVG), dict.fromkeys(names, "Words."))
        texts["tex"] += render_latex(results, LATEX, names)
        texts["word"] += render_word(results, WORD, dict.fromkeys(names, ""), dict.fromkeys(names, (600, 300)))
    return texts


@pytest.mark.parametrize("figure", OF_REVIEWS, ids=lambda one: one.name)
def test_every_renderer_prints_the_figure_with_its_caption(reports, figure):
    end = "." if figure.of is Of.REVIEW else ": "
    assert f"<figcaption>{figure.caption}{end}" in reports["html"]
    assert f"../figures/{figure.name}{'.pdf' if figure.of is Of.REVIEW else '.'}" in reports["tex"]
    assert f"{{{figure.caption.replace('’', '{’}')}{end}" in reports["tex"].replace("’", "{’}")
    if figure.place not in APPENDED:
        assert f"</strong> {figure.caption}{end}" in reports["word"]


def test_figures_that_were_not_drawn_have_no_place():
    assert [one.name for one in figures_at("influence")][:2] == ["influence", "baujat"]
    drawn = ["baujat.cured.short", "influence.cured.long", "influence"]
    assert placed("influence", drawn, "cured.short", "cured, short") == [
        {"name": "baujat.cured.short", "caption": f"{figures_at('influence')[1].caption}: cured, short."}
    ]
    assert placed("claims", ["claims"]) == [{"name": "claims", "caption": f"{figures_at('claims')[0].caption}."}]
    assert placed("nowhere", drawn, "cured.short") == []
