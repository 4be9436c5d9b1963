"""Every section of the register stands where it says, under its title, and no template says what it says."""

import html
import re

import pytest

from metawright.report.html import render_html
from metawright.report.large.front import render_front
from metawright.report.large.outcome import OutcomePages
from metawright.report.latex import render_latex
from metawright.report.latex_escape import escape_latex
from metawright.report.sections.outcomes import OUTCOMES
from metawright.report.sections.register import APPENDICES, CHAPTERS, PAGE_ORDER, SECTIONS, page
from metawright.report.sections.section import EVERYWHERE, FRONT, LATEX, OUTCOME, PAGE, SCREEN, WORD, Source
from metawright.report.word import render_word
from tests.report.examined_review import examined_review
from tests.report.large_review import FILES, rated_review
from tests.report.rendering import HTML as PAGES
from tests.report.rendering import LATEX as ARTICLES
from tests.report.rendering import SVG, TEMPLATES, article_of, blocks_in, rendered_sections
from tests.report.rendering import WORD as DOCUMENTS
from tests.report.whole_review import whole_review

FIGURES = ("forest.ALSFRS-R", "risk_of_bias", "risk_of_bias_weights", "claims", "prisma_flow", "verdicts")


@pytest.fixture(scope="module")
def reviews():
    """Reviews by hand, with what moved since earlier results: between them they have every section."""
    return [whole_review(), (examined_review(), None), (rated_review(), None)]


def renderings(results, changes):
    """Each place of a review with its text."""
    drawn, words = dict.fromkeys(FIGURES, SVG), dict.fromkeys(FIGURES, "In words.")
    front = {name: svg for name, svg in drawn.items() if "." not in name}
    yield PAGE, render_html(results, PAGES, drawn, words, {"a.csv": "1"}, changes)
    yield FRONT, render_front(results, PAGES, front, words, FILES, changes)
    pages = OutcomePages(results, PAGES, changes)
    for key in results["protocol"]["outcomes"]:
        own = {name: svg for name, svg in drawn.items() if name.split(".")[1:2] == [key]}
        yield OUTCOME, pages.render(key, own, words)
    yield LATEX, render_latex(results, ARTICLES, list(drawn))
    yield WORD, render_word(results, DOCUMENTS, words, dict.fromkeys(drawn, (600, 300)))


@pytest.fixture(scope="module")
def found(reviews):
    """Anchor and title of what stands in each rendering of each review."""
    return [(place, rendered_sections(text, place)) for one in reviews for place, text in renderings(*one)]


def heading(title, place):
    return escape_latex(title) if place == LATEX else title


def heading_of(section, place):
    """Anchor and title as `rendered_sections` finds them; None where the section stands without a heading."""
    if place == WORD:
        return None if WORD in section.quiet else ("", section.title)
    if place == LATEX:
        return section.anchor, heading(section.title, place)
    return section.anchor, section.contents if place in section.quiet else section.title


@pytest.mark.parametrize("place", sorted(EVERYWHERE))
def test_every_section_stands_where_the_register_says_and_nowhere_else(found, place):
    everything = {head for where, heads in found if where == place for head in heads}
    for section in SECTIONS:
        if section is not OUTCOMES and (head := heading_of(section, place)):
            assert (head in everything) == (place in section.places), head


@pytest.mark.parametrize("place", sorted(EVERYWHERE))
def test_sections_stand_in_the_order_of_the_register_and_no_other_does(reviews, found, place):
    chapters = [section for chapter, within in CHAPTERS for section in (chapter, *within)]
    order = PAGE_ORDER if place in SCREEN else [*chapters, *APPENDICES]
    expected = [heading_of(section, place) for section in order if place in section.places]
    for headings in (headings for where, headings in found if where == place):
        single = [one for one in headings if one in expected]
        assert single == [one for one in expected if one in headings]
        others = [one for one in headings if one not in expected]
        labels = {block.get("label") or key for one, _ in reviews for key, block in one["protocol"]["outcomes"].items()}
        assert {title for _, title in others} <= {heading(label, place) for label in labels}
        assert not others or place in OUTCOMES.places


@pytest.mark.parametrize("place", sorted(EVERYWHERE))
def test_an_outcome_has_its_section_wherever_outcomes_stand(reviews, found, place):
    titles = {title for where, headings in found if where == place for _, title in headings}
    for key, block in reviews[0][0]["protocol"]["outcomes"].items():
        label = block.get("label") or key
        assert (heading(label, place) in titles) == (place in OUTCOMES.places)


def test_contents_name_every_section_of_a_page_once(reviews):
    for results, changes in reviews:
        shown = page(Source(results, PAGE, changes=changes, files=["results.json"]))
        text = render_html(results, PAGES, {}, {}, changes=changes)
        contents = text.split('aria-label="Contents"')[1].split("</nav>")[0]
        said = [html.unescape(one) for one in re.findall(r"<li><a href=[^>]*>(.*?)</a></li>", contents)]
        assert said == [one.contents for one in shown]


def test_no_template_says_what_a_section_says(reviews):
    texts, titles = set(), {title for section in SECTIONS for title in (section.title, section.contents) if title}
    for results, changes in reviews:
        for place in EVERYWHERE:
            source = Source(results, place, changes=changes, files=["results.json"])
            shown = page(source) if place in SCREEN else article_of(results, place=place)
            blocks = [block for one in shown for block in blocks_in(one.blocks)]
            texts |= {block.text for block in blocks if block.kind == "text"}
            titles |= {block.title for block in blocks if block.kind in ("heading", "fold")}
    assert len(texts) > 40
    for path in TEMPLATES.rglob("*.j2"):
        if path.name.startswith("simulation") or path.parent.name == "archive":
            continue
        template = " ".join(path.read_text(encoding="utf-8").split())
        assert [text for text in texts if text and text[:60] in template] == [], path
        heads = [re.escape(one) for one in titles]
        heads = [
            one for one in heads if re.search(rf'<(h\d|a|summary)\b[^<]*>{one}<|section\*?{{{one}}}|"{one}"', template)
        ]
        assert heads == [], path
