"""The ALS review by hand with all that a report can show."""

import copy
from pathlib import Path

from metawright.report.changes import what_changed
from tests.audit.als import audit_folder
from tests.report.als_review import als_results
from tests.report.test_audited import APPRAISAL, CERTAINTY, FLOW
from tests.report.test_origins import LOG, ORIGINS
from tests.report.test_own_configuration import simulated

#: What else is of no outcome and stands on the front page of a large review.
LISTED = ("recovered", "choices", "findings", "conflicts")
ROOT = Path(__file__).parents[2]


def whole_review():
    """Return its results, and what moved since others."""
    audit = audit_folder(ROOT / "resources" / "als-exercise", ROOT / "workflow" / "schemas")
    audited = {
        "audit": audit.document,
        "claims_check": audit.comparison,
        "feasible": audit.feasible,
        "flow": FLOW,
        "certainty": CERTAINTY,
    }
    results = als_results(
        audited=audited,
        risk_of_bias=APPRAISAL,
        screening={"new_studies": 8},
        origins=ORIGINS | {name: [*ORIGINS[name], {**ORIGINS[name][0], "outcome": ""}] for name in LISTED},
        cleaning_log=LOG,
        own_configuration=simulated(10_000),
    )
    before = copy.deepcopy(results)
    for row in next(cell for cell in before["cells"] if cell["status"] == "pooled")["models"]:
        row["estimate"] += 1.0
    return results, what_changed(before, results)
