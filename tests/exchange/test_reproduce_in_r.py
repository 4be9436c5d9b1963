"""The R script that goes out with every review: run in R, metafor gives the review's own table to 1e-8."""

import csv
import shutil
import subprocess
from pathlib import Path

import pytest

from metawright.pooling.prediction import PREDICTION_INTERVALS
from tests.conftest import RESOURCES, ROOT
from tests.exchange.exports import export, read

ORACLE = ROOT / "tests" / "oracle" / "data"


def metafor() -> str:
    """Why the tests cannot run here; empty if they can."""
    if shutil.which("Rscript") is None:
        return "Rscript is not installed (Debian: apt install r-cran-metafor)"
    done = subprocess.run(["Rscript", "-e", "library(metafor)"], capture_output=True)
    return "the R package metafor is not installed (Debian: apt install r-cran-metafor)" if done.returncode else ""


ABSENT = metafor()
pytestmark = pytest.mark.skipif(bool(ABSENT), reason=ABSENT)

METHODS = ("FE", "DL", "DL2", "PM", "REML", "ML", "SJ", "HE", "HS", "EB")
MODELS = "".join(
    f"  - {{key: {method}-{interval}, tau2_method: {method}, interval: {interval}}}\n"
    for method in METHODS
    for interval in ("z", "HKSJ")
) + "".join(
    f"  - {{key: {method}-{interval}, tau2_method: {method}, interval: {interval}}}\n"
    for method, interval in (
        ("REML", "t"),
        ("REML", "mHKSJ"),
        ("PM", "IQWiG6"),
        ("DL", "IQWiG6"),
        ("REML", "hybrid"),
        ("DL", "hybrid"),
        ("DL", "HC"),
    )
)
RULE = "  - {key: rule, track: protocol, rule: {combine: or}}\n"

#: Outcome, its block, the oracle's data set.
CONTINUOUS = {
    "MD": ("measure: MD", "normand1999"),
    "MDpooled": ("measure: MD, variance: pooled", "normand1999"),
    "SMD": ("measure: SMD", "normand1999"),
    "SMDexact": ("measure: SMD, smd: exact", "dagostino1998_rnic1"),
    "ROM": ("measure: ROM", "normand1999"),
    "ROM2": ("measure: ROM, second_order: true", "curtis1998"),
}
BINARY = {
    **{name: (f"measure: {name}", "nielweise2007") for name in ("RR", "OR", "RD", "PETO", "MH_OR", "MH_RR", "MH_RD")},
    **{f"{name}exact": (f"measure: {name}, mh_exact: true", "nielweise2007") for name in ("MH_OR", "MH_RR", "MH_RD")},
    "RRany": ("measure: RR, zero_scope: any_cell", "collins1985b_pre"),
    "MHRRany": ("measure: MH_RR, zero_scope: any_cell", "collins1985b_pre"),
    "MHRDbcg": ("measure: MH_RD", "bcg"),
}
GENERIC = {"GIV": ("measure: GIV", "ishak2007_t1"), "ZCOR": ("measure: ZCOR", "")}


def rows_of(outcome: str, name: str):
    """Rows of extraction.csv from a table of the oracle."""
    if not name:
        return [
            (f"S{i}", outcome, "contrast", n, "", "", "", r, "")
            for i, (r, n) in enumerate([(0.3, 40), (-0.1, 22), (0.55, 61), (0.2, 18)])
        ]
    with (ORACLE / f"{name}.csv").open() as file:
        table = list(csv.DictReader(file))
    rows = []
    for number, line in enumerate(table):
        study = f"{line['study']} #{number}"
        if "y" in line:
            rows.append((study, outcome, "contrast", "", "", "", "", line["y"], repr(float(line["v"]) ** 0.5)))
            continue
        for arm in ("experimental", "control"):
            cells = [line.get(f"{what}_{arm}", "") for what in ("n", "mean", "sd", "events")]
            rows.append((study, outcome, arm, *cells, "", ""))
    return rows


def review(tmp_path: Path, outcomes: dict, models: str, prediction: str = "V") -> Path:
    folder = tmp_path / "demo"
    folder.mkdir()
    blocks = "".join(f"  {key}: {{{block}, direction: lower_is_better}}\n" for key, (block, _) in outcomes.items())
    head = f"title: All\nprediction_interval: {prediction}\n"
    folder.joinpath("protocol.yaml").write_text(f"{head}outcomes:\n{blocks}models:\n{models}")
    with folder.joinpath("extraction.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("study", "outcome", "arm", "n", "mean", "sd", "events", "estimate", "se"))
        for key, (_, name) in outcomes.items():
            writer.writerows(rows_of(key, name))
    return folder


def reproduce(folder: Path, out: Path) -> str:
    export(folder, out)
    done = subprocess.run(["Rscript", str(out / "reproduce.R")], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    return done.stdout


@pytest.mark.parametrize("name", ["als-exercise", "common-cold", "deep-brain-stimulation", "glioma-chemotherapy"])
def test_the_reviews_that_ship(name, tmp_path):
    output = reproduce(RESOURCES / name, tmp_path / "exchange")
    assert "The table is reproduced." in output
    assert "numbers compared" in output


@pytest.mark.parametrize(
    "outcomes",
    [pytest.param(CONTINUOUS, id="continuous"), pytest.param(BINARY, id="binary"), pytest.param(GENERIC, id="generic")],
)
def test_every_measure_under_every_model(outcomes, tmp_path):
    out = tmp_path / "exchange"
    output = reproduce(review(tmp_path, outcomes, MODELS + RULE), out)
    expected, found = read(out / "expected.csv"), read(out / "reproduced.csv")
    pooled = [row for row in expected if row["estimate"]]
    assert len(pooled) == len(expected) == len(outcomes) * 28
    assert int(output.split(" rows of the table, ")[1].split()[0]) > 12 * len(pooled)
    for ours, theirs in zip(expected, found, strict=True):
        no_limits = ours["interval"] == "HC" and ours["measure"].startswith("MH_")
        for name in ("estimate", "q") if no_limits else ("estimate", "ci_low", "ci_high", "q"):
            tolerance = 1e-8 * max(abs(float(ours[name])), float(ours["se"]))
            assert float(theirs[name]) == pytest.approx(float(ours[name]), abs=tolerance, rel=0)


@pytest.mark.parametrize("name", [name for name in PREDICTION_INTERVALS if name != "V"])
def test_every_prediction_interval(name, tmp_path):
    models = "".join(f"  - {{key: {key}, tau2_method: REML, interval: {key}}}\n" for key in ("z", "HKSJ", "mHKSJ"))
    out = tmp_path / "exchange"
    reproduce(review(tmp_path, GENERIC, models, name), out)
    for ours, theirs in zip(read(out / "expected.csv"), read(out / "reproduced.csv"), strict=True):
        assert float(theirs["pi_low"]) == pytest.approx(float(ours["pi_low"]), rel=1e-8)


def test_a_difference_is_found(tmp_path):
    """The script is no rubber stamp: one altered number fails it, and it says which."""
    out = export(RESOURCES / "common-cold", tmp_path / "exchange")
    rows = read(out / "expected.csv")
    place = next(row for row in rows if row["estimate"])
    text = (out / "expected.csv").read_text()
    (out / "expected.csv").write_text(text.replace(place["ci_low"], repr(float(place["ci_low"]) * (1 + 1e-7)), 1))
    done = subprocess.run(["Rscript", str(out / "reproduce.R")], capture_output=True, text=True)
    assert done.returncode == 1
    assert f"{place['outcome']}, {place['period']}, {place['model']}: ci_low is" in done.stdout
