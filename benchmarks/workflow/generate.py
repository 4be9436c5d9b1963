"""Generated reviews of any size: numbers from a random generator, for the stopwatch alone and never for a reader.

    python benchmarks/workflow/generate.py CELLS FOLDER

Sizes of pools are skewed as those of real reviews are: the median has five trials, few have many, none has more than
200. The same number of cells gives the same bytes.
"""

import csv
import sys
from pathlib import Path
from statistics import NormalDist

import numpy as np

SEED = 20221010
LEAST, MOST, MEDIAN, SPREAD = 2, 200, 5.0, 1.12
MEASURES = ("MD", "OR", "SMD", "RR")
PERIODS = (("early", 0, 3), ("short", 4, 6), ("medium", 7, 12), ("long", 13, 24), ("late", 25, 60))
MARK = "GENERATED FOR A BENCHMARK, every number comes from a random generator"
COLUMNS = ("study", "outcome", "timepoint", "arm", "n", "mean", "sd", "events", "source")

PROTOCOL = """\
# {mark}.
title: Generated review of {cells} cells
question: None; it is for timing
source: {mark}
outcomes:
{outcomes}
periods:
{periods}
arms: {{experimental: [treated], control: [untreated]}}
models:
  - key: as-published
    track: protocol
    rule: {{p_above: 0.10, i2_below: 50, combine: and, on_discordance: fixed,
           fixed: {{tau2_method: FE, interval: z}}, random: {{tau2_method: DL, interval: z}}}}
  - {{key: REML-HKSJ, track: recommended, tau2_method: REML, interval: HKSJ}}
"""


def sizes(cells: int, rng: np.random.Generator) -> np.ndarray:
    """Number of trials of every cell: quantiles of a log-normal distribution in random order."""
    normal = NormalDist()
    quantiles = [normal.inv_cdf((i + 0.5) / cells) for i in range(cells)]
    return rng.permutation(np.clip(np.rint(MEDIAN * np.exp(SPREAD * np.array(quantiles))), LEAST, MOST).astype(int))


def trial_rows(study: str, outcome: str, measure: str, months: int, truth: float, tau: float, rng) -> list[dict]:
    """The two arms of one trial."""
    n = 2 * int(rng.integers(10, 120))
    effect = rng.normal(truth, tau)
    rows = []
    for arm in ("treated", "untreated"):
        row = {
            "study": study,
            "outcome": outcome,
            "timepoint": f"{months} m",
            "arm": arm,
            "n": n,
            "source": "generated",
        }
        if measure in ("MD", "SMD"):
            sd = 10 * rng.uniform(0.8, 1.25)
            mean = rng.normal(50 + 10 * effect * (arm == "treated"), sd / n**0.5)
            row |= {"mean": f"{mean:.1f}", "sd": f"{sd:.1f}"}
        else:
            odds = np.exp(rng.uniform(-1.5, 0.0) + effect * (arm == "treated"))
            row["events"] = int(np.clip(rng.binomial(n, odds / (1 + odds)), 1, n - 1))
        rows.append(row)
    return rows


def generate(cells: int, folder: Path, periods: int = len(PERIODS)) -> Path:
    """Write a review of *cells* outcome x period cells; return its folder."""
    if cells % periods:
        raise ValueError(f"{cells} cells are not a multiple of {periods} periods")
    rng = np.random.default_rng([SEED, cells])
    used = PERIODS[:periods]
    count = sizes(cells, rng).reshape(-1, periods)
    trials = [f"trial{i:03d}" for i in range(1, MOST + 201)]
    rows, blocks = [], []
    for i, line in enumerate(count):
        key, measure = f"outcome-{i + 1:03d}", MEASURES[i % len(MEASURES)]
        worse = "lower" if measure in ("OR", "RR") else "higher"
        exact = ", smd: exact" if measure == "SMD" else ""  # metafor's variance
        label = f"Generated outcome {i + 1}"
        blocks.append(f"  {key}: {{label: {label}, measure: {measure}, direction: {worse}_is_better{exact}}}")
        truth, tau = rng.normal(0, 0.3), abs(rng.normal(0, 0.25))
        for (_, begin, end), k in zip(used, line, strict=True):
            for study in sorted(rng.choice(trials, k, replace=False)):
                months = int(rng.integers(begin + (begin == 0), end + 1))
                rows += trial_rows(study, key, measure, months, truth, tau, rng)
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f"  - {{key: {key}, label: {a}-{b} months, from: {a}, to: {b}}}" for key, a, b in used]
    text = PROTOCOL.format(mark=MARK, cells=cells, outcomes="\n".join(blocks), periods="\n".join(lines))
    (folder / "protocol.yaml").write_text(text, encoding="utf-8")
    write_csv(folder / "extraction.csv", COLUMNS, rows)
    named = [{"study": study, "label": f"Generated {study}", "year": 1990 + i % 35} for i, study in enumerate(trials)]
    write_csv(folder / "studies.csv", ("study", "label", "year"), named)
    (folder / "README.md").write_text(f"{MARK}. See benchmarks/workflow/generate.py.\n", encoding="utf-8")
    return folder


def write_csv(path: Path, columns, rows) -> None:
    """Write a table."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    print(generate(int(sys.argv[1]), Path(sys.argv[2])))
