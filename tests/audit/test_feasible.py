"""Feasible sets: what missing trials must show, and that no pool ever reads it."""

import itertools
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metawright.audit.claims.printed import printed_pool
from metawright.audit.feasible import LABEL, KnownTrial, feasible
from metawright.audit.hartung_knapp import hksj_limit, largest_q_of_fixed
from metawright.pooling.fit import fit
from metawright.pooling.rule import Rule
from metawright.provenance.code import import_closure
from tests.audit.admissible import effects_on_sphere, mirror_solutions
from tests.audit.als import audit_folder

MEDIUM = printed_pool({"estimate": "3.21", "ci_low": "0.85", "ci_high": "5.56"}, "MD")


def known(study, first, second, step):
    """A trial from means, SDs and sizes as printed; *step* is the last printed digit."""
    (m1, s1, n1), (m2, s2, n2) = first, second
    half = step / 2
    v = [(s1 + e) ** 2 / n1 + (s2 + e) ** 2 / n2 for e in (-half, 0.0, half)]
    return KnownTrial(study, (m1 - m2 - step, m1 - m2 + step), (v[0], v[2]), (m1 - m2, v[1]), (s1, s2))


LUNETTA = known("lunetta2016", (32.8, 6.5, 30), (28.7, 7.5, 30), 0.1)
ZUCCHI = known("zucchi2019", (33.08, 9.76, 32), (33.08, 9.42, 32), 0.01)


@pytest.fixture(scope="module")
def medium():
    return feasible(MEDIUM, 3, [LUNETTA, ZUCCHI], Rule(), ["braga2018"], {"braga2018": (24, 24)})


def test_the_als_medium_pool_cannot_be_significant_with_hartung_knapp_whatever_the_missing_trial_is(medium):
    hksj = medium["hksj"]
    assert hksj["verdict"] == "impossible"
    assert hksj["q_below"]["value"] == pytest.approx(0.771, abs=5e-4)
    assert hksj["q_at_least"]["value"] == pytest.approx(1.86, abs=5e-3)
    # over the rounding of everything that was printed, not only at the printed numbers
    assert hksj["q_at_least"]["low"] > hksj["q_below"]["high"]
    assert medium["label"] == LABEL


def test_whatever_the_missing_trial_is_in_a_search(medium):
    """Over everything that rounds to the published estimate and limits, the pool of three is never significant."""
    low, high = MEDIUM.se()
    significant = 0
    for mu in np.linspace(*MEDIUM.estimate, 5):
        for se in np.linspace(low, high, 5):
            weight = 1 / se**2
            w = np.array([1 / trial.middle[1] for trial in (LUNETTA, ZUCCHI)])
            y = np.array([trial.middle[0] for trial in (LUNETTA, ZUCCHI)])
            rest = weight - w.sum()
            third = (weight * mu - (w * y).sum()) / rest
            result = fit([*y, third], [*(1 / w), 1 / rest], "FE", "HKSJ")
            assert result.estimate == pytest.approx(mu)
            significant += result.p < 0.05
    assert significant == 0
    assert medium["reml_hksj"]["p"]["low"] > 0.05


def test_the_remainder_and_the_pool_without_each_trial(medium):
    rest = medium["remainder"]
    assert rest["estimate"]["value"] == pytest.approx(4.55, abs=0.005)
    assert rest["se"]["value"] == pytest.approx(2.16, abs=0.005)
    assert 0.039 < rest["p_t"]["value"] < 0.042
    assert medium["share"]["lunetta2016"]["value"] == pytest.approx(44.0, abs=0.1)
    without = medium["without"]["lunetta2016"]
    numbers = [without[name]["value"] for name in ("estimate", "ci_low", "ci_high")]
    assert numbers == pytest.approx([2.51, -0.63, 5.66], abs=0.006)
    only_known = medium["without"]["braga2018"]
    numbers = [only_known[name]["value"] for name in ("estimate", "ci_low", "ci_high", "p")]
    assert numbers == pytest.approx([2.61, -0.22, 5.44, 0.071], abs=0.005)
    assert medium["q"]["value"] == pytest.approx(2.42, abs=0.01)
    assert medium["i2"]["value"] == pytest.approx(17.3, abs=0.1)


