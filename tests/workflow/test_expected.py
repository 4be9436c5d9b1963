"""The pools of the reviews that ship, against metafor's values for the same data (tests/oracle/reviews)."""

import csv
import re

import pytest

from tests.workflow.conftest import copy_house

pytestmark = pytest.mark.slow

REVIEWS = ("common-cold", "deep-brain-stimulation", "glioma-chemotherapy")

# The size that a difference is judged against: the standard error of effects and their limits, k SE² of
# variances, 100 of percent; a value smaller than its scale is not required to more digits than that.
SCALES = {
    "estimate": "se", "se": "se", "ci_low": "se", "ci_high": "se", "pi_low": "se", "pi_high": "se",
    "tau2": "variance", "tau2_low": "variance", "tau2_high": "variance",
    "i2": "percent", "i2_q": "percent", "h2": "one", "q": "one", "statistic": "one", "p": "probability",
    "q_p": "probability",
}  # fmt: skip
EXACT = ("k", "n_experimental", "n_control", "df", "q_df", "status", "measure", "tau2_method", "interval")


# What the references were computed for, whatever the reviews declare themselves.
SETTINGS = """prediction_interval: model
models:
  - {key: FE-z, track: protocol, tau2_method: FE, interval: z}
  - {key: DL-z, track: protocol, tau2_method: DL, interval: z}
  - {key: REML-z, track: recommended, tau2_method: REML, interval: z}
  - {key: REML-HKSJ, track: recommended, tau2_method: REML, interval: HKSJ}
"""


@pytest.fixture(scope="module")
def pooled(root, tmp_path_factory):
    house = copy_house(root, tmp_path_factory.mktemp("reviews") / "house", *REVIEWS)
    for review in REVIEWS:
        path = house.folder / "resources" / review / "protocol.yaml"
        text, found = re.subn(r"^models:\n(  - .*\n)+", SETTINGS, path.read_text(), flags=re.MULTILINE)
        assert found == 1
        path.write_text(text)
    house.build("--", *[f"results/{review}/pooling/pooled.csv" for review in REVIEWS])
    tables = {}
    for review in REVIEWS:
        with (house.folder / "results" / review / "pooling" / "pooled.csv").open() as file:
            tables[review] = {(row["outcome"], row["period"], row["model"]): row for row in csv.DictReader(file)}
    return tables


@pytest.mark.parametrize("review", REVIEWS)
def test_every_row_of_expected_is_met(root, pooled, review):
    with (root / "tests" / "oracle" / "reviews" / review / "expected.csv").open() as file:
        expected = [row for row in csv.DictReader(file) if row["convention"] in ("any", "revman")]
    rows = pooled[review]
    assert {(row["outcome"], row["period"], row["model"]) for row in expected} == set(rows)
    worst = 0.0
    for reference in expected:
        row = rows[reference["outcome"], reference["period"], reference["model"]]
        place = (reference["outcome"], reference["period"], reference["model"])
        for name in EXACT:
            assert row[name] == reference[name], (place, name)
        scales = {
            "se": float(reference["se"]),
            "variance": float(reference["k"]) * float(reference["se"]) ** 2,
            "percent": 100.0,
            "one": 1.0,
            "probability": 1e-6,
        }
        for name, scale in SCALES.items():
            assert bool(row[name]) == bool(reference[name]), (place, name, row[name], reference[name])
            if row[name]:
                found, wanted = float(row[name]), float(reference[name])
                deviation = abs(found - wanted) / max(abs(wanted), scales[scale])
                assert deviation < 1e-8, (place, name, found, wanted)
                worst = max(worst, deviation)
    assert worst > 0
