"""The verdicts of a review and its families of P values."""

import pytest

from metawright.files.documents import plain
from metawright.pooling.pool import pool
from metawright.sensitivity.examination.examine import examine
from metawright.sensitivity.gather import VERDICT_COLUMNS, gather_verdicts, multiplicity, verdict_rows
from metawright.sensitivity.leave_one_out import leave_one_out
from tests.sensitivity.cases import MODELS, case

CELLS = {
    "short": ([4.2, 1.22], [3.851, 6.57]),
    "medium": ([2.0, 2.3, 1.9, 2.2, 2.4], [0.05, 0.04, 0.06, 0.05, 0.07]),
    "long": ([], []),
}


def documents():
    pools, left_out, examined = [], [], []
    for period, (y, v) in CELLS.items():
        one = case(y, v)
        own = {"period": period}
        pools.append(plain(pool(one.cell, MODELS)) | own)
        left_out.append(plain(leave_one_out(one.cell, MODELS)) | own)
        examined.append(plain(examine(one)) | own)
    summary = {"scale": "MD", "specifications": 4, "excluding_zero": 0.25, "low": 1, "high": 2, "moves_most": "pick"}
    other = {**summary, "scale": "SMD", "specifications": 9}
    entry = {"outcome": "score", "own_scale": "MD", "summaries": [other, summary]}
    entry["axes"] = [{"axis": "pick", "words": "the time point"}]
    return pools, left_out, examined, [{"periods": [{**entry, "period": "short"}]}]


def test_every_cell_has_its_verdict():
    found = gather_verdicts(*documents(), {"family": "review", "count": "declared"}, {"A": "Able 1999"})
    assert [(one["period"], one["verdict"]) for one in found["verdicts"]] == [
        ("short", "depends"),
        ("medium", "stable"),
        ("long", "awaiting_data"),
    ]
    short = found["verdicts"][0]
    assert short["multiverse"]["specifications"] == 4
    assert "moves most with the choice of the time point" in " ".join(short["words"])
    assert "Of two trials each is shown alone" in " ".join(short["words"])
    rows = verdict_rows(found["verdicts"])
    assert all(set(row) == set(VERDICT_COLUMNS) for row in rows)
    assert rows[0]["protocol_changed_without"] == "" and rows[0]["depends_on"] == "track;choices"
    assert rows[0]["protocol_shift"] == pytest.approx(0.045, abs=1e-3)


@pytest.mark.parametrize(
    ("family", "count", "families", "size"),
    [
        ("review", "declared", [""], 3),
        ("review", "tested", [""], 2),
        ("outcome", "declared", ["score"], 3),
        ("period", "declared", ["short", "medium", "long"], 1),
    ],
)
def test_families(family, count, families, size):
    pools = documents()[0]
    found = multiplicity(pools, {"family": family, "count": count})
    assert [one["family"] for one in found] == [*families, *families]
    assert [one["track"] for one in found[: len(families)]] == ["protocol"] * len(families)
    assert found[0]["size"] == size
    tests = found[0]["tests"]
    p = next(row["p"] for row in pools[0]["models"] if row["track"] == "protocol")
    holm = {("review", "declared"): 2 * p, ("outcome", "declared"): 2 * p, ("review", "tested"): p}.get(
        (family, count), p
    )
    assert tests[0]["holm"] == pytest.approx(min(1, holm), rel=1e-12)
