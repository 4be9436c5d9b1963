"""The pages of a large review in a real browser: the way from page to page, without script, for everyone."""

import pytest

from tests.report.als_review import als_results
from tests.report.browser import browser, needs_chromium, opened, violations
from tests.report.large_review import FILES, copies, rated_review, write

pytestmark = [needs_chromium, pytest.mark.browser]


@pytest.fixture(scope="module")
def chrome():
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    return write(rated_review(), tmp_path_factory.mktemp("large"))


@pytest.fixture(scope="module")
def als(tmp_path_factory):
    return write(copies(als_results()), tmp_path_factory.mktemp("als"), figures=False)


def test_the_index_is_searched_and_followed(chrome, report):
    with opened(chrome, report / "report.html") as (page, noise):
        table = page.locator("#cells")
        table.scroll_into_view_if_needed()
        page.locator('.tools:has(+ .index) input[type="search"]').fill("score-3")
        assert table.locator("tbody tr:visible").count() == 2
        page.select_option("#view", "recommended")
        assert table.locator("th.protocol:visible").count() == 0
        page.select_option("#view", "both")
        table.locator("tbody tr:visible a").nth(1).click()
        assert page.url.endswith("outcomes/score-3.html#score-3.short")
        page.locator('.explore[data-cell="score-3.short"] button.trial').first.wait_for()
        page.locator('a[rel="next"]').first.click()
        assert page.url.endswith("outcomes/cured-3.html")
        page.locator('nav.pager a[href="../report.html#outcomes"]').first.click()
        assert page.locator("#cells").is_visible()
        assert noise == []


def test_addresses_of_the_single_page_lead_on(chrome, report):
    with opened(chrome, report / "report.html") as (page, noise):
        page.goto(f"{(report / 'report.html').as_uri()}#score-1.short?model=REML-HKSJ&without=T02")
        page.wait_for_url("**/outcomes/score-1.html#*")
        assert "Without Trial 2, REML-HKSJ" in page.locator('.explore[data-cell="score-1.short"] .found').inner_text()
        page.goto(f"{(report / 'report.html').as_uri()}#summary?view=protocol")
        page.wait_for_selector('#cells[data-view="protocol"]')
        assert noise == []


def test_without_script_all_is_there(chrome, report):
    with opened(chrome, report / "report.html", java_script_enabled=False) as (page, noise):
        assert page.locator("#cells tbody tr:visible").count() == 16
        assert page.locator("#view:visible, #colours:visible").count() == 0
        assert page.locator("#downloads li a:visible").count() == len(FILES)
        assert noise == []


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_everyone_can_read_them(chrome, report, als, scheme, width):
    names = [report / "report.html", report / "outcomes" / "score-2.html", als / "report.html"]
    for path in names:
        with opened(chrome, path, color_scheme=scheme, viewport={"width": width, "height": 900}) as (page, noise):
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
            assert noise == []
