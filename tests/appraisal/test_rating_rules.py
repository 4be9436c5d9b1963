"""Rules of a rating that no vignette holds, and what must never raise it."""

import random
from dataclasses import replace

import pytest

from metawright.appraisal.rating.domain import DOMAINS, Decision
from metawright.appraisal.rating.engine import RATINGS, rate
from metawright.appraisal.rating.information import information
from metawright.appraisal.rating.inputs import Inputs, RiskOfBias, Study, Threshold, read_inputs
from metawright.appraisal.rating.target import scale_of

LOW = RiskOfBias("RoB2", {"low": 100.0})


def cell(measure="MD", estimate=3.0, low=1.0, high=5.0, **more):
    given = {"k": 6, "n": 900, "design": "randomised", "i2": 0.0, "rob": LOW, "direction": "higher_is_better"}
    return Inputs(measure, estimate, low, high, **(given | more))


def judged(instrument="RoB2", two_high=0.0, same=None, **weights):
    return RiskOfBias(instrument, {name.replace("_", " "): value for name, value in weights.items()}, two_high, same)


@pytest.mark.parametrize(
    ("risk", "participants"), [(0.01, 43562), (0.05, 8400), (0.10, 4004), (0.20, 1806), (0.30, 1074), (0.50, 488)]
)
def test_information_size_of_two_proportions(settings, risk, participants):
    """Table of the specification: relative reduction 25%, power 80%, two-sided 5%; a risk and its complement alike."""
    assert information(cell("RR", control_risk=risk), settings).ois == participants
    assert information(cell("OR", control_risk=1 - risk), settings).ois == participants


def test_information_size_of_means_and_events(settings):
    assert information(cell(mid=Threshold(5.0), sd=10.0), settings).ois == 126
    assert information(cell("SMD", 0.3, 0.1, 0.5, mid=Threshold(0.2)), settings).ois == 786
    assert information(cell(mid=Threshold(5.0)), settings).ois == 400
    assert information(cell("HR", 0.7, 0.5, 0.9, events=100), settings).ois == pytest.approx(379.35, abs=0.01)
    assert information(cell("HR", 0.7, 0.5, 0.9, events=100), settings).unit == "events"


@pytest.mark.parametrize(("estimate", "low", "high", "levels"), [
    (5.0, 3.0, 7.0, 0), (3.0, 3.0, 7.0, 0), (5.0, 2.9, 7.0, 1), (5.0, -2.0, 12.0, 1), (5.0, -3.0, 13.0, 2),
    (1.0, -2.9, 3.0, 0), (1.0, -2.0, 3.1, 1), (1.0, -3.1, 3.1, 2), (-5.0, -7.0, -3.0, 0), (-5.0, -7.0, -2.0, 1),
])  # fmt: skip
def test_crossing_a_declared_mid(settings, estimate, low, high, levels):
    found = rate(cell("MD", estimate, low, high, mid=Threshold(3.0), n=100000), settings)
    assert found.imprecision.crossing == levels
    assert found.target == ("important effect" if abs(estimate) >= 3 else "little or no effect")


def test_a_mid_of_a_ratio_is_symmetric_on_the_log_scale(settings):
    for mid in (0.8, 1.25):
        assert scale_of(cell("RR", 0.7, 0.6, 0.8, mid=Threshold(mid)), settings).mid == pytest.approx(0.22314, abs=1e-5)
    assert rate(cell("RR", 0.7, 0.6, 0.79, mid=Threshold(1.25), n=90000), settings).imprecision.crossing == 0


def test_a_declared_absolute_threshold_is_the_threshold(settings):
    """RR 0.80 (0.70 to 0.92) at 10%: 20 fewer per 1,000 (30 to 8 fewer); 5 and 10 per 1,000 matter."""
    given = cell("RR", 0.80, 0.70, 0.92, control_risk=0.1, n=50000)
    wide = rate(replace(given, absolute_threshold=Threshold(0.010)), settings)
    assert (wide.target, wide.imprecision.crossing) == ("important effect", 1)
    assert rate(replace(given, absolute_threshold=Threshold(0.005)), settings).imprecision.crossing == 0
    assert rate(replace(given, absolute_threshold=Threshold(0.050)), settings).target == "little or no effect"


def test_what_is_not_known_never_counts_as_enough(settings):
    few, several = (rate(cell(n=None, k=k), settings) for k in (2, 3))
    assert (few.imprecision.size, several.imprecision.size) == (2, 1)
    assert "the number of participants is not known" in several.findings["imprecision"].triggers
    assert rate(cell("HR", 0.7, 0.5, 0.9, events=None), settings).imprecision.size == 1


def test_the_t_interval_of_two_trials_alone_never_takes_two_levels(settings):
    given = cell("SMD", 0.4, -6.0, 6.8, k=2, n=5000, df=1)
    assert rate(given, settings).levels["imprecision"] == 1
    assert rate(replace(given, wald=(0.2, 0.6)), settings).levels["imprecision"] == 0
    assert rate(replace(given, wald=(0.2, 0.6), n=300), settings).imprecision.crossing == 1
    ratio = cell("RR", 0.7, 0.01, 40.0, k=2, n=5000, df=1, wald=(0.6, 0.8))
    assert rate(ratio, settings).levels["imprecision"] == 0


