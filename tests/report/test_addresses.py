"""Contents links and addresses of a page lead to their targets at first try, in a real browser."""

import pytest

from metawright.report.html import render_html
from tests.report.als_review import als_results
from tests.report.browser import browser, needs_chromium, opened
from tests.report.examined_review import examined_review
from tests.report.large_review import rated_review, write
from tests.report.rendering import HTML, SVG

pytestmark = [needs_chromium, pytest.mark.browser]

WIDTHS = (1280, 390)
NEAR = 4  # dots that a target may lie beside its place
# Whatever a reader can be sent to: not the parts of drawings, not what a script shows while it is pointed at.
ADDRESSES = """() => [...document.querySelectorAll('body [id]')]
  .filter((one) => !one.closest('svg, script, style, #lineage-tip')).map((one) => one.id)"""
LINKS = (
    """() => [...document.querySelectorAll('.contents a[href^="#"]')].map((one) => one.getAttribute('href').slice(1))"""
)
# When nothing has moved for a while: how far the target is from its place, which is below whatever stays at the top of
# the window, or as near to it as the end of the page lets it come; null where the target cannot be seen.
DISTANCE = """async (id) => {
  const root = document.documentElement;
  const target = document.getElementById(id);
  const now = () => [scrollY, root.scrollHeight, target.getBoundingClientRect().top].join();
  for (let before = "", still = 0; still < 2; ) {
    still = before === now() ? still + 1 : 0;
    before = now();
    await new Promise((done) => setTimeout(done, 25));
  }
  const box = target.getBoundingClientRect();
  if (!target.checkVisibility() || !(box.width || box.height)) return null;
  const bar = document.querySelector('.contents').getBoundingClientRect();
  const sticks = getComputedStyle(document.querySelector('.contents')).position === 'sticky';
  if (sticks && bar.top <= box.top && box.top < bar.bottom) return null;
  const wanted = scrollY + box.top - parseFloat(getComputedStyle(root).scrollPaddingTop);
  return scrollY - Math.max(0, Math.min(wanted, root.scrollHeight - innerHeight));
}"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("addresses")
    drawn, words = {"forest.score": SVG}, {"forest.score": "Forest plot: score."}
    (folder / "examined.html").write_text(render_html(examined_review(), HTML, drawn, words), encoding="utf-8")
    (folder / "als.html").write_text(render_html(als_results(), HTML, {}, {}), encoding="utf-8")
    large = write(rated_review(), folder)
    return {
        "examined": folder / "examined.html",
        "als": folder / "als.html",
        "front": large / "report.html",
        "outcome": large / "outcomes" / "score-2.html",
    }


@pytest.fixture(scope="module")
def chrome():
    with browser() as started:
        yield started


def missed(distances):
    return {key: far for key, far in distances.items() if far is None or abs(far) > NEAR}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["examined", "als", "front", "outcome"])
def test_every_link_of_the_contents_lands(chrome, pages, name, width):
    with opened(chrome, pages[name], viewport={"width": width, "height": 900}) as (page, noise):
        links = page.evaluate(LINKS)
        found = {}
        for number, key in enumerate(links):
            page.goto(f"{pages[name].as_uri()}?{number}")
            page.evaluate("(key) => document.querySelector(`.contents a[href='#${key}']`).click()", key)
            found[key] = page.evaluate(DISTANCE, key)
        assert missed(found) == {}
        assert len(found) == len(links) > 5
        # One after the other, up and down the page, it is the same.
        again = {}
        for key in links[::2] + links[::-2]:
            page.evaluate("(key) => document.querySelector(`.contents a[href='#${key}']`).click()", key)
            again[key] = page.evaluate(DISTANCE, key)
        assert missed(again) == {}
        assert noise == []


@pytest.mark.parametrize(("name", "width"), [("examined", 1280), ("outcome", 390)])
def test_every_address_lands_in_a_page_that_opens_with_it(chrome, pages, name, width):
    with opened(chrome, pages[name], viewport={"width": width, "height": 900}) as (page, noise):
        keys = page.evaluate(ADDRESSES)
        assert len(keys) == len(set(keys)) > 40
        found = {}
        for number, key in enumerate(keys):
            page.goto(f"{pages[name].as_uri()}?{number}#{key}")
            found[key] = page.evaluate(DISTANCE, key)
        assert missed(found) == {}
        assert noise == []


@pytest.mark.parametrize(("name", "width"), [("examined", 390), ("als", 1280), ("front", 1280), ("front", 390)])
def test_every_address_lands_in_an_open_page(chrome, pages, name, width):
    with opened(chrome, pages[name], viewport={"width": width, "height": 900}) as (page, noise):
        found = {}
        for key in page.evaluate(ADDRESSES):
            page.evaluate("(key) => { location.hash = key; }", key)
            found[key] = page.evaluate(DISTANCE, key)
        assert missed(found) == {}
        assert len(found) > 40
        assert noise == []


def test_a_link_opens_what_was_closed_again(chrome, pages):
    with opened(chrome, pages["examined"]) as (page, _):
        key = page.evaluate("document.querySelector('main details table').id")
        page.evaluate("(key) => { location.hash = key; }", key)
        assert abs(page.evaluate(DISTANCE, key)) <= NEAR
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = false; })")
        page.evaluate(
            """(key) => {
              const link = document.createElement("a");
              link.href = `#${key}`;
              document.body.append(link);
              link.click();
            }""",
            key,
        )
        assert abs(page.evaluate(DISTANCE, key)) <= NEAR


def test_going_back_leads_to_where_one_was(chrome, pages):
    with opened(chrome, pages["examined"]) as (page, _):
        page.evaluate("window.scrollTo(0, 1234)")
        page.evaluate("document.querySelector(\".contents a[href='#references']\").click()")
        assert abs(page.evaluate(DISTANCE, "references")) <= NEAR
        page.go_back()
        page.evaluate(DISTANCE, "references")
        assert page.evaluate("scrollY") == 1234


def test_nothing_grows_while_the_reader_goes_down_the_page(chrome, pages):
    for name, path in pages.items():
        with opened(chrome, path) as (page, _):
            page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            heights = page.evaluate(
                """async () => {
                  const heights = new Set();
                  for (let y = 0; y < document.documentElement.scrollHeight; y += 700) {
                    window.scrollTo(0, y);
                    await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 5)));
                    heights.add(document.documentElement.scrollHeight);
                  }
                  return [...heights];
                }"""
            )
            assert len(heights) == 1, name
