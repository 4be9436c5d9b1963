"""The page in a real browser: every control, nothing sent, no error, readable to everyone."""

import csv
import io
import json
import re

import pytest

from metawright.report.html import render_html
from tests.report.als_review import als_results
from tests.report.browser import browser, needs_chromium, opened, violations
from tests.report.examined_review import examined_review
from tests.report.rendering import HTML, SVG

pytestmark = [needs_chromium, pytest.mark.browser]

FIGURES = {"forest.score": SVG, "forest.cured": SVG}
WORDS = {"forest.score": "Forest plot: score.", "forest.cured": "Forest plot: cured."}
FILES = {"reproduce.R": "# a script </script>\n", "demo-data-rows.csv": "a,b\r\n1,2\r\n", "metafor.csv": "study\n"}
CELL = "score.short"
CURED = "cured.short"


@pytest.fixture(scope="module")
def results():
    return examined_review()


@pytest.fixture(scope="module")
def written(results, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(render_html(results, HTML, FIGURES, WORDS, FILES), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def als(tmp_path_factory):
    path = tmp_path_factory.mktemp("als") / "report.html"
    path.write_text(render_html(als_results(), HTML, {}, {}), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def chrome():
    with browser() as started:
        yield started


@pytest.fixture
def page(chrome, written):
    with opened(chrome, written) as (shown, noise):
        yield shown
        assert noise == []


def saved(page, press):
    with page.expect_download() as waited:
        press.click()
    download = waited.value
    return download.suggested_filename, download.path().read_text(encoding="utf-8")


def unfold(page):
    """Open every part and walk down the page, as a reader does."""
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.evaluate(
        """async () => {
          for (let y = 0; y < document.body.scrollHeight; y += 500) {
            window.scrollTo({ top: y, behavior: "instant" });
            await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 5)));
          }
          window.scrollTo({ top: 0, behavior: "instant" });
        }"""
    )


def test_switching_the_model_changes_the_first_screen(page, results):
    card = page.locator(f'.card[data-cell="{CELL}"]')
    assert card.locator(".line:visible").count() == 2
    page.select_option("#view", "recommended")
    assert card.locator(".line:visible").count() == 1
    cell = next(c for c in results["cells"] if c["outcome"] == "score" and c["period"] == "short")
    assert f"{cell['tracks']['recommended']['estimate']:.2f}" in card.locator(".line:visible dd").first.inner_text()
    assert page.url.endswith("#summary?view=recommended")
    page.select_option("#view", "FE-z")
    assert "FE-z" in card.locator(".line:visible dt").inner_text()
    page.select_option("#view", "both")
    assert card.locator(".line:visible").count() == 2
    assert page.locator("#view-status").text_content() == "Shown: both tracks."


def test_a_trial_is_left_out_by_mouse_and_by_key(page, results):
    box = page.locator(f'.explore[data-cell="{CELL}"]')
    box.scroll_into_view_if_needed()
    box.locator("button.trial").first.wait_for()
    cell = next(c for c in results["cells"] if c["outcome"] == "score" and c["period"] == "short")
    document = next(one for one in cell["leave_one_out"]["models"] if one["model"] == "FE-z")
    assert box.locator("button.trial").count() == cell["k"] == 3
    box.locator("button.trial").nth(1).click()
    assert f"{document['omitted'][1]['estimate']:.2f}" in box.locator("tr.result td").nth(1).inner_text()
    assert "Without Trial 2" in box.locator(".found").inner_text()
    assert box.locator('button.trial[aria-pressed="true"]').count() == 1
    box.locator("button.trial").nth(0).focus()
    page.keyboard.press("Enter")
    assert f"{document['omitted'][0]['estimate']:.2f}" in box.locator("tr.result td").nth(1).inner_text()
    page.keyboard.press("Enter")
    assert f"{cell['models'][0]['estimate']:.2f}" in box.locator("tr.result td").nth(1).inner_text()
    box.locator("select").select_option("REML-HKSJ")
    box.locator("button.trial").nth(2).click()
    assert page.url.endswith(f"#{CELL}?model=REML-HKSJ&without=T03")
    box.get_by_role("button", name="All trials").click()
    assert box.locator('button.trial[aria-pressed="true"]').count() == 0


def test_an_address_brings_back_what_was_looked_at(chrome, written):
    with opened(chrome, written) as (page, noise):
        page.goto(f"{written.as_uri()}#{CELL}?model=REML-HKSJ&without=T02")
        box = page.locator(f'.explore[data-cell="{CELL}"]')
        assert box.locator("select").input_value() == "REML-HKSJ"
        assert "Without Trial 2, REML-HKSJ" in box.locator(".found").inner_text()
        page.goto(f"{written.as_uri()}#{CELL}?model=nonsense&without=nobody")
        assert box.locator("select").input_value() == "FE-z"
        assert "All trials, FE-z" in box.locator(".found").inner_text()
        page.goto(f"{written.as_uri()}#summary?view=protocol")
        assert page.locator("#view").input_value() == "protocol"
        assert page.locator(f'.card[data-cell="{CELL}"] .line:visible').count() == 1
        assert noise == []
    with opened(chrome, written) as (page, noise):
        page.goto(f"{written.as_uri()}#{CELL}.models")
        assert page.locator(f'[id="{CELL}.models"]').is_visible()


def test_numbers_say_where_they_come_from(page):
    tip = page.locator("#lineage-tip")
    unfold(page)
    cell = page.locator(f'[id="{CELL}.trials"] td[data-from]').first
    cell.hover()
    words = tip.inner_text()
    assert "extraction.csv, row" in words
    assert "Full precision" in words
    page.keyboard.press("Escape")
    assert not tip.is_visible()
    region = page.locator(f'.table:has([id="{CELL}.trials"])')
    region.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.tagName") == "TD"
    assert page.evaluate("document.activeElement.getAttribute('aria-describedby')") == "lineage-tip"
    assert tip.is_visible()
    number = page.locator(f'[id="{CELL}"] > p .num').first
    number.hover()
    assert "Full precision" in tip.inner_text()
    unfold(page)
    for name, words in (("models", "pooling/score.short.json"), ("tracks", "row"), ("heterogeneity", "heterogeneity/")):
        page.locator(f'[id="{CELL}.{name}"] td[data-from]').first.hover()
        assert words in tip.inner_text()


def test_every_number_of_every_table_has_a_lineage(page):
    unfold(page)
    bare = page.evaluate(
        """() => [...document.querySelectorAll('.table > table[id] tbody td')]
          .filter((cell) => /\\d/.test(cell.textContent) && !cell.dataset.from).length"""
    )
    assert bare == 0


def test_tables_sort_and_filter(page):
    unfold(page)
    table = page.locator(f'[id="{CURED}.trials"]')
    names = lambda: table.locator("tbody tr:visible th").all_inner_texts()  # noqa: E731
    before = names()
    assert len(before) == 12
    effect = table.locator("thead th").filter(has_text="OR [95% CI]")
    numbers = lambda: [  # noqa: E731
        float(re.match(r"[\d.]+", text).group())
        for text in table.locator(
            f"tbody td:nth-child({effect.evaluate('one => one.cellIndex + 1')})"
        ).all_inner_texts()
    ]
    effect.get_by_role("button").click()
    assert effect.get_attribute("aria-sort") == "ascending"
    assert numbers() == sorted(numbers())
    effect.get_by_role("button").press("Enter")
    assert effect.get_attribute("aria-sort") == "descending"
    assert numbers() == sorted(numbers(), reverse=True)
    effect.get_by_role("button").click()
    assert effect.get_attribute("aria-sort") is None
    assert names() == before
    tools = page.locator(f'.tools:has(+ .table [id="{CURED}.trials"])')
    tools.get_by_role("searchbox").fill("trial 1")
    assert len(names()) == 4
    assert tools.locator(".count").inner_text() == "4 of 12 rows"
    tools.get_by_role("searchbox").fill("")
    assert names() == before


def test_what_can_be_saved(page, results):
    unfold(page)
    name, text = saved(page, page.locator('[data-save="results.json"]'))
    assert name == "demo.results.json"
    assert json.loads(text) == json.loads(json.dumps(results))
    assert saved(page, page.locator('[data-save="reproduce.R"]')) == ("reproduce.R", FILES["reproduce.R"])
    assert saved(page, page.locator('[data-save="demo.bib"]'))[1].startswith("@")
    for press in page.locator("button[data-save]").all():
        assert saved(page, press)[1]
    tools = page.locator(f'.tools:has(+ .table [id="{CURED}.trials"])')
    name, text = saved(page, tools.get_by_role("button", name="CSV"))
    assert name == "demo.cured.short.trials.csv"
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows[0][0] == "Trial"
    assert len(rows) == 13
    assert len({len(row) for row in rows}) == 1
    name, text = saved(page, page.locator('[id="figure-forest.score"] .tools button'))
    assert name == "demo.forest.score.svg"
    assert text.startswith("<svg")
    assert "Forest plot: score." in text


def test_colours_change_and_stay(chrome, written):
    with opened(chrome, written) as (page, noise):
        paper = lambda: page.evaluate("getComputedStyle(document.body).backgroundColor")  # noqa: E731
        light = paper()
        button = page.locator("#colours")
        button.click()
        button.click()
        assert button.inner_text().casefold() == "colours: dark"
        dark = paper()
        assert dark != light
        page.reload()
        assert paper() == dark
        assert noise == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_everyone_can_read_it(chrome, written, als, scheme, width):
    for path in (written, als):
        with opened(chrome, path, color_scheme=scheme, viewport={"width": width, "height": 900}) as (page, noise):
            unfold(page)
            assert violations(page) == []
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide == 0
            assert noise == []


def test_without_script_it_is_a_whole_document(chrome, written):
    with opened(chrome, written, java_script_enabled=False) as (page, noise):
        for control in ("#view", "#colours", "[data-save]", ".explore", ".sort"):
            assert page.locator(f"{control}:visible").count() == 0
        assert page.locator("noscript").count() == 1
        page.locator(f'[id="{CELL}"]').scroll_into_view_if_needed()
        assert page.locator(f'[id="{CELL}.trials"]').is_visible()
        assert page.locator(".answers dd:visible").count() == 4
        page.locator("summary").filter(has_text="All models").first.click()
        assert page.locator(f'[id="{CELL}.models"]').is_visible()
        assert noise == []


def test_printed_it_shows_everything_and_no_control(chrome, written):
    with opened(chrome, written) as (page, noise):
        unfold(page)
        page.emulate_media(media="print")
        assert page.locator(".tools:visible, .explore:visible, #colours:visible").count() == 0
        assert page.locator(f'[id="{CELL}.models"]').is_visible()
        assert page.pdf()[:4] == b"%PDF"
        assert noise == []


def test_it_opens_at_once(chrome, written):
    with opened(chrome, written) as (page, _):
        timing = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
        assert 0 < timing < 3000
