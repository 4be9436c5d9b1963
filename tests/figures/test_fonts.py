import io
import re
from base64 import b64decode

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from metawright.figures.kit.embedded_fonts import LETTERS, SIGNS, embeddable, font_faces, with_usual
from metawright.figures.kit.fonts import has_glyph, text_width, truncate, wrap

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=30)


def test_width_is_the_sum_of_advances():
    assert text_width("nn", 10) == pytest.approx(2 * text_width("n", 10))
    assert text_width("nn", 20) == pytest.approx(2 * text_width("nn", 10))
    assert text_width("n", 10, "bold") > text_width("n", 10)
    assert text_width("n", 1) == pytest.approx(1298 / 2048)  # advance of n in DejaVu Sans, units of the typeface


def test_a_character_that_the_typeface_lacks_has_a_width():
    assert not has_glyph("王")
    assert text_width("王", 10) == 10.0


def test_short_text_is_not_cut():
    assert truncate("short", 100, 7) == "short"
    assert wrap("short", 100, 7) == ["short"]
    assert wrap("", 100, 7) == [""]


@given(st.lists(WORDS, max_size=8), st.floats(20, 120), st.integers(1, 3))
def test_lines_fit_and_lose_nothing_before_they_are_cut(words, width, most):
    text = " ".join(words)
    whole = wrap(text, width, 7.0)
    assert "".join(whole).replace(" ", "") == text.replace(" ", "")
    assert all(text_width(line, 7.0) <= width for line in whole if len(line) > 1)
    cut = wrap(text, width, 7.0, most=most)
    assert len(cut) == min(most, len(whole))
    assert all(text_width(line, 7.0) <= width for line in cut if len(line) > 1)
    assert len(whole) <= most or cut[-1].endswith("…")


def test_breaks_after_dashes_and_between_wide_characters():
    assert wrap("Schmidt-Oppenheimer", text_width("Schmidt-", 7) + 1, 7)[0] == "Schmidt-"
    assert wrap("王小明", 14.5, 7) == ["王小", "明"]


def test_faces_carry_the_glyphs_asked_for_and_what_browsers_need():
    css = font_faces({"regular": "Aβ−é王", "bold": "b"})
    faces = [TTFont(io.BytesIO(b64decode(data))) for data in re.findall(r"base64,([^)]+)\)", css)]
    assert len(faces) == 2
    assert set(faces[0].getBestCmap()) == {ord(c) for c in "Aβ−é"}
    for table in ("OS/2", "cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "name", "post"):
        assert table in faces[0], table
    assert "font-weight:bold" in css
    assert font_faces({"bold": "b", "regular": "é王−βA"}) == css


@pytest.mark.parametrize(("character", "alone"), [("A", True), ("Ж", True), ("²", True), ("ب", False), ("क", False)])
def test_letters_that_change_shape_are_left_to_the_reader(character, alone):
    assert embeddable(character) is alone


def test_figures_with_usual_characters_carry_the_same_typeface():
    assert with_usual(set("Favours 0.12 [−1, 2]")) == with_usual({"τ"}) == LETTERS | SIGNS
    assert all(embeddable(character) and has_glyph(character) for character in LETTERS | SIGNS)


def test_figures_with_other_characters_carry_theirs_alone():
    assert with_usual(set("Łódź")) == set("Łódź")
