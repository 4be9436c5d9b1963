"""The pages of a large review: everything once, every link leads somewhere, nothing loaded, nothing heavy in front."""

import json
import re
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest

from metawright.report.html import render_html
from metawright.report.large.front import render_front
from metawright.report.large.outcome import figures_of
from metawright.report.large.parts import Parts
from tests.report.als_review import als_results
from tests.report.examined_review import examined_review
from tests.report.large_review import FILES, copies, rated_review, write
from tests.report.rendering import HTML, SVG


class Page(HTMLParser):
    """Ids, links, and rows of tables of a page."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.text = [], [], text
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.ids += [found["id"]] if "id" in found else []
        self.links += [found[name] for name in ("href", "src") if found.get(name)]


@pytest.fixture(scope="module")
def results():
    return rated_review()


@pytest.fixture(scope="module")
def report(results, tmp_path_factory):
    return write(results, tmp_path_factory.mktemp("large"))


@pytest.fixture(scope="module")
def als(tmp_path_factory):
    return write(copies(als_results()), tmp_path_factory.mktemp("als"), figures=False)


def paths(report):
    return [report / "report.html", *sorted((report / "outcomes").iterdir())]


def shown(report):
    return {path.resolve(): Page(path.read_text(encoding="utf-8")) for path in paths(report)}


@pytest.mark.parametrize("which", ["report", "als"])
def test_every_link_leads_to_a_file_and_an_anchor(which, request):
    pages = shown(request.getfixturevalue(which))
    for path, page in pages.items():
        assert len(page.ids) == len(set(page.ids)), path
        for link in page.links:
            if link.startswith(("https://doi.org/", "data:")):
                continue
            assert "://" not in link
            file, _, anchor = link.partition("#")
            target = (path.parent / unquote(file)).resolve() if file else path
            assert target.is_file(), (path.name, link)
            assert not anchor or unquote(anchor) in pages[target].ids, (path.name, link)


@pytest.mark.parametrize("which", ["report", "als"])
def test_the_front_page_names_every_cell_once_and_links_to_its_page(which, request):
    report = request.getfixturevalue(which)
    results = json.loads((report / "results.json").read_text())
    front = Page((report / "report.html").read_text(encoding="utf-8"))
    for cell in results["cells"]:
        anchor = f"{cell['outcome']}.{cell['period']}"
        assert anchor in front.ids
        assert front.links.count(f"outcomes/{cell['outcome']}.html#{anchor}") == 1
        for key in results["protocol"]["outcomes"]:
            page = Page((report / "outcomes" / f"{key}.html").read_text(encoding="utf-8"))
            assert (anchor in page.ids) == (key == cell["outcome"])


def test_the_front_page_is_light(results, report):
    text = (report / "report.html").read_text(encoding="utf-8")
    assert '<script type="application/json" id="results">null</script>' in text
    assert '"cells":{}' in text
    assert results["cells"][0]["comparison"]["words"] not in text
    sizes = [len(render_front(copies(examined_review(), times), HTML, {}, {}, FILES)) for times in (1, 11)]
    assert (sizes[1] - sizes[0]) / (10 * 4) < 1000


def test_every_number_of_the_single_page_stands_on_one_of_the_pages(results, report):
    """Rows of tables with their notes: what a reader of the one page could read is on the pages together."""
    figures = {f"forest.{key}": SVG for key in results["protocol"]["outcomes"]} | {"risk_of_bias": SVG}
    whole = render_html(results, HTML, figures, {})
    rows = set(re.findall(r"<tr>\n.*?</tr>", whole, re.S))
    together = "".join(path.read_text(encoding="utf-8") for path in paths(report))
    counted = re.compile(r"short\">trimmed")  # how often a rule was applied, on each page its own
    lost = [row for row in rows if row not in together and not counted.search(row)]
    assert lost == []
    assert len(rows) > 300


def test_an_outcome_has_what_is_its_own_and_nothing_else(results, report):
    pages = {path.stem: path.read_text(encoding="utf-8") for path in paths(report)[1:]}
    assert [key for key, text in pages.items() if 'id="certainty"' in text] == ["score-2"]
    assert [key for key, text in pages.items() if "trimmed" in text] == ["score-1", "score-2", "score"]
    front = (report / "report.html").read_text(encoding="utf-8")
    assert 'short">trimmed</th>\n<td class="right"><span>3</span>' in front
    assert (front.count("trimmed"), front.count("delimiter")) == (1, 2)
    assert 'id="figure-forest.score-1"' in pages["score-1"] and 'id="figure-forest' not in front
    assert 'id="risk-of-bias"' not in "".join(pages.values())
    keys = list(results["protocol"]["outcomes"])
    for before, key, after in zip([None, *keys], keys, [*keys[1:], None], strict=False):
        page = Page(pages[key])
        assert (f"{before}.html" in page.links, f"{after}.html" in page.links) == (bool(before), bool(after))
        others = [one for one in keys if one not in (before, key, after)]
        assert not any(f"{one}.html" in page.links for one in others)


def test_parts_count_what_they_hold():
    results = copies(examined_review(), 1)
    parts = Parts(results)
    counts = [parts.of(key)["counts"] for key in parts.outcomes]
    for name in ("cells", "pooled", "single_study", "awaiting_data", "conclusion_differs", "rows_used"):
        assert sum(one[name] for one in counts) == results["counts"][name], name
    assert sum(len(parts.of(key)["unused_rows"]) for key in parts.outcomes) + len(parts.rest["unused_rows"]) == len(
        results["unused_rows"]
    )
    assert parts.rest["cells"] == []
    assert parts.rest["counts"] == results["counts"]


def test_findings_go_to_the_outcome_that_they_or_their_claims_are_about():
    results = als_results()
    claim = next(
        claim["claim"] for cell in results["cells"] if cell["outcome"] == "ALSFRS-R" for claim in cell["claims"]
    )
    one = {"severity": "error", "origin": "check", "outcome": "", "claim": ""}
    found = [one | {"id": "a", "claim": claim}, one | {"id": "b", "outcome": "ALSFRS"}, one | {"id": "c"}]
    found.append(one | {"id": "d", "outcome": "nobody declared"})
    counts = {"severity": {"error": 4}, "origin": {"check": {"error": 4}}, "not_run": 0}
    parts = Parts(results | {"audit": {"findings": found, "not_run": [], "counts": counts}})
    ids = {key: [one["id"] for one in parts.of(key)["audit"]["findings"]] for key in parts.outcomes}
    assert ids == {"ALSFRS": ["b"], "ALSFRS-R": ["a"], "FVC": []}
    assert [one["id"] for one in parts.rest["audit"]["findings"]] == ["c", "d"]
    assert parts.of("ALSFRS-R")["audit"]["counts"]["origin"] == {"check": {"error": 1}}


def test_what_changed_stands_on_the_outcomes_page_and_is_linked(results, tmp_path):
    report = write(results, tmp_path, moved("score-1.short"))
    front = Page((report / "report.html").read_text(encoding="utf-8"))
    assert "pooled results: 1 changed" in front.text
    assert "outcomes/score-1.html#changes" in front.links
    assert "changed-pools" not in front.ids
    found = {path.stem for path in paths(report)[1:] if "changed-pools" in Page(path.read_text(encoding="utf-8")).ids}
    assert found == {"score-1"}


def test_few_sentences_say_how_many_conclusions_turned(results):
    cells = [f"{cell['outcome']}.{cell['period']}" for cell in results["cells"]]
    page = render_front(results, HTML, {}, {}, FILES, moved(*cells, turned=["includes", "above"]))
    assert page.count("turned (") == 8
    assert f"{len(cells) - 8} more conclusions turned." in page
    page = render_front(results, HTML, {}, {}, FILES, moved(*cells[:9], turned=["includes", "above"]))
    assert page.count("turned (") == 9
    assert "more conclusions" not in page


def moved(*cells, turned=None):
    """A document of changes in which the pools of some cells moved."""
    ends = {"estimate": 1.0, "ci_low": 0.0, "ci_high": 2.0, "p": 0.05, "k": 3, "track": "protocol", "status": "pooled"}
    pool = {"model": "FE-z", "what": "changed", "turned": turned, "before": ends, "after": ends | {"estimate": 1.25}}
    pools = [pool | dict(zip(("outcome", "period"), cell.split("."), strict=True)) for cell in cells]
    return {"rows": [], "effects": [], "verdicts": [], "ratings": [], "same": {}, "pools": pools}


def test_figures_are_found_by_their_outcome():
    files = [
        "results/r/figures/forest.a-b.svg",
        "results/r/figures/funnel.a-b.late.svg",
        "results/r/figures/forest.c.svg",
    ]
    assert figures_of(files) == {"a-b": files[:2], "c": files[2:]}
