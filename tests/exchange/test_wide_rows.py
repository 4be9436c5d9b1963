"""Which numbers leave as raw numbers: those that give the effect, and no others."""

from metawright.effects.compute import trace_effects
from metawright.effects.rows import EFFECT_COLUMNS, INPUT_COLUMNS
from metawright.exchange.wide_rows import wide_rows
from metawright.extraction.arms import arm_rows
from metawright.extraction.documents import ARM_COLUMNS
from metawright.measures.registry import measure_of
from tests.effects.rows import cleaned
from tests.exchange.pipeline import as_table

HEADER = "study,outcome,timepoint,arm,arm_label,n,mean,sd"
ARMS = (
    "T,score,3 m,experimental,low,10,32,6",
    "T,score,3 m,experimental,high,12,33,5",
    "T,score,3 m,control,,31,29,6",
)


def lines(protocol, *rows, pools=(), designs=None, **rules):
    arms = arm_rows(as_table(cleaned(protocol, HEADER, *rows), ARM_COLUMNS))
    block = {**protocol["outcomes"]["score"], **rules.pop("block", {})}
    merged = {name: protocol[name] for name in ("imputation", "multi_arm", "crossover", "contaminated")} | rules
    traced = trace_effects(arms, block, protocol["periods"], merged, designs)
    tables = as_table(traced.effects, EFFECT_COLUMNS), as_table(traced.inputs, INPUT_COLUMNS)
    return wide_rows(arms, tables[0], block, tables[1], pools)


def test_the_share_of_a_control_leaves_as_a_share_and_gives_the_effect(protocol):
    for line in lines(protocol, *ARMS, multi_arm="split_control"):
        assert line["n2i"] == 15.5
        again = measure_of("MD").effect_of(*(line[name] for name in ("n1i", "m1i", "sd1i", "n2i", "m2i", "sd2i")))
        assert (float(again.y), float(again.v)) == (line["yi"], line["vi"])


def test_a_pairing_a_turned_sign_and_combined_arms_leave_as_effects(protocol):
    rows = ("X,score,1 m,experimental,,20,10,2", "X,score,1 m,control,,20,9,3")
    paired = lines(protocol, *rows, crossover={"use": "paired", "rho": 0.5}, designs={"x": {"crossover": True}})
    turned = lines(protocol, *rows, block={"reversed_studies": ["X"]})
    combined = lines(protocol, *ARMS)
    assert [one.get("n1i") for (one,) in (paired, turned, combined)] == [None] * 3
    assert [one["notes"] for (one,) in (paired, turned)] == ["effect given: paired", "effect given: sign turned"]
    assert combined[0]["notes"] == "effect given: not one row of reported numbers per arm"


def test_the_models_that_leave_a_trial_out_are_named(protocol):
    models = [
        {"model": "one", "excluded": ["X"]},
        {"model": "two", "excluded": []},
        {"model": "three", "excluded": ["X"]},
    ]
    pools = [{"period": "short", "studies": [{"study": "X"}], "models": models}]
    rows = ("X,score,1 m,experimental,,20,10,2", "X,score,1 m,control,,20,9,3")
    assert [line["left_out_by"] for line in lines(protocol, *rows, pools=pools)] == ["one;three"]
