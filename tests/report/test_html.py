"""The page: whole, self-contained, navigable, the same every time."""

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from metawright.report.html import render_html
from metawright.report.svg import inline_svg, interval_marks, interval_range, position_on
from tests.report.als_review import PROTOCOL, als_results
from tests.report.rendering import HTML, NASTY, SVG

FIGURES = {"forest.ALSFRS-R": SVG, "forest.FVC": SVG}
WORDS = {"forest.ALSFRS-R": "Forest plot of ALSFRS-R.\nTwo trials.", "forest.FVC": "Forest plot of FVC."}
VOID = {"meta", "link", "br", "hr", "img", "input"}


class Page(HTMLParser):
    """Elements of a page in order, and whether every tag is closed where it should be."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self.open, self.text = [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)

    def all(self, name):
        return [attributes for tag, attributes in self.elements if tag == name]


@pytest.fixture(scope="module")
def page_text():
    return render_html(als_results(), HTML, FIGURES, WORDS)


@pytest.fixture(scope="module")
def page(page_text):
    return Page(page_text)


def test_nothing_is_loaded_from_anywhere(page, page_text):
    for tag, attributes in page.elements:
        assert tag not in ("iframe", "object", "embed", "base", "form")
        for name in ("src", "srcset", "data", "poster", "background", "action"):
            assert name not in attributes
        if tag != "a" and "href" in attributes:
            assert attributes["href"].startswith(("#", "data:"))
        assert not [name for name in attributes if name.startswith("on")]
    assert "@import" not in page_text
    assert not re.findall(r"url\((?!#|data:font)", page_text)
    assert len([one for one in page.all("script") if "type" not in one]) == 1
    assert [one for one in page.all("meta") if "default-src 'none'" in one.get("content", "")]


def test_same_input_same_bytes(page_text):
    assert render_html(als_results(), HTML, FIGURES, WORDS) == page_text


def test_ids_are_unique_and_links_arrive(page):
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = [a["href"][1:] for a in page.all("a") if a["href"].startswith("#")]
    labels = [name for _, a in page.elements for name in a.get("aria-labelledby", "").split()]
    assert targets
    assert set(targets) | set(labels) <= set(ids)


def test_tables_have_captions_and_scopes(page):
    assert len(page.all("caption")) == len(page.all("table")) > 5
    assert {attributes.get("scope") for attributes in page.all("th")} == {"col", "row"}


def test_one_h1_and_no_level_is_skipped(page):
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_grid_has_a_card_per_cell_and_flags_one(page_text):
    assert page_text.count('<li class="card ') == 9
    assert page_text.count('<li class="card pooled differs"') == 1
    assert page_text.count("Conclusion differs</li>") == 1
    assert "Incomplete: 2 of 3 trials" in page_text


def test_figures_stand_inside_with_their_words(page, page_text):
    assert "Two trials." in page_text
    titles = [a["aria-labelledby"] for a in page.all("svg") if a.get("role") == "img"]
    assert titles == ["fig-forest-ALSFRS-R-title", "fig-forest-FVC-title"]
    assert "<metadata>" not in page_text
    assert "<?xml" not in page_text


def test_absent_files_leave_a_line_and_no_section(page_text):
    bare = render_html(als_results(awaiting=None, claims=None, studies=None), HTML, {}, {})
    for gone in ('id="awaiting"', 'id="published"', 'id="studies"', 'id="risk-of-bias"', "<figure"):
        assert gone not in bare
    assert "The review has no awaiting.csv" in bare
    assert "The review has no risk_of_bias.csv" in page_text
    Page(bare)


def test_whatever_people_write_is_text(page):
    protocol = {**PROTOCOL, "title": NASTY, "question": "<script>alert(1)</script>"}
    results = als_results()
    results = {**results, "protocol": protocol, "review": {**results["review"], "title": NASTY, "question": NASTY}}
    results["labels"]["zucchi2019"] = "<img src=x>"
    found = Page(render_html(results, HTML, FIGURES, WORDS))
    assert not found.all("img") + found.all("b")
    assert len(found.all("script")) == 4
    assert NASTY in "".join(found.text)


def test_inlined_drawings_keep_their_references_apart():
    drawn = inline_svg(SVG, "fig.a b", 'Say "so" & <so>')
    assert 'id="fig-a-b-clip"' in drawn
    assert "url(#fig-a-b-clip)" in drawn
    assert 'href="#fig-a-b-mark"' in drawn
    assert "&lt;so&gt;" in drawn
    assert "width=" not in drawn.split(">")[0]
    assert drawn.startswith("<svg")


def test_small_intervals_share_an_axis_and_cut_what_is_far_wider():
    rows = [(3.0, 0.0, 6.0), (2.0, -1.0, 5.0), (3.0, -150.0, 160.0)]
    axis = interval_range(rows)
    assert axis[0] < 0.0 < 6.0 < axis[1] < 50.0
    marks = interval_marks(rows[2], axis)
    assert (marks["cut_low"], marks["cut_high"], marks["low"], marks["high"]) == (True, True, 0.0, 100.0)
    inside = interval_marks(rows[0], axis)
    assert not inside["cut_low"] and not inside["cut_high"]
    assert inside["low"] == position_on(0.0, axis)
    assert interval_range([]) == (-1.0, 1.0)
