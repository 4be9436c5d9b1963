import pytest
from matplotlib.patches import Circle, Rectangle

from metawright.appraisal.judgements import LEVELS
from metawright.appraisal.risk_of_bias import risk_of_bias
from metawright.figures.review.risk_of_bias import risk_of_bias_figure
from metawright.figures.review.risk_of_bias_text import risk_of_bias_alt_text, risk_of_bias_columns, risk_of_bias_table
from metawright.figures.review.risk_signs import COLORS, SIGNS
from tests.figures.drawn import outside, overlaps, strings

DOMAINS = {
    "random_sequence": "Random sequence (selection bias)",
    "performance": "Performance bias",
    "attrition": "Attrition bias",
}
JUDGED = {"Kalron 2021": "low low low", "Braga 2018": "high high high", "Drory 2001": "unclear high "}


def appraised(domains=DOMAINS, judged=JUDGED, grade="A", **appraisal):
    rows = [
        {"study": study, "domain": domain, "judgement": word, "support": ""}
        for study, words in judged.items()
        for domain, word in zip(domains, words.split(" "), strict=True)
    ]
    rows.append({"study": next(iter(judged)), "domain": "grade", "judgement": grade, "support": ""})
    rule = {"A": "all_low", "C": "none_low", "otherwise": "B"}
    return risk_of_bias(rows, [], {"domains": domains, "grade": rule} | appraisal)


def many_domains():
    names = {f"d{i}": f"Multidimensionality {i} of what was measured at length (some bias)" for i in range(11)}
    judged = {
        f"The {i}th Collaborative Group of Investigators of Everything {2000 + i}": "low " * 10 + "high"
        for i in range(30)
    }
    return appraised(names, judged)


def rob2():
    domains = {f"D{i}": label for i, label in enumerate(("Randomisation process", "Missing outcome data"), 1)}
    return appraised(
        domains, {"a": "low low", "b": "some concerns".replace(" ", "_") + " high"}, instrument="RoB2", grade=""
    )


@pytest.mark.parametrize("document", [appraised(), many_domains(), rob2(), appraised(grade="B")])
def test_no_text_touches_another_or_the_edge_of_the_page(document):
    figure = risk_of_bias_figure(document)
    assert overlaps(figure) == []
    assert outside(figure) == []


def test_every_judgement_has_colour_and_sign():
    figure = risk_of_bias_figure(appraised())
    lights = [c for c in figure.findobj(Circle) if type(c) is Circle]
    assert len(lights) == 9 + 4  # trials x domains, and the legend with "not judged"
    found = strings(figure)
    assert [found.count(sign) for sign in ("+", "?", "−")] == [3 + 1, 1 + 1, 4 + 1]
    assert "Not judged" in found


def test_colours_are_apart_in_lightness_or_hue_for_everyone():
    """Okabe and Ito's colours, and grey: tested for colour-vision deficiencies by their authors."""
    for levels in LEVELS.values():
        colors = [COLORS[level] for level in levels]
        assert len(set(colors)) == len(colors)
        assert set(colors) <= {"#009e73", "#f0e442", "#d55e00", "#cc79a7", "#c8c8c8"}
        signs = [SIGNS[level] for level in levels]
        assert len(set(signs)) == len(signs)


def test_bars_are_as_long_as_their_counts():
    figure = risk_of_bias_figure(appraised())
    bars = [r for r in figure.findobj(Rectangle) if type(r) is Rectangle and r is not figure.patch]
    widths = [bar.get_width() for bar in bars]
    assert len(bars) == 3 + 2 + 3  # attrition: one low, one high, one not judged
    assert widths[0] == pytest.approx(widths[1])
    assert sum(widths[3:5]) == pytest.approx(sum(widths[:3]))
    assert widths[4] == pytest.approx(2 * widths[3])


def test_grades_show_where_the_printed_one_differs():
    found = strings(risk_of_bias_figure(appraised(grade="B")))
    assert "A (printed B)" in found
    assert "C" in found
    assert "Grade" in found and "Overall" not in found
    assert "Overall" in strings(risk_of_bias_figure(rob2()))


def test_alt_text_counts_and_names():
    assert risk_of_bias_alt_text(appraised()) == (
        "Risk of bias of 3 trials in 3 domains. Random sequence (selection bias): 1 low, 1 unclear, 1 high. "
        "Performance bias: 1 low, 2 high. Attrition bias: 1 low, 1 high, 1 not judged. Grade A: Kalron 2021. "
        "Grade C: Braga 2018."
    )
    assert risk_of_bias_alt_text(many_domains()).endswith("Grade B: 30 trials.")


def test_the_table_has_a_row_per_trial_and_a_column_per_domain():
    document = appraised()
    assert risk_of_bias_columns(document)[2:5] == list(DOMAINS)
    rows = risk_of_bias_table(document)
    assert rows[1]["performance"] == "high"
    assert rows[2]["attrition"] is None
    assert (rows[0]["grade"], rows[0]["grade_printed"]) == ("A", "A")
