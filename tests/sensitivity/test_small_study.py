"""Small-study effects against the reference sets, and their gate."""

import numpy as np
import pytest

from metawright.pooling.rule import Rule
from metawright.sensitivity.refit import Trials
from metawright.sensitivity.small_study.assess import assess, not_assessed_because
from metawright.sensitivity.small_study.begg import begg
from metawright.sensitivity.small_study.lines import (
    contour_band,
    contour_multiples,
    egger,
    egger_mixed,
    egger_sized,
    harbord,
    pet_peese,
    peters,
)
from metawright.sensitivity.small_study.trim_fill import side_of, trim_fill
from tests.oracle.more.reading import more
from tests.oracle.reading import SETS, Deviations, arms, effects, reference


def compare_line(deviations, label, result, expected):
    se = (expected["limit_ci_high"] - expected["limit_ci_low"]) / 4
    scales = {
        "statistic": 1.0,
        "df": 1.0,
        "p": 1e-6,
        "bias": expected.get("bias_se"),
        "bias_se": expected.get("bias_se"),
    }
    for key, value in expected.items():
        deviations.add(f"{label} {key}", getattr(result, key), value, scales.get(key, se))


@pytest.mark.parametrize("name", SETS)
def test_egger_and_begg(name):
    deviations = Deviations()
    for measure, block in reference(name)["measures"].items():
        y, v = effects(block)
        expected = block["small_study"]
        compare_line(deviations, f"{measure} egger", egger(y, v), expected["egger_lm"])
        for method in ("FE", "DL"):
            compare_line(deviations, f"{measure} {method}", egger_mixed(y, v, method), expected[f"egger_rma_{method}"])
        # The REML blocks of the sets stopped early; these were run to convergence.
        converged, result = more()["egger_reml"][f"{name} {measure}"], egger_mixed(y, v, "REML")
        deviations.add(f"{measure} REML", result.statistic, converged["statistic"][1], 1.0)
        deviations.add(f"{measure} REML p", result.p, converged["p"][1], 1e-6)
        deviations.add(f"{measure} REML bias", result.bias, converged["b"][1], converged["se"][1])
        deviations.add(f"{measure} REML bias se", result.bias_se, converged["se"][1], 1e-300)
        deviations.add(f"{measure} REML limit", result.limit_estimate, converged["b"][0], converged["se"][0])
        rank = begg(y, v)
        deviations.add(f"{measure} tau", rank.tau, expected["begg"]["tau"], 1.0)
        # R takes an upper tail as 1 minus the lower one: an absolute error of 1e-14 for k = 102.
        deviations.add(f"{measure} begg p", rank.p, expected["begg"]["p"], 1e-5)
    assert not deviations.found


def test_the_stored_egger_reml_is_near_the_converged_one():
    """What the reference blocks are off by: only the stopping error of a step of 1e-5 in tau2."""
    off = []
    for name in SETS:
        for measure, block in reference(name)["measures"].items():
            stored = block["small_study"]["egger_rma_REML"]["statistic"]
            off.append(abs(stored - more()["egger_reml"][f"{name} {measure}"]["statistic"][1]))
    assert 50 < sum(x > 1e-8 for x in off) < 80 and max(off) < 0.05


@pytest.mark.parametrize("name", SETS)
def test_trim_and_fill(name):
    deviations = Deviations()
    for measure, block in reference(name)["measures"].items():
        y, v = effects(block)
        for key, expected in block["trim_fill"].items():
            method, estimator = key.split("_")
            result = trim_fill(y, v, (method, "z"), estimator)
            label = f"{measure} {key}"
            if "error" in expected:
                # metafor's iteration for tau2 failed there.
                assert (name, label) == ("fine1993_t1", "RR_RevMan REML_R0") and result.converged
                continue
            assert (result.k0, result.side, result.converged) == (expected["k0"], expected["side"], True), label
            for what in ("estimate", "se", "ci_low", "ci_high"):
                deviations.add(f"{label} {what}", getattr(result.fit, what)[0], expected[what], expected["se"])
            if method != "FE":
                scale = (y.size + result.k0) * expected["se"] ** 2
                deviations.add(f"{label} tau2", result.fit.tau2[0], expected["tau2"], scale)
            for i in range(result.k0):
                deviations.add(f"{label} y {i}", result.filled_y[i], expected["filled_y"][i], expected["se"])
                deviations.add(f"{label} v {i}", result.filled_v[i], expected["filled_v"][i], 1e-300)
    assert not deviations.found


def test_trim_and_fill_q0():
    for key, expected in more()["trim_fill_q0"].items():
        name, method = key.split()
        y, v = effects(reference(name)["measures"]["RR"])
        result = trim_fill(y, v, (method, "z"), "Q0")
        assert result.k0 == expected["k0"]
        assert result.fit.estimate[0] == pytest.approx(expected["estimate"], rel=1e-8)
        assert result.fit.se[0] == pytest.approx(expected["se"], rel=1e-8)


