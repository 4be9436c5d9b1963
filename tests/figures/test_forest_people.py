"""Whose participants the totals of a forest plot hold: RevMan's stored totals, contrast rows, cross-over trials."""

import pytest

from metawright.effects.compute import trace_effects
from metawright.effects.rows import EFFECT_COLUMNS, INPUT_COLUMNS
from metawright.effects.rules import default_rules
from metawright.extraction.arms import arm_rows
from metawright.extraction.clean import clean_extraction
from metawright.extraction.documents import ARM_COLUMNS
from metawright.figures.forest.bands import bands, columns
from metawright.figures.forest.data import forest_data
from metawright.figures.forest.words import footnotes
from metawright.pooling.cell import cell_of
from metawright.pooling.pool import pool
from metawright.reading.sheets import read_sheet
from tests.exchange.pipeline import as_table

# CMP-001.06 of the review CD000023, fever at day 3: events and participants, as in its RevMan file.
FEVER = """Dagnelie 1996,4,47,3,35
De Meyere 1992,3,51,10,70
Denny 1953,6,157,16,50
Landsman 1951,0,52,0,43
MacDonald 1951,0,41,1,41
Petersen 1997,21,89,32,90
Taylor 1977,6,129,3,59
Zwart 2000,117,352,63,154
Zwart 2003,20,100,7,56
Bennike 1951,0,100,7,99
Brink 1951,4,277,15,198
Brumfitt 1957,0,42,2,40
Little 1997,66,388,35,184"""
MODELS = [{"key": "DL-z", "track": "protocol", "tau2_method": "DL", "interval": "z"}]


def made(protocol, measure, header, *lines, designs=None, rules=None, contaminated=None, models=MODELS):
    """The pool and the forest plot of rows of one outcome, through the library alone."""
    block = {**protocol["outcomes"]["score"], "measure": measure, "key": "score", "label": "Fever"}
    protocol = {**protocol, "outcomes": {"score": block}, "periods": [dict(protocol["periods"][0], key="all")]}
    cleaned = clean_extraction(read_sheet("\n".join([header, *lines, ""]).encode(), "extraction.csv"), protocol)
    assert not cleaned.problems, [problem.text for problem in cleaned.problems]
    traced = trace_effects(cleaned.arms, block, protocol["periods"], {**default_rules(), **(rules or {})}, designs)
    arms, effects = as_table(cleaned.arms, ARM_COLUMNS), as_table(traced.effects, EFFECT_COLUMNS)
    pooled = pool(cell_of(effects, arm_rows(arms), block, "all"), models, contaminated=contaminated)
    inputs = as_table(traced.inputs, INPUT_COLUMNS)
    words = {"experimental": "exercise", "control": "usual care"}
    periods = [{"key": "all", "label": "All"}]
    return pooled, forest_data(block, periods, [pooled], arms, effects, inputs=inputs, model="DL-z", arm_labels=words)


def counts(lines: str):
    rows = [line.split(",") for line in lines.splitlines()]
    return [
        f"{study},score,3 m,{arm},{n},{events},,"
        for study, a, n1, c, n2 in rows
        for arm, events, n in (("exercise", a, n1), ("usual care", c, n2))
    ]


COUNTS = "study,outcome,timepoint,arm,n,events,estimate,se"
MEANS = "study,outcome,timepoint,arm,n,mean,sd,estimate,se"


def subtotal(data):
    return next(band for band in bands(data) if band.kind == "subtotal").cells


@pytest.mark.parametrize("measure", ["MH_RR", "RR"])
def test_revmans_totals_hold_the_people_of_trials_that_are_not_estimable(protocol, measure):
    """RevMan stores 13 studies, df 11, totals 1825 and 1119 of this analysis; one trial without events is in them."""
    pooled, data = made(protocol, measure, COUNTS, *counts(FEVER))
    section = data.sections[0]
    assert (section.n_experimental, section.n_control, section.n) == (1825, 1119, 2944)
    assert [trial.study for trial in section.not_estimable] == ["Landsman 1951"]
    assert subtotal(data) == {"experimental.n": "1825", "control.n": "1119"}
    events = next(band for band in bands(data) if band.kind == "events").cells
    assert events == {"experimental.events": "247", "control.events": "194"}
    # k, Q and what is said of the evidence count the trials that are pooled
    model = pooled["models"][0]
    assert (model["k"], model["q_df"], model["n"], pooled["n_experimental"]) == (12, 11, 2944 - 95, 1773)
    assert any("include the participants of Landsman 1951, whose effect is not estimable" in n for n in footnotes(data))