def test_the_verdict_holds_down_to_small_trials(medium):
    """Zucchi needs more than about ten per arm, wherever its means come from that many."""
    smallest = medium["sizes_that_keep_the_verdict"]["zucchi2019"]
    assert smallest == 11
    limit = medium["hksj"]["q_below"]["high"]
    for n, above in ((smallest, True), (smallest - 1, False)):
        v = [LUNETTA.middle[1], (9.76**2 + 9.42**2) / n]
        assert (fit([4.1, 0.0], v, "FE", "z").q > limit) is above


@pytest.mark.parametrize(
    ("printed", "k", "limit", "low", "high"),
    [
        (("2.40", "0.23", "4.58"), 2, 0.029, -11.70, 16.50),
        (("5.00", "2.42", "7.58"), 3, 1.559, -0.66, 10.66),
        (("1.11", "-0.77", "3.00"), 4, 0.395, -1.95, 4.17),
        (("3.21", "0.85", "5.56"), 3, 0.771, -1.96, 8.38),
        (("3.43", "-1.28", "8.14"), 5, 1.057, -3.24, 10.10),
    ],
)
def test_the_five_published_pools(printed, k, limit, low, high):
    pool = printed_pool(dict(zip(("estimate", "ci_low", "ci_high"), printed, strict=True)), "MD")
    document = feasible(pool, k, [], Rule())
    assert document["hksj"]["q_below"]["value"] == pytest.approx(limit, abs=6e-4)
    assert [document["mhksj"][name] for name in ("low", "high")] == pytest.approx([low, high], abs=0.006)
    assert document["mhksj"]["includes_null"] is True


def test_the_chance_of_a_small_q_in_homogeneous_pools():
    pool = printed_pool({"estimate": "2.40", "ci_low": "0.23", "ci_high": "4.58"}, "MD")
    assert feasible(pool, 2, [], Rule())["hksj"]["probability_if_homogeneous"] == pytest.approx(0.135, abs=5e-4)


def test_known_trials_that_weigh_more_than_the_pool_are_said():
    heavy = KnownTrial("a", (3.0, 3.0), (0.5, 0.5), (3.0, 0.5))
    document = feasible(MEDIUM, 3, [heavy])
    assert "more information" in document["words"]
    assert document["consistent"] is False
    with pytest.raises(ValueError, match="cannot have 4"):
        feasible(MEDIUM, 3, [LUNETTA] * 4)


def test_the_rules_limit():
    assert largest_q_of_fixed(Rule(), 3) == pytest.approx(4.605, abs=5e-4)
    assert largest_q_of_fixed(Rule(on_discordance="random"), 3) == pytest.approx(4.0)
    assert largest_q_of_fixed(Rule(combine="or"), 3) == pytest.approx(4.0)
    assert largest_q_of_fixed(Rule(combine="p_only"), 3) == pytest.approx(4.605, abs=5e-4)


positive = st.floats(0.1, 10.0)


@settings(max_examples=40)
@given(v=st.lists(positive, min_size=2, max_size=2), mu=st.floats(-5, 5), q=st.floats(0.01, 10))
def test_mirror_solutions_have_the_pool_and_the_q(v, mu, q):
    for y in mirror_solutions(mu, v, q):
        result = fit(y, v, "FE", "z")
        assert (result.estimate, result.q) == (pytest.approx(mu, abs=1e-9), pytest.approx(q, rel=1e-6))


