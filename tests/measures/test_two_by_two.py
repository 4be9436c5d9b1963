"""OR, RR, RD and Peto from counts, and their rules for empty cells."""

import numpy as np
import pytest

from metawright.measures.estimable import ALL_EVENTS, IMPOSSIBLE, MISSING, NO_EVENTS, OK
from metawright.measures.kinds import BINARY as EVENTS
from metawright.measures.odds_ratio import odds_ratio
from metawright.measures.peto_odds_ratio import peto_odds_ratio
from metawright.measures.registry import measure_of, measures_of_kind
from metawright.measures.risk_difference import risk_difference
from metawright.measures.risk_ratio import risk_ratio
from metawright.measures.two_by_two import corrected_tables
from tests.oracle.reading import BINARY, Deviations, arms, reference


@pytest.mark.parametrize("name", BINARY)
def test_against_the_oracle(name):
    """Blocks of RevMan's rules, and metafor's own, which are reached by the options."""
    deviations = Deviations(1e-12)
    metafor = {"zero_scope": "any_cell", "double_zero": "correct"}
    a, n1, c, n2 = arms(name)
    for measure, block in reference(name)["measures"].items():
        plain, _, revman = measure.partition("_")
        if plain == "PETO":
            # metafor's escalc() adds 0.5 here too; its rma.peto(), like RevMan, does not.
            add = np.where((a == 0) | (c == 0) | (a == n1) | (c == n2), 0.5, 0.0)
            effect = peto_odds_ratio(a + add, n1 + 2 * add, c + add, n2 + 2 * add)
        elif measure == "RD":
            # metafor takes its 0.5 into the effect; here it stays out: the formulas are compared on its cells.
            add = np.where((a == 0) | (c == 0) | (a == n1) | (c == n2), 0.5, 0.0)
            effect = risk_difference(a + add, n1 + 2 * add, c + add, n2 + 2 * add)
        else:
            effect = measure_of(plain).effect_of(a, n1, c, n2, **({} if revman else metafor))
        used = np.flatnonzero(effect.reason == OK)
        assert (used + 1).tolist() == block["rows_used"]
        for i, row in enumerate(used):
            deviations.add(f"{measure} y {row}", effect.y[row], block["y"][i], np.sqrt(block["v"][i]))
            deviations.add(f"{measure} v {row}", effect.v[row], block["v"][i], 0.0)
        if revman:
            kept = corrected_tables(measure_of(plain).zero_rule, a, n1, c, n2).corrected[used]
            corrected = block["rows_corrected"]
            corrected = corrected if isinstance(corrected, list) else [corrected] if corrected else []
            assert (
                np.flatnonzero(corrected_tables(measure_of(plain).zero_rule, a, n1, c, n2).corrected) + 1
            ).tolist() == corrected
            assert kept.sum() == len(corrected)
    assert not deviations.found


def test_by_hand():
    a, n1, c, n2 = 12.0, 40.0, 20.0, 50.0
    expected = {
        "OR": (np.log(12 * 30 / (28 * 20)), 1 / 12 + 1 / 28 + 1 / 20 + 1 / 30),
        "RR": (np.log(0.3 / 0.4), 1 / 12 - 1 / 40 + 1 / 20 - 1 / 50),
        "RD": (-0.1, 12 * 28 / 40**3 + 20 * 30 / 50**3),
    }
    V = 40 * 50 * 32 * 58 / (90**2 * 89)
    expected["PETO"] = (12 - 40 * 32 / 90) / V, 1 / V
    for measure in (one.key for one in measures_of_kind(EVENTS)):
        effect = measure_of(measure).effect_of(a, n1, c, n2)
        assert (float(effect.y), float(effect.v)) == pytest.approx(expected[measure.removeprefix("MH_")], rel=1e-14)


def test_an_empty_cell():
    cells = 0, 20, 4, 22
    assert (float(odds_ratio(*cells).y), float(odds_ratio(*cells).v)) == pytest.approx((-2.2999, 2.3251), abs=1e-4)
    assert (float(risk_ratio(*cells).y), float(risk_ratio(*cells).v)) == pytest.approx((-2.1063, 2.1311), abs=1e-4)
    difference = risk_difference(*cells)
    assert (float(difference.y), float(difference.v)) == pytest.approx((-0.1818, 0.00676), abs=1e-4)
    peto = peto_odds_ratio(5, 156, 8, 74)
    assert float(peto.y) == pytest.approx(-1.4200, abs=1e-4) and 1 / float(peto.v) == pytest.approx(2.6882, abs=1e-4)


