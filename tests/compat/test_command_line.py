"""What a workflow is told of its command line, and what jobs on a cluster are told in turn."""

from types import SimpleNamespace

from metawright.compat.command_line import settings, targets

TOUCH = """
from metawright.compat.command_line import settings, targets
print("told", settings(workflow))
onsuccess:
    print("asked", sorted(targets(workflow)))
"""


def test_a_workflow_hears_of_its_settings_and_targets(snakemake):
    said = snakemake(TOUCH, "--config", "review=08", "other=x", "--", "made")
    assert "told {'review': 8, 'other': 'x'}" in said and "asked ['made']" in said
    said = snakemake(TOUCH, "--forceall")
    assert "told {}" in said and "asked []" in said


def test_a_setting_that_is_changed_is_passed_on(snakemake):
    head = "from metawright.compat.command_line import settings\nsettings(workflow)['review'] = ['08']\n"
    head += "print('told', workflow.config_settings.overwrite_config)\n"
    assert "told {'review': ['08']}" in snakemake(head, "--config", "review=08")


def test_another_workflow_has_none(said):
    workflow = SimpleNamespace(config_settings=SimpleNamespace(), dag_settings=SimpleNamespace())
    assert (settings(workflow), targets(workflow)) == ({}, frozenset())
    assert len(said()) == 2 and "ends without a verdict" in said()[0]