def test_bcg_of_the_literature():
    y, v = effects(reference("bcg")["measures"]["RR"])
    test = egger(y, v)
    assert [test.bias, test.bias_se, test.statistic, test.p] == pytest.approx(
        [-2.1120, 1.5072, -1.4013, 0.1887], abs=1e-4
    )
    mixed = egger_mixed(y, v)
    assert [mixed.statistic, mixed.p] == pytest.approx([-0.8033, 0.4218], abs=1e-4)
    rank = begg(y, v)
    assert [rank.tau, rank.p] == pytest.approx([0.0256, 0.9524], abs=1e-4) and rank.exact
    for method, estimator, k0, estimate in (
        ("DL", "L0", 1, -0.6561), ("DL", "R0", 0, -0.7141), ("FE", "L0", 4, -0.2910), ("FE", "Q0", 5, None),
        ("REML", "L0", 1, -0.6571),
    ):  # fmt: skip
        result = trim_fill(y, v, (method, "z"), estimator)
        assert result.k0 == k0 and result.side == "right"
        assert estimate is None or result.fit.estimate[0] == pytest.approx(estimate, abs=1e-4)


def test_trim_and_fill_mirrors():
    """Negating the effects changes the side and the signs, nothing else; the model's own interval is kept."""
    y, v = effects(reference("bcg")["measures"]["RR"])
    one, other = (trim_fill(sign * y, v, ("DL", "HKSJ"), "L0") for sign in (1.0, -1.0))
    assert (one.side, other.side) == ("right", "left") and one.k0 == other.k0
    assert other.filled_y == pytest.approx(-one.filled_y, rel=1e-12)
    assert one.fit.interval == "HKSJ" and one.fit.k[0] == y.size + one.k0


def test_trim_and_fill_under_a_rule():
    y, v = effects(reference("bcg")["measures"]["RR"])
    rule = Rule()
    assert side_of(y, v, rule) == "right"
    assert trim_fill(y, v, rule).fit.estimate[0] == trim_fill(y, v, ("DL", "z")).fit.estimate[0]
    assert side_of(y, v, ("SJ", "z")) == side_of(y, v, ("REML", "z"))


@pytest.mark.parametrize(("arguments", "words"), [(("L1", ""), "estimator"), (("L0", "up"), "left or the right")])
def test_trim_and_fill_refusals(arguments, words):
    y, v = effects(reference("bcg")["measures"]["RR"])
    with pytest.raises(ValueError, match=words):
        trim_fill(y, v, ("FE", "z"), *arguments)
    with pytest.raises(ValueError, match="three trials"):
        trim_fill(y[:2], v[:2], ("FE", "z"))


def test_binary_tests_and_pet_peese():
    for name, expected in more()["binary_tests"].items():
        counts = arms(name)
        test = peters(*counts)
        assert [test.bias, test.bias_se, test.statistic, test.p] == pytest.approx(expected["peters"], rel=1e-8)
        assert [test.limit_estimate, test.limit_se] == pytest.approx(expected["peters_limit"], rel=1e-8)
        test = harbord(*counts)
        assert [test.bias, test.bias_se, test.statistic, test.p] == pytest.approx(expected["harbord"], rel=1e-8)
        result = pet_peese(expected["y"], expected["v"])
        for line, key in ((result.pet, "pet"), (result.peese, "peese")):
            assert [line.limit_estimate, line.limit_se] == pytest.approx(expected[key][:2], rel=1e-8)
        assert min(result.pet_p_one_sided, 1 - result.pet_p_one_sided) == pytest.approx(
            expected["pet"][3] / 2, rel=1e-8
        )


def test_pet_hands_over_to_peese_when_its_effect_is_there():
    v = np.linspace(0.01, 0.2, 12)
    noise = 0.1 * np.sqrt(v) * np.tile([1.0, -1.0, -1.0, 1.0], 3)
    strong, none = pet_peese(1.0 + noise, v), pet_peese(np.sqrt(v) + noise, v)
    assert strong.chosen == "PEESE" and strong.peese.limit_estimate == pytest.approx(1.0, abs=0.03)
    assert none.chosen == "PET" and none.pet.limit_estimate == pytest.approx(0.0, abs=0.03)
    turned = pet_peese(-1.0 + noise, v)
    assert turned.chosen == "PEESE" and turned.pet_p_one_sided < 1e-6


def test_egger_is_the_regression_of_standard_normal_deviates():
    y, v = effects(reference("normand1999")["measures"]["SMD"])
    x = np.stack([np.ones(y.size), 1 / np.sqrt(v)], axis=1)
    coefficients = np.linalg.lstsq(x, y / np.sqrt(v), rcond=None)[0]
    test = egger(y, v)
    assert [test.bias, test.limit_estimate] == pytest.approx(coefficients.tolist(), rel=1e-10)


def test_trials_of_one_size_say_nothing():
    y, v = np.arange(12.0), np.full(12, 0.5)
    for result in (egger(y, v), egger_mixed(y, v), pet_peese(y, v).pet):
        assert np.isnan(result.p) and result.reason == "the trials do not differ in size"
    assert np.isnan(begg(y, v).p)
    assert egger(y[:2], v[:2]).reason == "fewer than three trials"


