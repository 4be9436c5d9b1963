import re
import shutil
import subprocess
import warnings
import xml.etree.ElementTree as ET

import matplotlib
import numpy as np
import pytest
from PIL import Image

from metawright.figures.forest.plot import forest_figure
from metawright.figures.kit.fonts import text_width
from metawright.figures.kit.page import Page, figure_style
from metawright.figures.kit.save import save

SVG = "{http://www.w3.org/2000/svg}"


def saved(folder, figure, description="What it shows: a < b & c"):
    folder.mkdir(exist_ok=True)
    paths = [folder / f"figure.{kind}" for kind in ("svg", "pdf", "png")]
    save(figure, *paths, "A title", description)
    return paths


@pytest.fixture(scope="module")
def sheet():
    with figure_style():
        page = Page(120, 40)
        page.text(5, 20, "Tau² = 0.00 é", style="bold")
        page.text(5, 32, "italic", style="italic", color="#5f5f5f")
        page.box(80, 10, 8, 8, fill="#1f5f99")
        page.line(70, 30, 110, 30)
        page.circle(100, 20, 4, fill="#009e73", edge="#333333")
    return page.figure


@pytest.fixture(scope="module")
def files(sheet, tmp_path_factory):
    return saved(tmp_path_factory.mktemp("figure"), sheet)


def test_same_figure_same_bytes_whatever_the_user_prefers(als, tmp_path):
    first = [path.read_bytes() for path in saved(tmp_path / "a", forest_figure(als))]
    with matplotlib.rc_context({"svg.fonttype": "path", "savefig.dpi": 50, "font.size": 30, "lines.linewidth": 9}):
        second = [path.read_bytes() for path in saved(tmp_path / "b", forest_figure(als))]
    assert first == second


def test_svg_says_what_it_is(files):
    root = ET.fromstring(files[0].read_bytes())
    assert root.get("role") == "img"
    named = {element.get("id"): element.text for element in root.iter() if element.get("id")}
    title, description = (named[key] for key in root.get("aria-labelledby").split())
    assert (title, description) == ("A title", "What it shows: a < b & c")


def test_svg_has_text_as_text_and_its_typeface_with_it(files):
    svg = files[0].read_text()
    assert "Tau² = 0.00 é" in [element.text for element in ET.fromstring(svg).iter(f"{SVG}text")]
    assert svg.count("@font-face") == 2
    assert "font-family: 'DejaVu Sans', Verdana, sans-serif" in svg
    assert not re.search(r"(href|src)\s*[=:]\s*[\"'(]?https?:", svg)


def test_svg_can_stand_beside_another_in_one_page(files, sheet, tmp_path):
    def ids(path):
        return set(re.findall(r'\bid="([^"]+)"', path.read_text()))

    other = saved(tmp_path / "other", sheet, "Something else")[0]
    assert ids(files[0]) and not ids(files[0]) & ids(other)
    style = re.search(r"<style.*?>(.*?)</style>", files[0].read_text(), re.DOTALL)[1]
    assert style.lstrip().startswith("#fig-")


def test_no_file_holds_a_date(files):
    for path in files:
        content = path.read_bytes()
        assert not re.search(rb"CreationDate|ModDate|dc:date|tIME|20\d\d-\d\d-\d\d", content), path.name


def test_pdf_embeds_truetype(files):
    content = files[1].read_bytes()
    assert b"/FontFile2" in content
    assert b"/Type3" not in content


def texts_in_pdf(path):
    found = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True)
    return found.stdout.split()


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext is not installed (poppler-utils)")
@pytest.mark.parametrize("text", ["Profit −0.12 τ² ≥ fl", "Łódź Ω 0.5"])
def test_pdf_keeps_its_text_whether_its_typeface_was_ready_or_not(text, tmp_path):
    with figure_style():
        page = Page(300, 40)
        for place, style in enumerate(("regular", "bold", "italic")):
            page.text(100 * place, 20, text, style=style)
    assert texts_in_pdf(saved(tmp_path / "figure", page.figure)[1]) == 3 * text.split()


@pytest.mark.parametrize(("align", "turn"), [("left", 0), ("center", 0), ("right", 0), ("right", 90), ("left", 90)])
def test_text_stands_where_it_was_put(align, turn, tmp_path):
    with figure_style():
        page = Page(200, 200)
        page.text(100, 100, "HMMH", size=20, align=align, rotation=turn)
    ink = 255 - np.asarray(Image.open(saved(tmp_path / "figure", page.figure)[2]).convert("L")).astype(int)
    along = np.flatnonzero(ink.sum(axis=1 if turn else 0) > 0) * 72 / 300
    width = text_width("HMMH", 20)
    # Turned text runs upwards, and letters stand a tenth of their size off the ends of their line.
    start = {"left": 0.0, "center": -width / 2, "right": -width}[align]
    expected = (100 - start - width, 100 - start) if turn else (100 + start, 100 + start + width)
    assert along[[0, -1]] == pytest.approx([expected[0] + 2, expected[1] - 2], abs=0.6)


def test_png_can_be_left_out(sheet, tmp_path):
    save(sheet, tmp_path / "figure.svg", tmp_path / "figure.pdf", None, "A title", "What it shows")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["figure.pdf", "figure.svg"]


def test_png_has_300_dots_per_inch(files):
    image = Image.open(files[2])
    assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    assert image.size == (500, 166)
    assert image.info["Description"] == "What it shows: a < b & c"


def test_characters_that_cannot_be_drawn_are_named_once(tmp_path, monkeypatch):
    monkeypatch.setattr("metawright.figures.kit.fonts.FALLBACKS", ())
    with figure_style():
        page = Page(60, 20)
        page.text(2, 10, "王 a")
        page.text(2, 18, "王")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        path = saved(tmp_path / "x", page.figure)[0]
    assert [str(w.message) for w in caught] == [
        "A title: no installed typeface has 王; PNG and PDF show boxes, the SVG keeps the text"
    ]
    assert ">王 a<" in path.read_text()
