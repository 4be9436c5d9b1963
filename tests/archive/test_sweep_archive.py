"""A sweep is packed, checked and run again like a review: as a whole, or some of its shards drawn at random."""

import json
import zipfile
from pathlib import Path

import pytest
import yaml

from metawright.archive.build import MANIFEST, PROVENANCE
from metawright.archive.compare import compare
from metawright.archive.crate import METADATA
from metawright.archive.unpacked import open_archive
from metawright.files.zips import sha256, write_zip
from tests.archive.conftest import SECRETS, checkout

pytestmark = pytest.mark.slow

SWEEP = """\
seed: {seed}
archive: {{authors: [Ada Byron], licence: CC-BY-4.0, date: 2026-11-22}}
grids:
  small:
    aims: What does a rule do?
    data: {{k: [2, 5], n: [10], i2: [0, 50]}}
    models: [FE-z, REML-HKSJ, {{key: rule, rule: {{}}}}]
    replicates: {replicates}
  own:
    data: {{trials: [{{review: trial, outcome: score, period: short}}], i2: [50]}}
    models: [FE-z]
    replicates: 20000
"""
TABLE = "results/simulation/performance.csv"
ARCHIVE = "results/simulation/archive/simulation.crate.zip"


@pytest.fixture(scope="module")
def house(root, tmp_path_factory):
    """A sweep that has grown: its first shards belong to an earlier plan."""
    made = checkout(root, tmp_path_factory.mktemp("sweep") / "check out")
    (made.folder / "config" / "config.yaml").write_text(f"reviews: ['{made.review}']\npdf: never\n")
    declare(made, 20_000)
    run(made, TABLE)
    declare(made, 60_000)
    run(made, ARCHIVE)
    return made


def declare(house, replicates, seed=7):
    (house.folder / "config" / "simulation.yaml").write_text(SWEEP.format(replicates=replicates, seed=seed))


def run(house, target):
    result = house.call("snakemake", "--cores", "2", "--", target)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.fixture(scope="module")
def archive(house) -> Path:
    return house.folder / ARCHIVE


@pytest.fixture(scope="module")
def members(archive):
    with zipfile.ZipFile(archive) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def shards_of(members):
    return sorted(name for name in members if "/shards/" in name)


def test_it_holds_scenarios_seeds_shards_table_and_what_it_takes_trials_of(members):
    assert len(shards_of(members)) == 2
    for name in (TABLE, "results/simulation/plan.json", "results/simulation/report.html", "config/simulation.yaml",
                 "results/trial/effects/score.effects.csv", "resources/trial/extraction.csv", "README.md"):  # fmt: skip
        assert name in members, name
    assert yaml.safe_load(members["config/config.yaml"]) == {"reviews": ["resources/trial"], "pdf": "never"}
    provenance = json.loads(members[PROVENANCE])
    assert (provenance["review"], provenance["kind"]) == ("simulation", "sweep")
    assert list(provenance["withheld"]) == ["trial/fulltexts/one.pdf"]
    assert {job["rule"] for job in provenance["jobs"]} > {"plan_sweep", "simulate_shard", "gather_performance"}
    crate = {item["@id"]: item for item in json.loads(members[METADATA])["@graph"]}
    assert crate["./"]["name"] == "Simulation sweep: small, own"
    assert crate["./"]["license"] == {"@id": "https://spdx.org/licenses/CC-BY-4.0"}
    for name, data in members.items():
        for secret in SECRETS.values():
            assert secret.encode() not in data, name
        assert b"check out" not in data, name


def test_packed_again_it_has_the_same_bytes(house, archive):
    before = archive.read_bytes()
    archive.unlink()
    run(house, ARCHIVE)
    assert archive.read_bytes() == before


def test_shards_drawn_at_random_are_simulated_again(house, archive, members, tmp_path):
    verdicts = tmp_path / "verdict.json"
    result = house.verify(archive, "--sample", "9", "--json", verdicts)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "Simulating 2 shards again" in result.stdout
    found = json.loads(verdicts.read_text())["results"]
    assert {name for name, item in found.items() if item["verdict"] == "identical"} == {TABLE, *shards_of(members)}


def test_the_whole_sweep_is_run_again(house, archive):
    result = house.verify(archive)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "3  cut into jobs anew, not compared" in result.stdout


def test_a_shard_that_no_simulation_gives_is_found(house, members, tmp_path):
    """The forger has adapted every account of the files; the table alone still fits the true shards."""
    name = shards_of(members)[0]
    head, first, *rest = members[name].decode().splitlines()
    document = json.loads(first)
    document["counts"]["FE-z"][1] += 1
    forged = json.dumps(document, separators=(",", ":"))
    changed = {**members, name: "\n".join([head, forged, *rest, ""]).encode()}
    provenance = json.loads(changed[PROVENANCE])
    for job in provenance["jobs"]:
        job["outputs"] = {output: sha256(changed[output]) for output in job["outputs"]}
    changed[PROVENANCE] = json.dumps(provenance).encode()
    crate = json.loads(changed[METADATA])
    for entity in crate["@graph"]:
        if "sha256" in entity:
            entity["sha256"] = sha256(changed[entity["@id"]])
    changed[METADATA] = json.dumps(crate).encode()
    listed = {path: sha256(data) for path, data in changed.items() if path != MANIFEST}
    changed[MANIFEST] = "".join(f"{digest}  {path}\n" for path, digest in sorted(listed.items())).encode()
    path = tmp_path / "forged.crate.zip"
    write_zip(path, changed)
    result = house.verify(path, "--sample", "2")
    assert result.returncode == 1, result.stdout + result.stderr
    assert "The first rule that differs is simulate_shard" in result.stdout


def test_two_sweeps_are_compared_in_standard_errors(house, archive, tmp_path):
    old = tmp_path / "old.crate.zip"
    old.write_bytes(archive.read_bytes())
    declare(house, 60_000, seed=8)
    run(house, ARCHIVE)
    with open_archive(old) as first, open_archive(archive) as second:
        text = "\n".join(compare(first, second))
        same = "\n".join(compare(first, first))
    assert "config/simulation.yaml: changed" in text
    assert "+seed: 8" in text
    assert "rows changed, 0 by more than 4 Monte Carlo standard errors" in text
    total = len(members_rows(old))
    assert f"{total} of {total} rows are the same" in same
    assert "Performance\n  nothing changed" not in text


def members_rows(path):
    with zipfile.ZipFile(path) as opened:
        return opened.read(TABLE).decode().splitlines()[1:]