@settings(max_examples=40)
@given(
    v=st.lists(positive, min_size=3, max_size=6), mu=st.floats(-5, 5), q=st.floats(0.01, 10), seed=st.integers(0, 99)
)
def test_points_on_the_sphere_have_the_pool_and_the_q(v, mu, q, seed):
    directions = np.random.default_rng(seed).standard_normal((5, len(v)))
    for y in effects_on_sphere(mu, v, q, directions):
        result = fit(y, v, "FE", "z")
        assert (result.estimate, result.q) == (pytest.approx(mu, abs=1e-8), pytest.approx(q, rel=1e-6))


@settings(max_examples=60)
@given(y=st.lists(st.floats(-5, 5), min_size=2, max_size=6), data=st.data())
def test_the_limit_is_where_the_interval_touches_zero(y, data):
    v = data.draw(st.lists(positive, min_size=len(y), max_size=len(y)))
    result, plain = fit(y, v, "FE", "HKSJ"), fit(y, v, "FE", "z")
    limit = hksj_limit(plain.estimate, plain.se, len(y))
    if abs(plain.q - limit) > 1e-6 * max(1.0, limit) and plain.q > 1e-9:
        assert (result.ci_low > 0 or result.ci_high < 0) == (plain.q < limit)


@settings(max_examples=60)
@given(y=st.lists(st.floats(-5, 5), min_size=2, max_size=6), data=st.data())
def test_q_never_shrinks_when_a_trial_is_added(y, data):
    v = data.draw(st.lists(positive, min_size=len(y), max_size=len(y)))
    q = [fit(y[:k], v[:k], "FE", "z").q for k in range(2, len(y) + 1)]
    assert all(later >= earlier - 1e-9 for earlier, later in itertools.pairwise(q))


def test_every_set_of_a_review_is_labelled(root, schemas):
    document = audit_folder(root / "resources" / "als-exercise", schemas).feasible
    assert document["label"] == LABEL
    assert all(item["label"] == LABEL for claim in document["claims"] for item in claim["sets"])
    assert {claim["claim"] for claim in document["claims"]} == {"C01", "C02", "C03", "C04", "C07"}


# No pool reads it.

POOLING = ("extraction", "effects", "pooling", "heterogeneity", "sensitivity", "exchange")


def test_no_rule_before_the_report_reads_a_reconstruction(root):
    for stage in POOLING:
        path = root / "workflow" / "rules" / f"{stage}.smk"
        assert "reconstruction" not in path.read_text(), path.name
    users = [path.name for path in (root / "workflow" / "rules").glob("*.smk") if "reconstruction/" in path.read_text()]
    assert set(users) <= {"audit.smk", "report.smk"}
    audit = (root / "workflow" / "rules" / "audit.smk").read_text()
    made, *_ = re.findall(r"    output:\n(.*?)    log:", audit.split("rule audit_claims:")[1], re.DOTALL)
    assert audit.count("reconstruction/") == made.count("reconstruction/") == 1


def test_no_script_that_pools_can_reach_the_library_of_reconstructions(root):
    room = root / "workflow"
    text = "".join((room / "rules" / f"{stage}.smk").read_text() for stage in POOLING)
    names = re.findall(r"\.\./scripts/(\w+)\.py", text)
    assert {"clean_extraction", "compute_effects", "pool", "examine_sensitivity", "multiverse"} <= set(names)
    for name in names:
        reached = {path.name for path in import_closure(room / "scripts" / f"{name}.py", room)}
        assert not reached & {"feasible.py", "hartung_knapp.py", "reconstruct.py"}, name


def test_pools_do_not_change_with_what_is_reconstructed(root):
    """The jobs that make the pools, as Snakemake plans them: the audit is not among them."""
    snakemake = Path(sys.executable).with_name("snakemake")
    command = [snakemake, "--rulegraph", "--forceall", "results/als-exercise/pooling/pooled.csv"]
    command += ["--config", "review=resources/als-exercise"]
    graph = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
    rules = set(re.findall(r'label ?= ?"(\w+)', graph))
    assert "pool" in rules
    assert not rules & {"audit_claims", "audit_extraction"}


def test_the_document_is_json(medium):
    assert json.loads(json.dumps(medium))["remainder"]["trials"] == 1
