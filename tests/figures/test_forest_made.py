"""Recovered, combined, divided and left out: shown where it stands, with a note that says what it is."""

import pytest

from metawright.figures.forest.bands import bands
from metawright.figures.forest.data import forest_data
from metawright.figures.forest.plot import forest_figure
from metawright.figures.forest.text import forest_alt_text, forest_table
from metawright.figures.forest.words import footnotes
from tests.figures.drawn import outside, overlaps
from tests.figures.forest_numbers import OUTCOME
from tests.figures.made_pools import Z, arm_rows, model_row, pool

ARMS = ("experimental", "control")
STUDIES = [
    ("costa", 2.7, 2.4, 40, 41, "2;3"),
    ("dietrich", 2.6, 2.8, 42, 21, "4;5;6"),
    ("evans", 1.5, 1.7, 16, 16, "7;8"),
    ("fischer", 6.3, 2.2, 36, 34, "9;10"),
]


def line(study, arm, **cells):
    empty = dict.fromkeys(
        ("timepoint", "n", "mean", "sd", "events", "estimate", "se", "row_ids", "made", "recovered"), ""
    )
    return empty | {"outcome": "o", "period": "all", "study": study, "arm": arm} | cells


INPUTS = [
    line("costa", "experimental", n="40", mean="31.354875", sd="6.92", recovered="mean S7;sd S7"),
    line("costa", "control", n="41", mean="28.6", sd="6.9", recovered="sd S1"),
    line("dietrich", "experimental", n="42", mean="31.62", sd="6.31", made="combined"),
    line("dietrich", "control", n="21", mean="29.0", sd="6.2"),
    line("evans", "experimental", n="16", mean="31.5", sd="5.0", made="paired"),
    line("evans", "control", n="16", mean="30.0", sd="5.5", made="paired"),
    line("fischer", "experimental", n="36", mean="36.2", sd="6.1"),
    line("fischer", "control", n="34", mean="29.9", sd="6.3"),
]


def made_forest(inputs=INPUTS, left=("fischer",), of="REML-HKSJ", studies=STUDIES):
    found = pool("o", "all", "MD", studies)
    for trial in found["studies"]:
        trial["imputed"] = any(one["recovered"] for one in inputs if one["study"] == trial["study"])
    kept = [one for one in studies if one[0] not in left]
    for place, row in enumerate(found["models"]):
        if row["model"] == of:
            y, v = [one[1] for one in kept], [one[2] for one in kept]
            part = model_row(row["model"], row["track"], row["tau2_method"], row["interval"], y, v) if len(kept) > 1 else (
                dict.fromkeys(row) | {"model": row["model"], "track": row["track"], "interval": "z", "k": 1, "estimate": y[0],
                "se": v[0] ** 0.5, "ci_low": y[0] - Z * v[0] ** 0.5, "ci_high": y[0] + Z * v[0] ** 0.5, "statistic": 1.0, "p": 0.3,
                "weights": [100.0], "candidates": []})  # fmt: skip
            weights = iter(part["weights"])
            part["weights"] = [next(weights) if one in kept else None for one in studies]
            sizes = {f"n_{arm}": sum(one[at] for one in kept) for arm, at in zip(ARMS, (3, 4), strict=True)}
            found["models"][place] = part | {"excluded": list(left)} | sizes
    rows = arm_rows("o", [("x", "all", {arm: {"n": 9} for arm in ARMS})] * 6)
    labels = [{"study": name, "label": name.title()} for name, *_ in studies]
    block = OUTCOME | {"key": "o"}
    names = {"model": "as-published", "recommended": "REML-HKSJ"}
    return forest_data(block, [], [found], rows, [], inputs=inputs, studies=labels, **names)


def cells(data, study):
    return next(band for band in bands(data) if band.study == study)


def test_recovered_cells_stand_in_the_table_with_their_mark_and_reported_ones_without():
    band = cells(made_forest(), "costa")
    assert band.label == "Costa*"
    shown = [band.cells[f"{arm}.{name}"] for arm in ARMS for name in ("mean", "sd")]
    assert shown == ["31.35*", "6.92*", "28.6", "6.9*"]