def test_events_in_everybody_count_in_the_totals_too(protocol):
    lines = counts("A,5,20,8,20\nB,4,20,9,20\nC,10,10,12,12")
    _, data = made(protocol, "OR", COUNTS, *lines)
    assert subtotal(data) == {"experimental.n": "50", "control.n": "52"}
    assert next(b for b in bands(data) if b.kind == "events").cells["control.events"] == "29"


def test_a_trial_that_is_not_estimable_at_two_time_points_counts_once(protocol):
    lines = counts("A,5,20,8,20\nB,4,20,9,20\nC,0,30,0,31")
    again = [line.replace("3 m", "2 m") for line in lines if line.startswith("C")]
    _, data = made(protocol, "OR", COUNTS, *lines, *again)
    assert subtotal(data) == {"experimental.n": "70", "control.n": "71"}
    unused = next(band for band in bands(data) if band.kind == "unused")
    assert (unused.cells["experimental.n"], unused.cells["control.n"]) == ("30", "31")


def test_trials_that_lack_numbers_are_not_in_the_totals(protocol):
    lines = ["A,score,3 m,exercise,20,5,2,,", "A,score,3 m,usual care,20,4,2,,", "B,score,3 m,exercise,20,5,2,,"]
    lines += ["B,score,3 m,usual care,20,4,2,,", "C,score,3 m,exercise,40,5,NR,,", "C,score,3 m,usual care,40,4,NR,,"]
    _, data = made(protocol, "MD", MEANS, *lines)
    assert subtotal(data) == {"experimental.n": "40", "control.n": "40"}
    assert not any("not estimable" in note for note in footnotes(data))


CONTRAST = "Clus,score,3 m,contrast,625,,-0.2296,0.2386"


def test_the_people_of_a_contrast_row_are_in_the_total_and_not_in_the_arms(protocol):
    """A cluster trial of 625 beside one of 625 with arms: 1250 participants, log OR -0.22929, SE 0.1487."""
    pooled, data = made(protocol, "OR", COUNTS, *counts("A,63,295,84,330"), CONTRAST)
    model = pooled["models"][0]
    assert (pooled["n"], model["n"], model["n_experimental"], model["n_control"]) == (1250, 1250, 295, 330)
    assert (round(model["estimate"], 5), round(model["se"], 4)) == (-0.22929, 0.1487)
    assert subtotal(data) == {"experimental.n": "295", "control.n": "330"}
    assert [band.label for band in bands(data) if band.kind == "trial"] == ["A", "Clus◊"]
    assert "◊ Participants known for both arms together, so not in the totals of the arms: Clus (625)." in footnotes(
        data
    )
    assert next(band for band in bands(data) if band.kind == "events").cells == {
        "experimental.events": "63", "control.events": "84",
    }  # fmt: skip


def test_contrasts_alone_have_one_column_of_participants(protocol):
    lines = [CONTRAST, CONTRAST.replace("Clus", "Other").replace("625", "40")]
    _, data = made(protocol, "OR", COUNTS, *lines)
    assert [column.head for column in columns(data)] == ["log[OR]", "SE", "Total"]
    assert [band.cells["n"] for band in bands(data) if band.kind == "trial"] == ["625", "40"]
    assert subtotal(data)["n"] == "665"
    assert not any("◊" in note for note in footnotes(data))


def test_a_total_that_is_not_known_is_not_the_sum_of_what_is(protocol):
    pooled, _ = made(protocol, "OR", COUNTS, *counts("A,63,295,84,330"), CONTRAST.replace("625", ""))
    assert (pooled["n"], pooled["n_experimental"]) == (None, 295)


def test_a_crossover_has_its_people_in_both_arms_and_once_in_all(protocol):
    lines = [f"{s},score,3 m,{arm},{n},{m},10,," for s, n in (("X", 20), ("Y", 30)) for arm, m in ARMS]
    rules = {"crossover": {"use": "paired", "rho": 0.5}}
    pooled, data = made(protocol, "MD", MEANS, *lines, designs={"x": {"crossover": True}}, rules=rules)
    assert (pooled["n"], pooled["n_experimental"], pooled["n_control"]) == (80, 50, 50)
    assert subtotal(data) == {"experimental.n": "50", "control.n": "50"} and data.sections[0].n == 80


ARMS = (("exercise", 40), ("usual care", 45))