@pytest.mark.parametrize(("studies", "levels"), [
    (((1.0, 0.04), (-1.0, 0.04)), 1), (((1.0, 0.04), (3.0, 0.04)), 0), (((0.1, 0.04), (-0.1, 0.04)), 0),
    (((1.0, 0.04), (0.0, 0.04)), 0),
])  # fmt: skip
def test_two_trials_are_inconsistent_only_across_the_line(settings, studies, levels):
    pair = tuple(Study(*one) for one in studies)
    assert rate(cell(k=2, studies=pair), settings).levels["inconsistency"] == levels
    assert rate(cell(k=2), settings).levels["inconsistency"] is None


def test_the_prediction_interval_counts_from_five_trials(settings):
    given = cell(i2=70.0, overlap="some", opposite_weight=5.0, pi_low=-2.0, pi_high=8.0)
    assert rate(given, settings).levels["inconsistency"] == 1
    assert rate(replace(given, k=4), settings).levels["inconsistency"] == 0
    assert rate(replace(given, pi_low=0.5), settings).levels["inconsistency"] == 0
    assert rate(replace(given, i2=90.0, pi_low=0.5, opposite_weight=0.0), settings).levels["inconsistency"] == 0


def test_the_spread_of_the_trials_counts_once(settings):
    given = cell("SMD", 0.3, -0.02, 0.62, i2=80.0, overlap="some", opposite_weight=30.0, fixed=(0.2, 0.4))
    found = rate(given, settings)
    assert (found.levels["inconsistency"], found.levels["imprecision"]) == (1, 0)
    assert rate(replace(given, fixed=(-0.1, 0.4)), settings).levels["imprecision"] == 1
    assert rate(replace(given, n=300), settings).levels["imprecision"] == 1


@pytest.mark.parametrize(("rob", "levels"), [
    (judged(high=80, low=20, two_high=60), 2), (judged(high=80, low=20, two_high=50), 1),
    (judged(high=50, low=50), 1), (judged(high=51, low=49, same=True), 1), (judged(high=50, low=50, same=True), 0),
    (judged(high=25, low=75), 0), (judged(low=24, some_concerns=76), 1), (judged(low=25, some_concerns=75), 0),
    (judged("ROBINS-I", critical=60, low=40), 2), (judged("ROBINS-I", serious=51, low=49), 1),
    (judged("ROBINS-I", moderate=100), 0),
])  # fmt: skip
def test_risk_of_bias_by_weight(settings, rob, levels):
    assert rate(cell(rob=rob), settings).levels["risk_of_bias"] == (
        levels if rob.instrument != "ROBINS-I" else levels + 1 if levels else 1
    )
    if rob.instrument == "ROBINS-I":
        assert rate(cell(rob=rob, design="non_randomised"), settings).levels["risk_of_bias"] == levels
        high = rate(cell(rob=rob, design="non_randomised"), replace(settings, robins_start="high"))
        assert (high.start, high.levels["risk_of_bias"]) == ("high", levels + 1 if levels else 1)


def test_where_a_rating_starts(settings):
    starts = {design: rate(cell(design=design), settings) for design in ("non_randomised", "uncontrolled", None)}
    assert (starts["non_randomised"].start, starts["non_randomised"].rating) == ("low", "low")
    assert (starts["uncontrolled"].levels["risk_of_bias"], starts["uncontrolled"].rating) == (1, "very low")
    unknown = starts[None]
    assert (unknown.status, unknown.start, unknown.rating, unknown.at_most) == ("not rated", None, None, "high")
    assert unknown.reason == "allocation of the trials not declared"
    assert rate(cell(design=None, start="low"), settings).rating == "low"
    assert rate(cell("PLO", 0.1, 0.05, 0.2), settings).reason == "no comparison: this rating does not apply"


def test_no_information_is_no_judgement(settings):
    assert rate(cell(rob=judged("ROBINS-I", no_information=30, low=70)), settings).status == "not rated"
    twenty = rate(cell(rob=judged(low=80, not_judged=20)), settings)
    assert twenty.status == "suggested"
    assert "20% of weight not judged" in twenty.findings["risk_of_bias"].remarks


def test_people_decide(settings):
    person = {"reason": "seen", "by": "A. Reviewer", "date": "2026-01-01"}
    bare = cell(rob=None)
    assert rate(bare, settings).status == "not rated"
    lifted = rate(bare, settings, [Decision("risk_of_bias", 1, **person)])
    assert (lifted.status, lifted.rating, lifted.suggested) == ("mixed", "moderate", None)
    same = rate(cell(), settings, [Decision("risk_of_bias", 0, **person)])
    assert (same.status, same.rating) == ("mixed", "high")
    every = rate(cell(), settings, [Decision(domain, 0, **person) for domain in DOMAINS])
    assert every.status == "decided"
    part = rate(cell(eligible_trials=8), settings, [Decision("indirectness", 1, **person)])
    assert (part.status, part.basis, part.rating, part.suggested) == ("provisional", "mixed", "moderate", "high")
    start = rate(cell(design=None), settings, [Decision("start", "low", **person)])
    assert (start.status, start.rating) == ("mixed", "low")
    few = rate(cell(k=1, eligible_trials=4), settings, [Decision("risk_of_bias", 0, **person)])
    assert few.reason == "fewer than half of the known trials have numbers"


