"""The Word copy: complete, safe, and the same on every run."""

import io
import re
import shutil
import struct
import subprocess
import zipfile
from datetime import datetime

import pytest
from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.shared import Emu, Twips
from PIL import Image

from metawright.archive.file_comparison import docx_maker
from metawright.files.zips import write_zip
from metawright.report.word import png_size, render_word, settled, widths
from metawright.report.word_tools import ADVICE, pandoc_version, wants_docx
from tests.report.als_review import als_results
from tests.report.rendering import NASTY, WORD

SIZES = {"forest.ALSFRS-R": (2126, 1500), "verdicts": (2126, 9000)}
EXTENT = re.compile(r'<(?:wp:extent|a:ext) cx="(\d+)" cy="(\d+)"')
WORDS = {"forest.ALSFRS-R": 'Words with <b> & "quotes".', "verdicts": "Other words."}


@pytest.fixture(scope="module")
def page():
    return render_word(als_results(), WORD, WORDS, SIZES)


def test_the_page_holds_tables_figures_and_references(page):
    assert "3.10 [0.04, 6.15]" in page
    assert 'src="forest.ALSFRS-R.png"' in page
    assert "Words with &lt;b&gt; &amp; &#34;quotes&#34;." in page
    tables = [int(number) for number in re.findall(r"<caption>Table (\d+)\.", page)]
    assert tables == list(range(1, len(tables) + 1)) and len(tables) > 5
    assert page.count("<li>") > 5
    assert not re.search(r"\[@|<script|<style", page)
    cited = {int(one) for found in re.findall(r"\((\d+(?:, \d+)*)\)", page) for one in found.split(", ")}
    assert 1 in cited


def test_figures_fit_the_page(page):
    sizes = [tuple(map(float, pair)) for pair in re.findall(r'width="([\d.]+)cm" height="([\d.]+)cm"', page)]
    assert sizes and all(width <= 17.0 and height <= 22.0 for width, height in sizes)
    assert sizes[-1][0] / sizes[-1][1] == pytest.approx(2126 / 1500, rel=0.01)


def test_every_preset_prints_in_its_style():
    results = als_results()
    results = {**results, "protocol": {**results["protocol"], "report": {"preset": "bmj"}}}
    assert "3.10 (0.04 to 6.15)" in render_word(results, WORD, {}, {})


def test_what_people_write_is_text():
    results = als_results()
    results = {**results, "review": {**results["review"], "title": NASTY, "question": NASTY}}
    page = render_word(results, WORD, {}, {})
    assert "&lt;b&gt;王" in page and "<b>王" not in page


def test_widths_fill_the_line_where_they_nearly_do():
    assert sum(map(float, widths([{"width": "0.5"}, {"width": "0.3"}]))) == pytest.approx(100, abs=0.02)
    assert sum(map(float, widths([{"width": "0.04"}, {"width": "0.05"}]))) == pytest.approx(30, abs=0.02)


def test_sizes_of_pictures_are_read():
    assert png_size(b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 300, 150)) == (300, 150)
    with pytest.raises(ValueError, match="not a PNG"):
        png_size(b"GIF89a" + bytes(30))


def document(date, *dots):
    """A document in the style of pandoc, with a table and pictures of so many dots."""
    word = Document()
    word.styles.add_style("Compact", WD_STYLE_TYPE.PARAGRAPH)
    word.core_properties.created = word.core_properties.modified = date
    word.add_paragraph("no picture")
    for column in word.add_table(1, 1).columns:
        column.width = Twips(3960)
    for wide, high in dots:
        picture = io.BytesIO()
        Image.new("1", (wide, high)).save(picture, "png")
        word.add_picture(picture, width=Emu(9), height=Emu(9))
    buffer = io.BytesIO()
    word.save(buffer)
    return buffer.getvalue()


def settled_text(content, maker="pandoc 3.1"):
    """The members of a settled document as texts."""
    return {name: part.decode(errors="replace") for name, part in settled(content, maker).items()}


