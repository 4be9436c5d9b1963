"""An archive holds what it should, the same bytes every time, and nothing that is private."""

import csv
import json
import shutil
import socket
import subprocess
from pathlib import Path

import pytest
import yaml

from metawright.archive.build import MANIFEST, PROVENANCE
from metawright.archive.crate import METADATA, SCHEMA
from metawright.files.zips import file_sha256, sha256
from tests.archive.conftest import SECRETS, Packed, checkout
from tests.archive.validator import PROFILES, fill_cache, issues

pytestmark = pytest.mark.slow


def test_it_holds_data_workflow_results_and_their_description(contents):
    for name in (
        "README.md", ".zenodo.json", "CITATION.cff", "LICENSE", METADATA, MANIFEST, PROVENANCE, "Snakefile", "Makefile",
        "pyproject.toml", "requirements.lock", "environment.yml", "workflow/Snakefile", "workflow/rules/archive.smk",
        "workflow/scripts/pool.py", "workflow/metawright/pooling/tau2.py", "workflow/schemas/protocol.schema.yaml",
        "workflow/templates/report.html.j2", "profiles/default/config.yaml", "config/README.md", "docs/archive.md",
        "containers/metawright.def", "resources/trial/extraction.csv", "resources/trial/protocol.yaml",
        "results/trial/pooling/pooled.csv", "results/trial/pooling/score.long.json", "results/trial/figures/forest.score.svg",
        "results/trial/report/report.html", "results/trial/report/results.json",
    ):  # fmt: skip
        assert name in contents, name
    assert yaml.safe_load(contents["config/config.yaml"]) == {
        "reviews": ["resources/trial"],
        "pdf": "never",
        "docx": "never",
    }
    assert not [name for name in contents if "__pycache__" in name or "lock.extraction" in name or "~$" in name]


def test_the_manifest_is_what_sha256sum_reads(packed, contents, tmp_path):
    shutil.unpack_archive(packed.archive, tmp_path, "zip")
    subprocess.run(["sha256sum", "--quiet", "--strict", "--check", MANIFEST], cwd=tmp_path, check=True)
    assert len(contents[MANIFEST].splitlines()) == len(contents) - 1
    beside = packed.archive.with_name("trial.crate.zip.sha256").read_text()
    assert beside == f"{file_sha256(packed.archive)}  trial.crate.zip\n"


def test_what_is_withheld_stays_here_and_leaves_its_hash(contents):
    assert not [name for name, data in contents.items() if b"copyrighted\n" in data or name.endswith("one.pdf")]
    digest = sha256(b"copyrighted")
    assert contents["resources/trial/withheld.sha256"].decode() == f"{digest}  fulltexts/one.pdf\n"
    assert json.loads(contents[PROVENANCE])["withheld"] == {"fulltexts/one.pdf": digest}
    assert "fulltexts/one.pdf" in contents["README.md"].decode()


def test_every_result_has_a_job_with_rule_code_inputs_and_parameters(contents):
    provenance = json.loads(contents[PROVENANCE])
    assert (provenance["schema_version"], provenance["archive"], provenance["review"]) == (1, SCHEMA, "trial")
    made = {}
    for job in provenance["jobs"]:
        assert job["script"] in contents
        assert len(job["code"]) == 12
        assert "seconds" not in job
        for name in job["inputs"]:
            # a job comes after those that it depends on
            assert name in contents and (name in made or not name.startswith("results/")), (job["rule"], name)
        made |= job["outputs"]
    assert made == {name: sha256(data) for name, data in contents.items() if name.startswith("results/")}
    pool = next(job for job in provenance["jobs"] if job["rule"] == "pool")
    assert any("REML" in text for text in pool["params"])
    assert {item["name"] for item in provenance["software"]} >= {"python", "metawright", "snakemake", "numpy"}