@pytest.mark.parametrize(
    ("measure", "cells", "scope", "corrected"),
    [
        ("OR", (0, 9, 3, 9), "events", True),
        ("OR", (9, 9, 3, 9), "events", True),
        ("OR", (2, 9, 3, 9), "any_cell", False),
        ("RR", (0, 9, 3, 9), "events", True),
        ("RR", (9, 9, 3, 9), "events", False),
        ("RR", (9, 9, 3, 9), "any_cell", True),
        ("RD", (0, 9, 3, 9), "events", False),
        ("RD", (0, 9, 3, 9), "any_cell", False),
        ("RD", (0, 9, 9, 9), "events", True),
        ("RD", (0, 9, 0, 9), "events", True),
        ("RD", (9, 9, 9, 9), "events", True),
    ],
)
def test_who_is_corrected(measure, cells, scope, corrected):
    tables = corrected_tables(measure_of(measure).zero_rule, *cells, zero_scope=scope)
    assert tables.corrected == corrected and tables.kept
    assert float(tables.a + tables.b + tables.c + tables.d) == 18 + 2 * corrected
    assert measure_of(measure).effect_of(*cells, zero_scope=scope).reason == OK


@pytest.mark.parametrize(
    ("cells", "difference"),
    [((0, 20, 0, 200), 0.0), ((20, 20, 200, 200), 0.0), ((0, 9, 9, 9), -1.0), ((9, 9, 0, 30), 1.0)],
)
def test_a_risk_difference_is_that_of_the_raw_cells(cells, difference):
    """0.5 enters the variance alone: 0.5 (n + 0.5)/(n + 1)^3 of each arm."""
    for measure in ("RD", "MH_RD"):
        for scope in ("events", "any_cell"):
            found = measure_of(measure).effect_of(*cells, zero_scope=scope)
            assert float(found.y) == difference
            wanted = sum(0.5 * (n + 0.5) / (n + 1) ** 3 for n in (cells[1], cells[3]))
            assert float(found.v) == pytest.approx(wanted, rel=1e-14)


@pytest.mark.parametrize(("cells", "code"), [((0, 9, 0, 8), NO_EVENTS), ((9, 9, 8, 8), ALL_EVENTS)])
def test_double_zeros(cells, code):
    for measure in ("OR", "RR", "PETO", "MH_OR", "MH_RR"):
        effect = measure_of(measure).effect_of(*cells)
        assert effect.reason == code and np.isnan(effect.y) and np.isnan(effect.v)
    for measure in ("RD", "MH_RD"):
        assert measure_of(measure).effect_of(*cells).reason == OK
    for measure in ("OR", "RR"):
        kept = measure_of(measure).effect_of(*cells, double_zero="correct")
        assert kept.reason == OK and kept.v > 0
    assert measure_of("PETO").effect_of(*cells, double_zero="correct").reason == code


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ((np.nan, 9, 1, 9), MISSING),
        ((1, 9, 1, np.nan), MISSING),
        ((10, 9, 1, 9), IMPOSSIBLE),
        ((-1, 9, 1, 9), IMPOSSIBLE),
        ((1, 9, 0, 0), IMPOSSIBLE),
    ],
)
def test_unusable_counts(cells, code):
    for measure in (one.key for one in measures_of_kind(EVENTS)):
        assert measure_of(measure).effect_of(*cells).reason == code


def test_swapping_the_arms_changes_the_sign():
    for measure in (one.key for one in measures_of_kind(EVENTS)):
        one, other = measure_of(measure).effect_of(3, 30, 9, 41), measure_of(measure).effect_of(9, 41, 3, 30)
        assert float(one.y) == pytest.approx(-float(other.y), rel=1e-12)
        assert float(one.v) == pytest.approx(float(other.v), rel=1e-12)


def test_unknown_words_are_refused():
    with pytest.raises(ValueError, match="unknown measure"):
        measure_of("XX").effect_of(1, 9, 2, 9)
    with pytest.raises(ValueError, match="zero_scope"):
        measure_of("RR").effect_of(1, 9, 2, 9, zero_scope="all")
    with pytest.raises(ValueError, match="double_zero"):
        measure_of("OR").effect_of(1, 9, 2, 9, double_zero="keep")
    with pytest.raises(ValueError, match="no zero rule"):
        corrected_tables(measure_of("PETO").zero_rule, 1, 9, 2, 9)