def test_trials_without_events_are_left_out():
    counts = np.array([[5, 8, 3, 0], [50, 90, 30, 40], [9, 12, 8, 0], [50, 80, 33, 41]], dtype=float)
    assert peters(*counts).k == harbord(*counts).k == 3
    assert peters(*counts) == peters(*counts[:, :3])


def test_rank_correlation_by_hand():
    # v increasing; standardised effects in the order 2 1 3: one discordant pair of three, P(|S| >= 1) = 1.
    result = begg([0.2, 0.0, 0.9], [0.1, 0.2, 0.3])
    assert (result.tau, result.p, result.exact) == (pytest.approx(1 / 3), 1.0, True)
    # All concordant: 2 of 4! orders are as extreme.
    result = begg([0.0, 1.0, 3.0, 9.0], [0.1, 0.2, 0.3, 0.4])
    assert result.tau == 1.0 and result.p == pytest.approx(2 / 24, rel=1e-12)
    assert not begg([0.0, 1.0, 3.0, 9.0], [0.1, 0.1, 0.3, 0.4]).exact


def test_contours():
    assert contour_multiples() == pytest.approx([1.6449, 1.9600, 2.5758], abs=1e-4)
    assert contour_band([1.0, 1.7, -2.0, 3.0], [1.0] * 4).tolist() == [0, 1, 2, 3]


def test_the_gate():
    y, v = effects(reference("bcg")["measures"]["RR"])
    few = assess(Trials(y[:9], v[:9]), [("FE", "z")])
    assert (few.status, few.reason) == ("not_assessed", "not assessed: fewer than 10 trials")
    assert few.egger is None and few.trim_fill == ()
    assert not_assessed_because(10) == "" and not_assessed_because(0)
    trials = Trials(y, v, counts=np.array(arms("bcg")), measure="RR")
    full = assess(trials, [("FE", "z"), ("REML", "HKSJ"), Rule()])
    assert full.status == "assessed" and len(full.trim_fill) == 6
    assert full.harbord.k == full.peters.k == full.k == 13
    assert len(full.remarks) == 4 and full.bands.shape == (13,)
    assert assess(Trials(y, v), [("FE", "z")]).peters is None


@pytest.mark.parametrize(
    ("measure", "read"),
    [
        ("OR", ("harbord", "peters")), ("MH_OR", ("harbord", "peters")), ("PETO", ("harbord",)),
        ("RR", ("peters",)), ("MH_RR", ("peters",)), ("RD", ()), ("MH_RD", ()),
    ],
)  # fmt: skip
def test_egger_decides_about_no_measure_of_events(measure, read):
    y, v = effects(reference("bcg")["measures"]["RR"])
    found = assess(Trials(y, v, counts=np.array(arms("bcg")), measure=measure), [])
    assert found.egger.p == egger(y, v).p and found.read == read
    assert "distorts Egger's" in found.remarks[0]
    # one trial gave its ratio alone: the tests that fit cannot be made, and Egger's does not take their place
    alone = assess(Trials(y, v, measure=measure), [])
    assert alone.read == () and alone.remarks[0].endswith("so that none is read")


@pytest.mark.parametrize("measure", ["MD", "ROM", "GIV", "ZCOR"])
def test_egger_decides_where_its_standard_error_is_no_part_of_the_effect(measure):
    y, v = effects(reference("normand1999")["measures"]["MD"])
    found = assess(Trials([*y, *y], [*v, *v], measure=measure), [])
    assert found.read == ("egger",) and len(found.remarks) == 3


def test_standardised_differences_are_held_against_the_sizes_of_the_arms():
    y, v = effects(reference("normand1999")["measures"]["SMD"])
    rng = np.random.default_rng(2)
    sizes = rng.integers(10, 90, (2, y.size)).astype(float)
    found = egger_sized(y, *sizes)
    x = np.sqrt(1 / sizes[0] + 1 / sizes[1])
    wanted = np.linalg.lstsq(np.stack([1 / x, np.ones(y.size)], axis=1), y / x, rcond=None)[0]
    assert [found.limit_estimate, found.bias] == pytest.approx(wanted.tolist(), rel=1e-10)
    twice = Trials([*y, *y], [*v, *v], measure="SMD")
    assert assess(twice, [], sizes=np.hstack([sizes, sizes])).read == ("egger_sized",)
    assert assess(twice, []).read == () and assess(twice, []).egger_sized is None


def test_peters_of_risk_ratios_regresses_their_logarithm():
    a, n1, c, n2 = counts = np.array(arms("bcg"))
    weights = 1 / (1 / (a + c) + 1 / (n1 + n2 - a - c))
    x = np.stack([np.ones(a.size), 1 / (n1 + n2)], axis=1) * np.sqrt(weights)[:, None]
    wanted = np.linalg.lstsq(x, np.log((a / n1) / (c / n2)) * np.sqrt(weights), rcond=None)[0]
    found = peters(*counts, measure="RR")
    assert [found.limit_estimate, found.bias] == pytest.approx(wanted.tolist(), rel=1e-9)
    assert assess(Trials(*effects(reference("bcg")["measures"]["RR"]), counts=counts, measure="RR"), []).peters == found
