"""Forest plots as four houses draw them: columns, words, lights for risk of bias, pages."""

from dataclasses import replace

import pytest
from matplotlib.lines import Line2D
from matplotlib.patches import Circle

from metawright.figures.forest.bands import bands, columns
from metawright.figures.forest.pages import breaks
from metawright.figures.forest.plot import forest_figure, forest_pages
from metawright.figures.forest.presets import PRESETS
from metawright.figures.forest.text import FOREST_COLUMNS, forest_alt_text, forest_table
from metawright.figures.forest.words import footnotes, letter
from metawright.figures.kit.page import PAGE_HEIGHT
from metawright.figures.review.risk_signs import COLORS
from metawright.words.numbers import PRESETS as NUMBERS
from metawright.words.numbers import preset
from tests.figures.drawn import outside, overlaps, strings, texts_of
from tests.figures.forest_numbers import als_forest

LEVELS = ("low", "unclear", "high", None, "low", "low", "high")


def appraisal(*studies, overall=None):
    domains = [{"key": f"d{place}", "label": f"Domain number {place}"} for place in range(len(LEVELS))]
    judgements = {domain["key"]: {"judgement": level} for domain, level in zip(domains, LEVELS, strict=True)}
    found = [{"study": study, "label": study, "judgements": judgements, "overall": overall} for study in studies]
    return {"instrument": "RoB1", "domains": domains, "studies": found}


def judged(**more):
    return als_forest(risk_of_bias=appraisal("zucchi2019", "kalron2021", overall=more.pop("overall", None)), **more)


def test_every_house_has_a_style_of_numbers():
    assert set(PRESETS) == set(NUMBERS)


@pytest.mark.parametrize("house", PRESETS)
@pytest.mark.parametrize("which", ["als", "cold", "crowd", "judged"])
def test_nothing_touches_in_any_house(which, house, request):
    data = judged() if which == "judged" else request.getfixturevalue(which)
    for figure in [forest_figure(replace(data, preset=house)), *forest_pages(replace(data, preset=house))]:
        assert overlaps(figure) == []
        assert outside(figure) == []


@pytest.mark.parametrize("house", PRESETS)
def test_no_text_stands_in_the_plot_but_the_name_of_a_published_result(house):
    figure = forest_figure(replace(judged(), preset=house))
    axis = [line.get_xydata() for line in figure.findobj(Line2D) if line.get_linewidth() == 0.7]
    (left, level), (right, _) = [xy for xy in axis if xy[0, 1] == xy[1, 1] and xy[0, 0] > 100][-1]
    heads = max(text[4] for text in texts_of(figure) if text[0] == PRESETS[house].subgroup)
    inside = [t[0] for t in texts_of(figure) if t[1] < right and t[3] > left and heads + 4 < t[2] and t[4] < level]
    assert set(inside) <= {"published"}


@pytest.mark.parametrize("house", PRESETS)
def test_favours_labels_keep_their_sides_in_every_house(house):
    verb = "Favors" if house == "jama" else "Favours"
    found = {text[0]: text for text in texts_of(forest_figure(replace(als_forest(), preset=house)))}
    null = (found["0"][1] + found["0"][3]) / 2
    assert found[f"{verb} usual care"][3] < null < found[f"{verb} exercise"][1]


@pytest.mark.parametrize(
    ("house", "effect", "heterogeneity", "overall", "whole"),
    [
        ("revman", "3.10 [0.04, 6.15]", "Heterogeneity: Chi² = 0.85, df = 1 (P = 0.36); I² = 0%",
         "Test for overall effect: Z = 1.99 (P = 0.05)", "Subtotal (95% CI)"),
        ("bmj", "3.10 (0.04 to 6.15)", "Test for heterogeneity: χ²=0.85, df=1 (P=0.36); I²=0%",
         "Test for overall effect: z=1.99 (P=0.047)", "Subtotal (95% CI)"),
        ("jama", "3.10 (0.04 to 6.15)", "Heterogeneity: χ² = 0.85, df = 1 (P = .36); I² = 0%",
         "Test for overall effect: z = 1.99 (P = .047)", "Subtotal"),
        ("plain", "3.10 (0.04 to 6.15)", "Heterogeneity: χ² = 0.85, df = 1 (P = 0.36); I² = 0%",
         "Test of the effect: z = 1.99 (P = 0.047)", "Together"),
    ],
)  # fmt: skip
def test_lines_of_a_pool_in_every_house(als, house, effect, heterogeneity, overall, whole):
    lines = [band for band in bands(replace(als, preset=house)) if band.period == "long"]
    assert [(b.label, b.effect) for b in lines if b.kind == "subtotal"] == [(whole, effect)]
    assert [b.label for b in lines if b.kind == "note"] == [heterogeneity, overall]


