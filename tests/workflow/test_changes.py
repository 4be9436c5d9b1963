"""A change reruns what depends on it and nothing else; jobs are counted."""

import pytest

from tests.workflow.conftest import contents, jobs

pytestmark = pytest.mark.slow

REPORT = {"gather_results": 1, "render_html": 1, "render_latex": 1}
VERDICTS = {"gather_verdicts": 1, "plot_verdicts": 1, **REPORT}
RATED = {"certainty": 1, "plot_risk_of_bias_weights": 1}
# one outcome has cells with two trials, and data in two periods
SURVIVAL = {"plot_sensitivity": 1, **VERDICTS}
OF_POOLS = {
    "audit_claims": 1,
    "plot_claims": 1,
    "screening_flow": 1,
    "plot_prisma_flow": 1,
    "certainty": 1,
    "plot_risk_of_bias_weights": 1,
}
CHAIN = {
    "clean_extraction": 1,
    "gather_extraction": 1,
    "compute_effects": 1,
    "gather_effects": 1,
    "pool": 1,
    "gather_pooled": 1,
    "describe_heterogeneity": 1,
    "compare_periods": 1,
    "examine_sensitivity": 1,
    "multiverse": 1,
    "audit_extraction": 1,
    **OF_POOLS,
    "plot_forest": 1,
    "plot_periods": 1,
    "export_tables": 1,
    "gather_exchange": 1,
    "simulate_pools": 1,
    "simulate_review": 1,
    **SURVIVAL,
}


def test_one_number_reruns_its_outcome_alone_and_the_dry_run_tells_the_truth(als_copy):
    before = contents(als_copy.folder / "results")
    als_copy.edit(
        "resources/als-exercise/extraction.csv",
        "T360 (12 months),experimental,SMEP,,30,27.5,",
        "T360 (12 months),experimental,SMEP,,30,27.6,",
    )
    assert als_copy.announced() == CHAIN
    assert jobs(als_copy.build()) == CHAIN
    after = contents(als_copy.folder / "results")
    changed = {name for name in before if before[name] != after[name]}
    assert "als-exercise/pooling/ALSFRS-R.long.json" in changed
    assert not [name for name in changed if "/ALSFRS." in name or "/FVC." in name]
    assert "Nothing to be done" in als_copy.build()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("workflow/metawright/sensitivity/leave_one_out.py", {"examine_sensitivity": 3, **RATED, **SURVIVAL}),
        ("workflow/metawright/pooling/bayes.py", {"examine_sensitivity": 3, **RATED, **SURVIVAL}),
        ("workflow/metawright/sensitivity/versions.py", {"multiverse": 3, **SURVIVAL}),
        ("workflow/metawright/sensitivity/verdict.py", VERDICTS),
        ("workflow/metawright/heterogeneity/periods.py", {"compare_periods": 3, "plot_periods": 1, **REPORT}),
        ("workflow/metawright/figures/review/risk_of_bias.py", {"plot_risk_of_bias": 1, "render_html": 1, "render_latex": 1}),
        ("workflow/metawright/heterogeneity/describe.py", {"describe_heterogeneity": 3, **REPORT}),
        ("workflow/metawright/effects/pick.py", {"compute_effects": 3, "gather_effects": 1, "pool": 3, "gather_pooled": 1, "describe_heterogeneity": 3, "compare_periods": 3, "examine_sensitivity": 3, "multiverse": 3, "audit_extraction": 1, **OF_POOLS, "plot_forest": 3, "plot_periods": 1, "export_tables": 3, "gather_exchange": 1, "simulate_pools": 3, "simulate_review": 1, **SURVIVAL}),
        ("workflow/scripts/gather_effects.py", {"gather_effects": 1, **REPORT}),
        ("workflow/metawright/simulation/words.py", {"simulate_review": 1, **REPORT}),
    ],
)  # fmt: skip
def test_a_library_module_reruns_the_rules_that_reach_it(als_copy, path, expected):
    file = als_copy.folder / path
    file.write_text(file.read_text() + "\n# a comment\n")
    assert als_copy.announced() == expected


def test_a_template_reruns_rendering_alone(als_copy):
    file = als_copy.folder / "workflow" / "templates" / "report.html.j2"
    file.write_text(file.read_text() + "\n")
    assert als_copy.announced() == {"render_html": 1}


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        ("protocol.yaml", "title: Exercise training", "title: Training", REPORT),
        ("protocol.yaml", "label: Forced vital capacity (FVC%)", "label: Vital capacity", {"audit_claims": 1, "plot_claims": 1, "certainty": 1, "plot_risk_of_bias_weights": 1, "plot_forest": 1, "plot_verdicts": 1, "export_tables": 1, "gather_exchange": 1, **REPORT}),
        ("protocol.yaml", "deltas: [2, 3, 4]", "deltas: [2, 3]", {"examine_sensitivity": 3, **RATED, **SURVIVAL}),
        ("studies.csv", "Zucchi 2019,Zucchi et al", "Zucchi 2020,Zucchi et al", {"plot_forest": 3, "risk_of_bias": 1, "multiverse": 3, "plot_risk_of_bias": 1, "plot_periods": 1, "gather_exchange": 1, "simulate_pools": 3, "simulate_review": 1, **OF_POOLS, **SURVIVAL}),
        ("risk_of_bias.csv", "braga2018,detection,low", "braga2018,detection,unclear", {"risk_of_bias": 1, "plot_forest": 3, "plot_risk_of_bias": 1, "multiverse": 3, "audit_claims": 1, "plot_claims": 1, "certainty": 1, "plot_risk_of_bias_weights": 1, "gather_exchange": 1, **SURVIVAL}),
        ("screening.yaml", "new_studies: 8", "new_studies: 9", {"audit_claims": 1, "plot_claims": 1, "screening_flow": 1, "plot_prisma_flow": 1, **REPORT}),
    ],
)  # fmt: skip
def test_a_cell_of_another_file_reruns_its_users(als_copy, path, old, new, expected):
    als_copy.edit(f"resources/als-exercise/{path}", old, new)
    assert als_copy.announced() == expected


def test_a_touched_file_reruns_nothing(als_copy):
    for path in (als_copy.folder / "workflow").rglob("*.py"):
        if path.parent.name != "scripts":
            path.touch()
    (als_copy.folder / "resources" / "als-exercise" / "extraction.csv").touch()
    assert als_copy.announced() == {}