def test_wall_times_stand_beside_the_archive(packed, contents):
    with (packed.folder / "logs" / "trial" / "wall_times.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["rule"] for row in rows] == [job["rule"] for job in json.loads(contents[PROVENANCE])["jobs"]]
    assert all(float(row["seconds"]) >= 0 for row in rows)


def test_nothing_private_leaves(packed, contents):
    needles = {
        *SECRETS.values(),
        str(packed.folder),
        str(packed.home),
        str(packed.review),
        "check out",
        "kept elsewhere",
    }
    needles |= {str(Path(__file__).parents[2]), "/tmp/", "/home/", f"@{socket.gethostname()}", "PYTHONPATH=/"}
    for name, data in contents.items():
        # compressed bytes hold any three letters sooner or later
        packed_bytes = Path(name).suffix in (".png", ".pdf", ".docx", ".whl")
        for needle in needles:
            assert (packed_bytes and len(needle) < 8) or needle.encode() not in data, (name, needle)
            assert needle not in name
    assert "zzusername" not in packed.archive.read_bytes().decode("latin-1")


def test_a_file_that_names_a_folder_of_this_machine_is_refused(root, packed, tmp_path):
    shutil.copytree(packed.folder, tmp_path / "house", symlinks=True)
    shutil.copytree(packed.review.parent, tmp_path / "kept elsewhere")
    house = Packed(tmp_path / "house", packed.home)
    (house.review / "README.md").write_text(f"The articles lie in {packed.home}/articles.\n")
    result = house.pack()
    assert result.returncode != 0
    assert "README.md: names " in result.stdout + result.stderr
    assert "a folder of this machine" in result.stdout + result.stderr
    assert not house.archive.is_file()


def test_two_builds_give_identical_bytes_elsewhere_on_one_core(root, packed, tmp_path):
    other = checkout(root, tmp_path / "somewhere" / "else")
    stray = other.folder / "results" / "trial" / "pooling" / "gone.short.json"
    stray.parent.mkdir(parents=True)
    stray.write_text("left behind by an earlier protocol")
    result = other.pack(cores=1)
    assert result.returncode == 0, result.stdout + result.stderr
    assert other.archive.read_bytes() == packed.archive.read_bytes()


def test_packing_is_no_part_of_building_and_a_second_call_has_nothing_to_do(packed):
    assert "Nothing to be done" in (result := packed.pack()).stdout + result.stderr
    plain = packed.call("snakemake", "--cores", "2", "--dry-run", "--config", f"review={packed.review}")
    assert "archive" not in plain.stdout + plain.stderr


def test_without_fetched_packages_an_archive_with_packages_is_refused_and_with_them_holds_them(packed, tmp_path):
    shutil.copytree(packed.folder, tmp_path / "house")
    shutil.copytree(packed.review.parent, tmp_path / "kept elsewhere")
    house = Packed(tmp_path / "house", packed.home)
    command = ("snakemake", "--cores", "2", "--config", f"review={house.review}", "wheels=True", "--", "archives")
    result = house.call(*command)
    assert result.returncode != 0
    assert "`make archive WHEELS=1` fetches them first" in result.stdout + result.stderr
    (house.folder / ".wheels").mkdir()
    (house.folder / ".wheels" / "some-1.0-py3-none-any.whl").write_bytes(b"a wheel")
    result = house.call(*command)
    assert result.returncode == 0, result.stdout + result.stderr
    shutil.unpack_archive(house.archive, tmp_path / "out", "zip")
    assert (tmp_path / "out" / "wheels" / "some-1.0-py3-none-any.whl").read_bytes() == b"a wheel"
    assert yaml.safe_load((tmp_path / "out" / "config" / "config.yaml").read_text())["wheels"] is True


def test_the_crate_names_every_file_its_licence_and_the_run(contents):
    crate = json.loads(contents[METADATA])
    entities = {entity["@id"]: entity for entity in crate["@graph"]}
    for name, data in contents.items():
        if name not in (METADATA, MANIFEST):
            assert entities[name]["sha256"] == sha256(data), name
    root = entities["./"]
    assert root["datePublished"] == "2026-11-22"
    assert root["license"] == {"@id": "https://spdx.org/licenses/CC-BY-4.0"}
    assert entities["workflow/scripts/pool.py"]["license"] == {"@id": "https://spdx.org/licenses/MIT"}
    assert entities["results/trial/pooling/pooled.csv"]["license"] == {"@id": "https://spdx.org/licenses/CC-BY-4.0"}
    assert root["schemaVersion"] == SCHEMA
    actions = [entity for entity in crate["@graph"] if entity["@type"] == "CreateAction"]
    assert len(actions) == 1 + len(json.loads(contents[PROVENANCE])["jobs"])
    assert {item["@id"] for item in root["mentions"]} == {action["@id"] for action in actions}
    run = entities["#run"]
    assert run["instrument"] == {"@id": "Snakefile"}
    assert {"@id": "resources/trial/extraction.csv"} in run["object"]
    assert {"@id": "results/trial/report/report.html"} in run["result"]
    assert not [key for action in actions for key in action if key.endswith("Time")]


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    pytest.importorskip("rocrate_validator", reason="the RO-Crate validator (package roc-validator) is not installed")
    return fill_cache(tmp_path_factory.mktemp("validator") / "http_cache")


@pytest.fixture(scope="module")
def unpacked(packed, tmp_path_factory):
    folder = tmp_path_factory.mktemp("crate")
    shutil.unpack_archive(packed.archive, folder, "zip")
    return folder


@pytest.mark.parametrize("profile", PROFILES)
def test_the_crate_is_valid(unpacked, cache, profile):
    assert issues(unpacked, profile, cache) == []


def test_the_validator_would_object(unpacked, cache, tmp_path):
    shutil.copytree(unpacked, tmp_path / "crate")
    crate = json.loads((unpacked / METADATA).read_text())
    crate["@graph"] = [entity for entity in crate["@graph"] if entity["@id"] != "#run"]
    (tmp_path / "crate" / METADATA).write_text(json.dumps(crate))
    assert issues(tmp_path / "crate", PROFILES[-1], cache)
