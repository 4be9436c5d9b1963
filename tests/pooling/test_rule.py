"""The selection rule of published protocols, in all its variants."""

import numpy as np
import pytest
from scipy import special

from metawright.pooling.fit import fit
from metawright.pooling.rule import Rule, choose, decide, fit_rule
from metawright.pooling.tables import pool_tables


def two_studies(q):
    """A pool of two studies with this Q (variances 1 each)."""
    return [0.0, np.sqrt(2.0 * q)], [1.0, 1.0]


@pytest.mark.parametrize(
    ("k", "low", "high", "alone"),
    [
        (2, 2.000, 2.706, "I2"),
        (3, 4.000, 4.605, "I2"),
        (4, 6.000, 6.251, "I2"),
        (5, 7.779, 8.000, "P"),
        (8, 12.017, 14.000, "P"),
        (10, 14.684, 18.000, "P"),
        (20, 27.204, 38.000, "P"),
    ],
)
def test_the_gap(k, low, high, alone):
    """Between these values of Q one criterion fires and the other does not."""
    q = np.array([low - 0.002, low + 0.002, high - 0.002, high + 0.002])
    random, discordant = decide(q, np.full(4, k - 1.0), Rule())
    assert discordant.tolist() == [False, True, True, False]
    assert random.tolist() == [False, False, False, True]
    by_p, _ = decide(q, np.full(4, k - 1.0), Rule(combine="p_only"))
    by_i2, _ = decide(q, np.full(4, k - 1.0), Rule(combine="i2_only"))
    assert by_p[1] == (alone == "P") and by_i2[1] == (alone == "I2")


def test_boundaries_count_as_high():
    """I2 = 50% exactly, and P = p_above exactly, count as heterogeneity."""
    random, _ = decide(8.0, 4.0, Rule(combine="i2_only"))
    assert random.tolist() == [True]
    q = special.chdtri(4, 0.1)
    for p_above, expected in ((0.1, True), (0.1 - 1e-12, False)):
        assert decide(q, 4.0, Rule(combine="p_only", p_above=p_above))[0].tolist() == [expected]


GAP, BOTH_LOW, BOTH_HIGH = 2.3, 1.5, 3.0


@pytest.mark.parametrize(
    ("combine", "on_discordance", "chosen", "discordant"),
    [
        ("and", "fixed", "fixed", True),
        ("and", "random", "random", True),
        ("and", "error", "undecided", True),
        ("or", "fixed", "random", False),
        ("p_only", "fixed", "fixed", False),
        ("i2_only", "fixed", "random", False),
    ],
)
def test_variants_in_the_gap(combine, on_discordance, chosen, discordant):
    rule = Rule(combine=combine, on_discordance=on_discordance)
    y, v = two_studies(GAP)
    result = fit_rule(y, v, rule)
    assert (result.chosen, result.discordant) == (chosen, discordant)
    assert result.fit is {"fixed": result.fixed, "random": result.random, "undecided": None}[chosen]
    assert (result.fixed.tau2_method, result.random.tau2_method) == ("FE", "DL")
    assert result.random.ci_low == fit(y, v, "DL", "z").ci_low != result.fixed.ci_low


@pytest.mark.parametrize("combine", ["and", "or", "p_only", "i2_only"])
@pytest.mark.parametrize("on_discordance", ["fixed", "random", "error"])
def test_outside_the_gap_all_variants_agree(combine, on_discordance):
    rule = Rule(combine=combine, on_discordance=on_discordance)
    assert fit_rule(*two_studies(BOTH_LOW), rule).chosen == "fixed"
    assert fit_rule(*two_studies(BOTH_HIGH), rule).chosen == "random"


def test_other_models_and_thresholds():
    rule = Rule(p_above=0.05, i2_below=75, combine="or", fixed=("FE", "z"), random=("REML", "HKSJ"))
    y, v = two_studies(3.5)  # P = .061, I2 = 71%
    assert fit_rule(y, v, rule).chosen == "fixed"
    assert fit_rule(y, v, Rule(p_above=0.07, i2_below=75, combine="or", random=("REML", "HKSJ"))).fit.interval == "HKSJ"


def test_one_study_is_not_evaluated():
    result = fit_rule([1.0], [0.5])
    assert result.chosen == "" and not result.discordant
    assert result.fit is result.fixed


@pytest.mark.parametrize("on_discordance", ["fixed", "random", "error"])
def test_a_block_equals_its_columns(on_discordance):
    rng = np.random.default_rng(8)
    v = rng.uniform(0.2, 2, (3, 300))
    y = rng.normal(size=(3, 300)) * np.sqrt(v + rng.choice([0.0, 2.0], 300))
    v[1:, 0] = np.inf  # one study left
    rule = Rule(on_discordance=on_discordance)
    block = fit_rule(y, v, rule)
    seen = set()
    for i in range(300):
        alone = fit_rule(y[:, i], v[:, i], rule)
        seen.add(alone.chosen)
        assert (block.chosen[i], block.discordant[i]) == (alone.chosen, alone.discordant)
        for key in ("estimate", "se", "ci_low", "ci_high", "p", "tau2", "i2", "statistic", "converged"):
            ours = getattr(block.fit, key)[i]
            if alone.fit is None:
                assert not ours or np.isnan(ours)
            else:
                assert np.array_equal(ours, getattr(alone.fit, key), equal_nan=True), key
        if alone.fit is not None:
            assert np.array_equal(block.fit.weights[:, i], alone.fit.weights)
    assert seen >= {"fixed", "random", ""}
    assert ("undecided" in seen) == (on_discordance == "error")


def test_a_rule_over_mantel_haenszel_uses_its_q():
    a, n1, c, n2 = [4, 6, 3, 62], [123, 306, 231, 13598], [11, 29, 11, 248], [139, 303, 220, 12867]
    fixed, random = (pool_tables(a, n1, c, n2, "MH_RR", method) for method in ("FE", "DL"))
    result = choose(fixed, random, Rule())
    assert fixed.q == random.q != fit(*effects_of(a, n1, c, n2), "FE", "z").q
    assert result.chosen == ("random" if fixed.q > 6.3 else "fixed")


def effects_of(a, n1, c, n2):
    a, n1, c, n2 = (np.array(x, float) for x in (a, n1, c, n2))
    return np.log(a / n1 / (c / n2)), 1 / a - 1 / n1 + 1 / c - 1 / n2


def test_unknown_words_are_refused():
    with pytest.raises(ValueError, match="combine"):
        Rule(combine="xor")
    with pytest.raises(ValueError, match="on_discordance"):
        Rule(on_discordance="ask")
