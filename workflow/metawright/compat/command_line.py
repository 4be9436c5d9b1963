"""What the command line asks of this run of Snakemake: settings of the configuration, and targets.

Snakemake hands a workflow the configuration alone, with its own reading of each value
(https://github.com/snakemake/snakemake/issues/3650), and no word about the targets.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metawright.compat.internals import Internals

if TYPE_CHECKING:
    from snakemake.workflow import Workflow

INTERNALS = Internals(
    package="snakemake",
    versions=">=9.27,<10",
    what="workflow.config_settings.overwrite_config, workflow.dag_settings.targets",
    reason="a review's name is taken letter by letter; `check` ends with a verdict",
    upstream="https://github.com/snakemake/snakemake/issues/3650",
    without="a review whose name reads as a number is named with quotes, and a check ends without a verdict",
)


def settings(workflow: Workflow) -> Mapping[str, object]:
    """Return what stands after `--config`, which jobs on a cluster are told of too; changing it changes that."""
    known = INTERNALS.fit(lambda: hasattr(workflow.config_settings, "overwrite_config"))
    return workflow.config_settings.overwrite_config if known else {}


def targets(workflow: Workflow) -> frozenset[str]:
    """Return the targets that were asked for, once the workflow is read."""
    known = INTERNALS.fit(lambda: hasattr(workflow.dag_settings, "targets"))
    chosen = workflow.dag_settings
    return frozenset(chosen.targets) if known and chosen else frozenset()
