"""All subsets."""

import itertools

import numpy as np
import pytest

from metawright.pooling.fit import fit
from metawright.pooling.rule import Rule, fit_rule
from metawright.sensitivity import gosh as module
from metawright.sensitivity.gosh import CHUNK, gosh, subsets
from metawright.sensitivity.refit import Trials
from tests.oracle.more.reading import more
from tests.oracle.reading import Deviations, effects, reference

# Bits of the first three subsets of 16 trials under the key 1.
FIRST = [[223, 130], [47, 14], [50, 13]]


def test_all_subsets_against_the_reference():
    deviations = Deviations()
    y, v = effects(reference("hart1999")["measures"]["GIV"])
    results = gosh(Trials(y, v), [("FE", "z"), ("REML", "z")])
    for method, expected in more()["gosh_hart1999"].items():
        result = results[method, "z"]
        place = {int(bits): i for i, bits in enumerate(expected["bits"])}
        assert len(result.subsets) == 63 and result.subsets.complete
        for i, bits in enumerate(result.subsets.packed[:, 0]):
            j = place[int(bits)]
            deviations.add(f"{method} {bits}", result.estimate[i], expected["estimate"][j], 1.0)
            if result.sizes[i] > 1 and method != "FE":
                deviations.add(f"{method} {bits} tau2", result.tau2[i], expected["tau2"][j], 1.0)
            if result.sizes[i] > 1:
                deviations.add(f"{method} {bits} i2", result.i2[i], expected["i2"][j], 100.0)
    assert not deviations.found


def test_subsets_are_the_fits_of_the_subsets_under_every_model():
    y, v = np.array([0.0, 0.1, 1.5, 0.4, -0.3]), np.array([0.02, 0.03, 0.04, 0.1, 0.05])
    rule = Rule(on_discordance="error")
    results = gosh(Trials(y, v), [("REML", "HKSJ"), rule])
    seen = set()
    for i, present in enumerate(results[rule].subsets.present().T):
        a, b = y[present], v[present]
        expected = fit(a, b, "REML", "HKSJ")
        result = results["REML", "HKSJ"]
        assert result.estimate[i] == expected.estimate
        assert np.array_equal(result.tau2[i], expected.tau2, equal_nan=True)
        assert result.significant[i] == (expected.ci_low > 0 or expected.ci_high < 0)
        chosen = fit_rule(a, b, rule)
        seen.add(chosen.chosen)
        if chosen.fit is None:
            assert np.isnan(results[rule].estimate[i])
        else:
            assert results[rule].estimate[i] == chosen.fit.estimate
    assert seen == {"fixed", "random", "undecided", ""}
    summary = results[rule].summary()
    assert summary["undecided"] == np.isnan(results[rule].estimate).sum() > 0


@pytest.mark.parametrize("measure", ["MD", "MH_OR"])
@pytest.mark.parametrize("k", [5, 17])
def test_trials_left_out_change_no_bit(monkeypatch, k, measure):
    """Subsets of one size fitted without the trials that they leave out, and all subsets with them as absent."""
    rng = np.random.default_rng(k)
    counts = np.array([rng.binomial(40, 0.1, k), np.full(k, 40), rng.binomial(40, 0.2, k), np.full(k, 40)])
    trials = Trials(rng.normal(size=k), rng.uniform(0.1, 2.0, k), (), counts, measure)
    models = [("REML", "HKSJ"), Rule(on_discordance="error")]
    found = []
    for least in (1, 10**9):
        monkeypatch.setattr(module, "PACKED_FROM", least)
        found.append(gosh(trials, models, sample=300))
    for model in models:
        packed, whole = (one[model] for one in found)
        for name in ("sizes", "estimate", "i2", "tau2", "significant", "with_trial", "without_trial"):
            assert np.array_equal(getattr(packed, name), getattr(whole, name), equal_nan=True), name


def test_every_subset_once():
    drawn = subsets(5)
    members = {tuple(column) for column in drawn.present().T}
    assert members == set(itertools.product([False, True], repeat=5)) - {(False,) * 5}


def test_a_sample_above_fifteen_trials():
    drawn = subsets(20, sample=3 * CHUNK, seed=7)
    assert not drawn.complete and len(drawn) == 3 * CHUNK
    assert np.array_equal(drawn.packed, subsets(20, sample=3 * CHUNK, seed=7).packed)
    assert not np.array_equal(drawn.packed, subsets(20, sample=3 * CHUNK, seed=8).packed)
    present = drawn.present()
    assert present.shape == (20, 3 * CHUNK) and present.any(axis=0).all()
    assert present.mean(axis=1) == pytest.approx(np.full(20, 0.5), abs=0.03)
    # The bits are those of the generator, the same on every machine.
    assert subsets(16, sample=3, seed=1).packed.tolist() == FIRST


def test_more_than_sixty_four_trials():
    present = subsets(100, sample=2000).present()
    assert present.shape == (100, 2000)
    assert np.abs(np.corrcoef(present) - np.eye(100)).max() < 0.12


def test_chunks_do_not_matter():
    """With 16 trials the sample runs through several chunks; every column is its own fit."""
    rng = np.random.default_rng(2)
    y, v = rng.normal(0, 0.4, 16), rng.uniform(0.02, 0.3, 16)
    result = gosh(Trials(y, v), [("DL", "z")], sample=CHUNK + 10)["DL", "z"]
    for i in (0, CHUNK - 1, CHUNK, CHUNK + 9):
        present = result.subsets.present(slice(i, i + 1))[:, 0]
        assert result.estimate[i] == fit(y[present], v[present], "DL", "z").estimate
    inside = result.subsets.present()
    for j in (0, 15):
        assert result.with_trial[j] == pytest.approx(result.estimate[inside[j]].mean(), rel=1e-12)
        assert result.without_trial[j] == pytest.approx(result.estimate[~inside[j]].mean(), rel=1e-12)


def test_an_outlier_shows_in_the_summary():
    trials = Trials([0.0, 0.1, -0.1, 0.05, 3.0], [0.05, 0.05, 0.05, 0.05, 0.05])
    result = gosh(trials, [("FE", "z")])["FE", "z"]
    summary = result.summary()
    gap = result.with_trial - result.without_trial
    assert gap.argmax() == 4 and gap[4] > 3 * np.abs(gap[:4]).max()
    assert summary["subsets"] == 31 and summary["estimate"][0] == -0.1 and summary["estimate"][-1] == 3.0
    counts, across, up = result.histogram((10, 5))
    assert counts.sum() == 31 - 5  # single trials have no I2
    assert across[0] <= result.estimate[result.sizes > 1].min() and up[-1] == 100.0


def test_one_trial_has_no_subsets():
    with pytest.raises(ValueError, match="at least two"):
        gosh(Trials([1.0], [0.1]), [("FE", "z")])