def test_rating_up_is_for_people(settings):
    given = cell("RR", 0.3, 0.22, 0.41, n=9000, design="non_randomised", control_risk=0.12)
    alone = rate(given, settings)
    assert (alone.rating, alone.eligible_up) == ("low", 1)
    up = Decision("rating_up", 1, "large effect in consistent studies", "A. Reviewer")
    assert rate(given, settings, [up]).rating == "moderate"
    assert rate(replace(given, design="uncontrolled"), settings, [up]).rating == "very low"
    assert rate(replace(given, estimate=0.15, ci_low=0.1, ci_high=0.2), settings).eligible_up == 2
    assert rate(replace(given, design="randomised"), settings).eligible_up == 0


def test_no_trial_is_no_data(settings):
    found = rate(Inputs("MD", eligible_trials=3), settings)
    assert (found.status, found.rating, found.at_most) == ("no data", None, None)


def test_unknown_inputs_are_refused_all_at_once():
    with pytest.raises(ValueError, match=r"desgin.*measure.*overlap"):
        read_inputs({"desgin": "randomised", "overlap": "most"})


def _random(dice):
    measure = dice.choice(["MD", "SMD", "RR", "OR", "HR", "RD"])
    unit = {"MD": 4.0, "RD": 0.1}.get(measure, 1.0)
    middle = dice.uniform(-1, 1) * unit
    half = dice.uniform(0.05, 2) * unit
    values = [middle, middle - half, middle + dice.uniform(0.5, 1) * half]
    if measure in ("RR", "OR", "HR"):
        values = [2.718281828**value for value in values]
    k = dice.choice([1, 2, 3, 5, 12])
    high = dice.choice([0, 20, 40, 60, 90])
    low = dice.choice([part for part in (0, 10, 40, 60) if part + high <= 100])
    mid = dice.choice([None, Threshold(1.2 if measure in ("RR", "OR", "HR") else 0.4 * unit)])
    two = {"df": 1, "wald": (values[1], values[2]), "ci": None} if k == 2 and dice.random() < 0.3 else {}
    return Inputs(
        measure, *values, k=k, n=dice.choice([50, 190, 390, 900, 3990, 4500, 60000]), events=dice.choice([20, 300, 500]),
        design=dice.choice(["randomised", "non_randomised", "uncontrolled"]), mid=mid, sd=dice.choice([None, 5.0]),
        control_risk=dice.choice([None, 0.004, 0.1, 0.6]), i2=dice.choice([None, 0.0, 60.0, 80.0]),
        overlap=dice.choice(["all", "some", "none"]), opposite_weight=dice.choice([0.0, 25.0, 40.0]),
        rob=RiskOfBias("RoB2", {"high": high, "low": low, "some concerns": 100 - high - low},
                       dice.choice([0, high]), dice.choice([None, True, False])),
        studies=(Study(middle, 0.1), Study(-middle, 0.1)), df=two.get("df"), wald=two.get("wald"),
        fixed=dice.choice([None, (values[1], values[2])]),
    )  # fmt: skip


def _worse(dice, given):
    """Return the same cell with a wider interval, fewer participants, or weight moved to high risk."""
    what = dice.choice(["width", "size", "risk"])
    if what == "size":
        return replace(
            given, n=int(given.n * dice.uniform(0.1, 0.99)), events=int(given.events * dice.uniform(0.1, 0.99))
        )
    if what == "risk":
        weights = dict(given.rob.weights)
        source = dice.choice(["low", "some concerns"])
        moved = weights[source] * dice.uniform(0.1, 1)
        weights |= {source: weights[source] - moved, "high": weights["high"] + moved}
        return replace(given, rob=replace(given.rob, weights=weights))
    ratio = given.measure in ("RR", "OR", "HR")

    def wider(low, high):
        by = dice.uniform(1.01, 4)
        if ratio:
            return given.estimate / (given.estimate / low) ** by, given.estimate * (high / given.estimate) ** by
        return given.estimate - by * (given.estimate - low), given.estimate + by * (high - given.estimate)

    low, high = wider(given.ci_low, given.ci_high)
    return replace(given, ci_low=low, ci_high=high, wald=(low, high) if given.wald else None)


def test_what_is_worse_never_raises_a_rating(settings):
    dice = random.Random(20261122)
    compared = 0
    for _ in range(6000):
        given = _random(dice)
        other = _worse(dice, given)
        before, after = rate(given, settings), rate(other, settings)
        if before.target != after.target:
            continue
        compared += 1
        assert RATINGS.index(after.rating) <= RATINGS.index(before.rating), (given, other)
    assert compared > 4000