def test_a_document_is_settled(tmp_path):
    for name, date in (("a.docx", datetime(2001, 1, 1)), ("b.docx", datetime(2026, 5, 6))):
        write_zip(tmp_path / name, settled(document(date), "pandoc 3.1"))
    content = (tmp_path / "a.docx").read_bytes()
    assert content == (tmp_path / "b.docx").read_bytes()
    assert docx_maker(content) == "pandoc 3.1"
    members = settled_text(document(datetime(2001, 1, 1)), "pandoc <3>")
    assert "dcterms:created" not in members["docProps/core.xml"]
    assert "dcterms:modified" not in members["docProps/core.xml"]
    assert "pandoc &lt;3&gt;" in members["docProps/app.xml"]


def test_a_document_has_a4_pages_and_small_tables():
    word = Document(io.BytesIO(zipped(settled(document(datetime(2001, 1, 1)), "pandoc 3.1"))))
    (section,) = word.sections
    assert (section.page_width.twips, section.page_height.twips) == (11906, 16838)
    sides = (section.left_margin, section.right_margin, section.top_margin, section.bottom_margin)
    assert {side.twips for side in sides} == {1134}
    assert word.tables[0].columns[0].width.twips == 4819
    for name, size in (("Compact", 8), ("Body Text", 10.5), ("Title", 18)):
        style = word.styles[name]
        assert style.font.size.pt == size
        (complex_script,) = style.element.xpath("./w:rPr/w:szCs/@w:val")
        assert int(complex_script) == 2 * size


def zipped(members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, part in members.items():
            archive.writestr(name, part)
    return buffer.getvalue()


def test_the_switch(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert [wants_docx(choice) for choice in ("auto", "always", "never")] == [False, True, False]
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")
    assert [wants_docx(choice) for choice in ("auto", "always", "never")] == [True, True, False]
    assert [wants_docx(choice, large=True) for choice in ("auto", "always", "never")] == [False, True, False]


@pytest.mark.skipif(not shutil.which("pandoc"), reason=f"needs pandoc: {ADVICE}")
def test_pandoc_makes_the_same_document_twice(page, tmp_path):
    from matplotlib.figure import Figure

    for name, (width, height) in SIZES.items():
        Figure(figsize=(width / 300, height / 300), dpi=300).savefig(tmp_path / f"{name}.png")
    (tmp_path / "report.html").write_text(page, encoding="utf-8")
    made = []
    for _ in range(2):
        command = ["pandoc", "--from=html", "--to=docx", "--output=report.docx", "report.html"]
        subprocess.run(command, cwd=tmp_path, check=True)
        write_zip(tmp_path / "made.docx", settled((tmp_path / "report.docx").read_bytes(), pandoc_version()))
        made.append((tmp_path / "made.docx").read_bytes())
    assert made[0] == made[1]
    assert docx_maker(made[0]).startswith("pandoc ")
    with zipfile.ZipFile(tmp_path / "made.docx") as archive:
        text = archive.read("word/document.xml").decode()
    assert text.count("<w:tbl>") == page.count("<table>")
    assert "Words with &lt;b&gt; &amp; &quot;quotes&quot;." in text
    extents = [[int(side) / 360000 for side in pair] for pair in EXTENT.findall(text)]
    assert extents == [pytest.approx([17.0, 11.99], abs=0.001)] * 2


@pytest.mark.parametrize(
    ("dots", "centimetres"),
    [
        ((300, 150), (2.54, 1.27)),
        ((2126, 1500), (17.0, 11.99)),
        ((2126, 9000), (5.2, 22.0)),
        ((9000, 300), (17.0, 0.57)),
    ],
)
def test_a_picture_fits_the_page_and_keeps_its_caption(dots, centimetres):
    text = settled_text(document(datetime(2001, 1, 1), dots))["word/document.xml"]
    sides = tuple(f"{round(360000 * side)}" for side in centimetres)
    assert EXTENT.findall(text) == [sides] * 2
    (paragraph,) = re.findall(r"<w:p>(?:(?!</w:p>).)*<w:drawing>", text, re.S)
    assert "<w:keepNext/>" in paragraph
    assert text.count("<w:keepNext/>") == 1
