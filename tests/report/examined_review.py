"""A small review taken through every stage in memory: two outcomes, two periods, with a section on survival."""

from metawright.checking.protocol import read_protocol
from metawright.effects.compute import trace_effects
from metawright.files.documents import plain
from metawright.files.tables import cell as text_of
from metawright.heterogeneity.describe import describe_heterogeneity
from metawright.heterogeneity.periods_document import periods_document
from metawright.pooling.cell import cell_of
from metawright.pooling.pool import pool
from metawright.report.results import gather_results
from metawright.sensitivity.examination.case import Case
from metawright.sensitivity.examination.examine import examine
from metawright.sensitivity.examination.multiverse import multiverses
from metawright.sensitivity.gather import gather_verdicts
from metawright.sensitivity.leave_one_out import leave_one_out
from metawright.sensitivity.versions import Source
from tests.conftest import PROTOCOL
from tests.effects.rows import cleaned
from tests.sensitivity.cases import SCHEMA

BLOCK = """
sensitivity:
  moderators: [{column: dose, label: Dose}]
  subgroups: [{column: kind, label: Kind}]
  information_size: {sequential: true, outcomes: {score: {deltas: [2], sd: 4}}}
"""
HEADER = "study,outcome,timepoint,arm,n,n_randomised,mean,sd,events"
# study, time point, then n and mean (SD 4) of both arms; everybody but some of trial 1 was analysed
SCORES = [
    ("T01", "3 m", 20, 12.0, 22, 10.0),
    ("T02", "3 m", 31, 13.5, 30, 10.2),
    ("T03", "3 m", 45, 11.0, 44, 10.4),
    ("T01", "6 m", 18, 12.5, 20, 9.0),
    ("T04", "6 m", 28, 11.0, 30, 10.5),
]
STUDIES = [
    {"study": f"T{i:02}", "label": f"Trial {i}", "year": str(2000 + i), "dose": str(10 * i), "kind": "ab"[i % 2]}
    for i in range(1, 13)
]


def lines():
    for study, time, n1, m1, n2, m2 in SCORES:
        more = 4 if study == "T01" else 0
        yield f"{study},score,{time},exercise,{n1},{n1 + more},{m1},4,"
        yield f"{study},score,{time},usual care,{n2},{n2},{m2},4,"
    for i in range(1, 13):
        yield f"T{i:02},cured,3 m,exercise,{30 + 9 * i},,,,{10 + 5 * i}"
        yield f"T{i:02},cured,3 m,usual care,{32 + 9 * i},,,,{11 + 3 * i}"


def examined_review(block=BLOCK):
    """Results of the review as `results.json` holds them."""
    protocol, problems = read_protocol(PROTOCOL + block, SCHEMA, "protocol.yaml")
    assert not problems
    arms = cleaned(protocol, HEADER, *lines())
    rules = {name: protocol[name] for name in ("imputation", "multi_arm", "crossover", "contaminated")}
    studies = {row["study"].casefold(): row for row in STUDIES}
    made = {name: [] for name in ("pools", "heterogeneity", "leave_one_out", "examined", "multiverses", "compared")}
    tables = []
    for key, outcome in protocol["outcomes"].items():
        rows = [row for row in arms if row["outcome"] == key]
        traced = trace_effects(rows, outcome, protocol["periods"], rules)
        effects = [{name: text_of(value) for name, value in row.items()} for row in traced.effects]
        tables += effects
        for period in protocol["periods"]:
            cell = cell_of(effects, rows, outcome, period["key"])
            pooled = pool(cell, protocol["models"])
            case = Case(cell, rows, protocol["models"], rules["contaminated"], protocol["sensitivity"], studies)
            made["pools"].append(pooled)
            made["heterogeneity"].append(describe_heterogeneity(pooled, protocol["models"]))
            made["leave_one_out"].append(leave_one_out(cell, protocol["models"]))
            made["examined"].append(examine(case))
        settings = protocol["sensitivity"]
        source = Source(rows, outcome, protocol["periods"], rules, {}, settings["multiverse"])
        made["multiverses"].append(multiverses(source, protocol["models"]))
        made["compared"].append(periods_document(effects, outcome, protocol["periods"], settings["periods"]))
    made = plain(made)
    judged = [made[name] for name in ("pools", "leave_one_out", "examined", "multiverses")]
    labels = {row["study"]: row["label"] for row in STUDIES}
    verdicts = plain(gather_verdicts(*judged, protocol["sensitivity"]["multiplicity"], labels))
    return gather_results(
        "demo", protocol, **made, verdicts=verdicts, arms=[{k: text_of(v) for k, v in row.items()} for row in arms],
        effects=tables, cleaning_log=[], software=[{"name": "numpy", "version": "2"}], studies=STUDIES,
    )  # fmt: skip