def test_columns_of_every_house(als, cold):
    def heads(data, house):
        return [column.head for column in columns(replace(data, preset=house))]

    assert heads(als, "revman") == ["Mean", "SD", "Total"] * 2
    assert heads(als, "bmj") == ["Mean (SD)", "No"] * 2
    assert heads(cold, "jama") == ["Events/total"] * 2
    assert heads(cold, "plain") == []
    lines = bands(replace(cold, preset="jama"))
    assert next(band for band in lines if band.kind == "trial").cells == {
        "experimental.events_n": "87/118",
        "control.events_n": "91/118",
    }
    total = next(band for band in lines if band.kind == "subtotal")
    assert total.cells["experimental.events_n"] == "234/399"
    assert not any(band.kind == "events" for band in lines)


def test_columns_stand_in_the_order_of_the_house(als):
    def middles(house, weight):
        figure = forest_figure(replace(als, preset=house))
        found = {text[0]: (text[1] + text[3]) / 2 for text in texts_of(figure)}
        effect = next((t[1] + t[3]) / 2 for t in texts_of(figure) if t[0].startswith("4.20"))
        return {"weight": found[weight], "effect": effect, "plot": found["0"]}

    for house in PRESETS:
        places = middles(house, PRESETS[house].weight)
        assert sorted(places, key=places.get) == [slot for slot in PRESETS[house].order if slot != "arms"]


@pytest.mark.parametrize("house", PRESETS)
def test_the_table_and_the_words_suit_every_house(cold, house):
    data = replace(cold, preset=house)
    rows = forest_table(data)
    assert all(set(row) <= set(FOREST_COLUMNS) for row in rows)
    assert [row["estimate"] for row in rows if row["line"] == "subtotal"] == [cold.sections[0].model["estimate"]]
    assert ("[" in forest_alt_text(data)) == (house == "revman")


def test_lights_are_discs_with_letters_above_and_a_legend():
    data = judged()
    figure = forest_figure(data)
    discs = figure.findobj(Circle)
    rows = sum(trial.study in ("zucchi2019", "kalron2021") for s in data.sections for trial in s.trials)
    assert len(discs) == rows * len(LEVELS)
    found = {text[0]: (text[1] + text[3]) / 2 for text in texts_of(figure)}
    for place, level in enumerate(LEVELS):
        column = [disc for disc in discs if abs(disc.center[0] - found[letter(place)]) < 0.01]
        assert len(column) == rows
        assert {disc.get_facecolor() for disc in column} == {to_rgba(COLORS.get(level, "#ffffff"))}
    (note,) = [note for note in footnotes(data) if note.startswith("Risk of bias")]
    assert note.startswith("Risk of bias: (A) Domain number 0; (B) Domain number 1;")
    assert note.endswith("+ low risk; ? unclear risk; − high risk; dashed ring not judged.".capitalize())


def to_rgba(color):
    from matplotlib.colors import to_rgba as made

    return made(color)


def test_the_overall_judgement_comes_last():
    data = judged(overall="high")
    assert data.domains[-1] == "Overall"
    assert data.sections[0].trials[0].judgements == (*LEVELS, "high")


def test_letters_go_on_after_z():
    assert [letter(place) for place in (0, 25, 26, 27)] == ["A", "Z", "AA", "AB"]


def test_a_crowd_is_cut_into_pages_that_hold_every_trial_once(crowd):
    pages = forest_pages(crowd)
    assert len(pages) == 3
    whole = [text for text in strings(forest_figure(crowd)) if text.startswith("Trial ")]
    assert sorted(text for page in pages for text in strings(page) if text.startswith("Trial ")) == sorted(whole)
    for place, page in enumerate(pages):
        assert page.get_size_inches()[1] * 72 <= 1.02 * PAGE_HEIGHT
        assert any("Favours" in text for text in strings(page))
        assert ("continued" in " ".join(strings(page))) == (place > 0)
    assert "Total (95% CI)" in strings(pages[-1])


def test_a_small_plot_is_one_page_and_the_same_as_the_figure(als):
    (page,) = forest_pages(als)
    assert strings(page) == strings(forest_figure(als))


def test_pages_end_before_a_section_or_between_trials():
    kinds = ["section", *["trial"] * 5, "subtotal", "note", "section", *["trial"] * 5, "subtotal", "note"]
    tall = [10.0] * len(kinds)
    assert breaks(kinds, tall, 200.0, 0.0) == [0]
    assert breaks(kinds, tall, 100.0, 0.0) == [0, 8]
    assert breaks(kinds, tall, 45.0, 0.0) == [0, 4, 8, 12]
    assert breaks(kinds, tall, 160.0, 30.0) == [0, 8]
    assert breaks(kinds, tall, 165.0, 30.0) == [0, 13]
    assert breaks(["note"] * 3, [10.0] * 3, 5.0, 0.0) == [0, 1, 2]


def test_a_claim_prints_in_the_style_of_the_house(als):
    with preset("bmj"):
        assert "3.21 (0.85 to 5.56)" in [b.effect for b in bands(replace(als, preset="bmj"))]