def test_the_note_names_route_and_trials():
    note = next(note for note in footnotes(made_forest()) if note.startswith("*"))
    assert "SD from the standard error of the mean (route S1: Costa)" in note
    assert "mean or SD from median and quartiles or range (route S7: Costa)" in note


def test_a_combined_arm_has_its_own_mean_sd_and_total():
    band = cells(made_forest(), "dietrich")
    assert band.label == "Dietrich§"
    assert [band.cells[f"experimental.{name}"] for name in ("mean", "sd", "n")] == ["31.62", "6.31", "42"]
    assert "§ Several arms of the trial, combined into one." in footnotes(made_forest())


def test_a_share_of_the_control_and_a_pairing_are_named():
    inputs = [one | ({"made": "share of 2", "n": "15.5"} if one["study"] == "fischer" and one["arm"] == "control" else {}) for one in INPUTS]  # fmt: skip
    studies = [(*one[:4], 15.5, one[5]) if one[0] == "fischer" else one for one in STUDIES]
    data = made_forest(inputs, left=(), studies=studies)
    assert cells(data, "fischer").label == "Fischer¶"
    assert cells(data, "fischer").cells["control.n"] == "15.5"
    assert cells(data, "evans").label == "Evans‖"
    assert [note[0] for note in footnotes(data)[1:]] == ["*", "§", "¶", "‖"]


def test_a_trial_that_the_recommended_model_leaves_out_is_marked_and_k_is_that_of_the_model():
    data = made_forest()
    band = cells(data, "fischer")
    assert band.label == "Fischer‡"
    assert band.weight.endswith("%")
    labels = [one.label for one in bands(data) if one.kind == "recommended"]
    assert labels == ["Recommended: REML, HKSJ (3 of 4 trials)"]
    assert "left out of the recommended model (REML-HKSJ)" in footnotes(data)[-1]
    assert "recommended (REML, HKSJ, 3 of 4 trials)" in forest_alt_text(data)


def test_left_out_of_the_headline_the_totals_are_its_own():
    data = made_forest(of="as-published")
    assert cells(data, "fischer").weight == "left out"
    subtotal = next(one for one in bands(data) if one.kind == "subtotal")
    assert [subtotal.cells[f"{arm}.n"] for arm in ARMS] == ["98", "78"]
    assert "3 of 4 trials pooled" in forest_alt_text(data)


@pytest.mark.parametrize("of", ["as-published", "REML-HKSJ"])
def test_one_trial_left_is_not_called_a_pool(of):
    data = made_forest(left=("costa", "dietrich", "evans"), of=of)
    texts = [one.label for one in bands(data)]
    if of == "as-published":
        assert "Total (one trial left, 95% CI)" in texts
        assert not any(text.startswith("Heterogeneity") for text in texts)
    else:
        assert "Recommended: one trial left (1 of 4 trials)" in texts
    assert "one trial left" in forest_alt_text(data) or "nothing to pool" in forest_alt_text(data)


@pytest.mark.parametrize("left", [(), ("fischer",), ("costa", "dietrich", "evans")])
def test_nothing_overlaps(left):
    figure = forest_figure(made_forest(left=left))
    assert overlaps(figure) == []
    assert outside(figure) == []


def test_a_recovered_standard_error_of_a_contrast_is_marked():
    inputs = [line("a", "contrast", estimate="2.5", se="1.0", recovered="se S5")]
    found = pool("o", "all", "GIV", [("a", 2.5, 1.0, None, None, "2"), ("b", 1.0, 1.0, None, None, "3")])
    found["studies"][0]["imputed"] = True
    data = forest_data(OUTCOME | {"key": "o", "measure": "GIV"}, [], [found], [], [], model="DL-z", inputs=inputs)
    assert cells(data, "a").cells["se"].endswith("*")
    assert not cells(data, "b").cells["se"].endswith("*")


def test_the_table_says_where_numbers_come_from():
    rows = {row["study"]: row for row in forest_table(made_forest()) if row["line"] == "trial"}
    assert rows["costa"]["recovered"] == "experimental mean S7;experimental sd S7;control sd S1"
    assert rows["dietrich"]["made"] == "experimental combined"
    assert rows["fischer"]["left_out_of"] == "REML-HKSJ"
