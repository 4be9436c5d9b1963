"""Where an interval lies: said in one place, for rows, for blocks and for what is drawn."""

import math
import re

import numpy as np
import pytest

from metawright.figures.kit.conclusions import BENEFIT, HARM, INCLUDES, conclusion
from metawright.pooling.fit import fit
from metawright.pooling.ladder import fit_ladder
from metawright.pooling.position import OUTSIDE, excludes, position

NAN = math.nan


@pytest.mark.parametrize(
    ("low", "high", "where", "drawn"),
    [
        (0.1, 1.0, "above", BENEFIT),
        (-1.0, -0.1, "below", HARM),
        (0.0, 1.0, "includes", INCLUDES),
        (-1.0, 0.0, "includes", INCLUDES),
        (2.0, 2.0, "degenerate", INCLUDES),
        (None, 1.0, "none", INCLUDES),
        (NAN, NAN, "none", INCLUDES),
    ],
)
def test_a_row_and_its_mark_say_the_same(low, high, where, drawn):
    row = {"estimate": 1.0, "ci_low": low, "ci_high": high}
    assert position(row) == where
    assert conclusion(row, "higher_is_better") == drawn
    assert (drawn != INCLUDES) == (where in OUTSIDE)


def test_a_choice_left_open_and_a_cell_without_data_say_nothing():
    row = {"estimate": 1.0, "ci_low": 0.5, "ci_high": 1.5}
    assert position(row | {"rule": {"chosen": "undecided"}}) == position(row | {"status": "undecided"}) == "undecided"
    assert position(row | {"status": "awaiting_data"}) == position(row | {"estimate": None}) == position(None) == "none"


def test_a_block_says_what_its_rows_say():
    y = np.array([[1.0, 0.2, 1.0, -2.0], [1.5, -0.2, 1.0, -1.5]])
    block = fit(y, np.full(y.shape, 0.04), "DL", "HKSJ")
    rows = [
        {"estimate": m, "ci_low": low, "ci_high": high}
        for m, low, high in zip(block.estimate, block.ci_low, block.ci_high, strict=True)
    ]
    assert block.excludes_null.tolist() == [position(row) in OUTSIDE for row in rows]
    (rung,) = fit_ladder(y, np.full(y.shape, 0.04), [("DL", "HKSJ")]).rungs.values()
    assert rung.excludes_null.tolist() == block.excludes_null.tolist()
    one = fit(y[:, 0], np.full(2, 0.04), "FE", "z")
    assert bool(one.excludes_null) and excludes(one.ci_low, one.ci_high)
    assert not fit(y[:, 2], np.full(2, 0.04), "DL", "HKSJ").excludes_null


def test_a_printed_ratio_is_held_against_one():
    assert excludes(1.2, 3.0, 1.0) and excludes(0.2, 0.9, 1.0)
    assert not excludes(0.9, 1.2, 1.0) and not excludes(1.0, 2.0, 1.0)


def test_no_other_module_holds_limits_against_no_effect(root):
    limit = r"\w*(?:low|high)\w*\"?\]?\)?"
    below, above = rf"{limit} <=? (?:0|0\.0|null)\b", rf"{limit} >=? (?:0|0\.0|null)\b"
    pair = re.compile(rf"(?:{above}\)? (?:or|\|) \(?{below})|(?:{below}\)? (?:or|\|) \(?{above})")
    library = root / "workflow" / "metawright"
    found = [path.relative_to(library).as_posix() for path in library.rglob("*.py") if pair.search(path.read_text())]
    assert found == ["pooling/position.py"]
