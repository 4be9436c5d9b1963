"""An archive is refused if anything in it was touched; run again it gives the same, or the rule that differs is named."""

import csv
import io
import json
import re
import shutil

import pytest

from metawright.archive.build import MANIFEST, PROVENANCE
from metawright.archive.crate import METADATA
from metawright.archive.parts import read_sums, sums
from metawright.archive.unpacked import open_archive
from metawright.archive.verify import main
from metawright.files.zips import Refused, sha256
from tests.archive.conftest import Packed

pytestmark = pytest.mark.slow

EXTRACTION = "resources/trial/extraction.csv"
POOLED = "results/trial/pooling/pooled.csv"


def refused(path, message):
    with pytest.raises(Refused, match=message), open_archive(path):
        pass


# ---- refusals


def test_a_tampered_input_is_refused(forged, contents):
    data = contents[EXTRACTION].replace(b"11.5", b"12.5")
    refused(forged({EXTRACTION: data}), r"resources/trial/extraction.csv is not what .* says; an input was changed")


def test_a_changed_result_is_refused(forged, contents):
    data = contents[POOLED].replace(b"FE-z", b"FE-t")
    refused(forged({POOLED: data}), r"results/trial/pooling/pooled.csv is not what .* says; a result was changed")


def test_a_changed_result_is_refused_even_with_a_new_manifest(forged, contents):
    data = contents[POOLED].replace(b"FE-z", b"FE-t")
    path = forged({POOLED: data}, consistent=True)
    manifest_only = {POOLED: data, PROVENANCE: contents[PROVENANCE], METADATA: contents[METADATA]}
    with open_archive(path) as archive:
        manifest = archive.text(MANIFEST)
    digests = read_sums(manifest) | {name: sha256(content) for name, content in manifest_only.items()}
    refused(forged({**manifest_only, MANIFEST: sums(digests).encode()}), "not what gather_pooled made")


def test_changed_code_is_refused(forged, contents):
    name = "workflow/metawright/pooling/tau2.py"
    refused(forged({name: contents[name] + b"# more\n"}), "tau2.py is not what .* says; the workflow was changed")


@pytest.mark.parametrize("name", [EXTRACTION, POOLED, "LICENSE"])
def test_a_missing_file_is_refused(forged, name):
    refused(forged({name: None}), rf"{name} is missing \(1 of \d+ files\)")


@pytest.mark.parametrize("name", [MANIFEST, PROVENANCE, METADATA])
def test_a_file_without_its_accounts_is_no_archive(forged, name):
    refused(forged({name: None}), f"has no {name}")


def test_a_file_that_was_added_is_refused(forged):
    refused(
        forged({"workflow/sitecustomize.py": b"print()"}), "workflow/sitecustomize.py is not in manifest-sha256.txt"
    )


def test_a_truncated_archive_is_refused(packed, tmp_path):
    path = tmp_path / "cut.crate.zip"
    path.write_bytes(packed.archive.read_bytes()[:-5000])
    refused(path, "not a complete zip file, cut off or damaged")


def test_an_archive_that_is_not_the_one_beside_its_hash_is_refused(packed, forged):
    path = forged({"LICENSE": b"Do as you like.\n"}, consistent=True)
    with open_archive(path):
        pass
    beside = packed.archive.with_name("trial.crate.zip.sha256").read_text()
    path.with_name("forged.crate.zip.sha256").write_text(beside.replace("trial.crate", "forged.crate"))
    refused(path, "is not the file that forged.crate.zip.sha256 beside it describes")


def test_an_archive_of_a_newer_metawright_is_refused(forged, contents):
    newer = {**json.loads(contents[PROVENANCE]), "schema_version": 2, "archive": "metawright-archive/2"}
    path = forged({PROVENANCE: json.dumps(newer).encode()}, consistent=True)
    refused(path, r"made by a newer Metawright \(form metawright-archive/2, known here up to metawright-archive/1\)")


def test_a_refusal_ends_with_2_one_line_and_no_traceback(packed, forged, tmp_path):
    for path in (forged({EXTRACTION: b"study\n"}), tmp_path / "none.crate.zip"):
        result = packed.verify(path)
        assert result.returncode == 2
        assert result.stderr.startswith("REFUSED. ")
        assert result.stderr.count("\n") == 1


# ---- running again


def test_it_is_reproduced_byte_for_byte_and_packed_again_to_the_same_archive(packed, contents, tmp_path):
    result = packed.verify(packed.archive, "--json", str(tmp_path / "verdict.json"))
    assert result.returncode == 0, result.stdout + result.stderr
    assert "identical bytes\nReproduced." in result.stdout
    verdict = json.loads((tmp_path / "verdict.json").read_text())
    assert verdict["reproduced"] is True
    assert set(verdict["results"]) == {name for name in contents if name.startswith("results/")}
    assert {item["verdict"] for item in verdict["results"].values()} == {"identical"}
    # what a stranger unpacks and runs makes the very archive that it came from
    folder = tmp_path / "trial of a stranger"
    with open_archive(packed.archive) as archive:
        archive.extract(folder)
    made = Packed(folder, packed.home).call("snakemake", "--cores", "2", "--", "archives", folder=folder)
    assert made.returncode == 0, made.stdout + made.stderr
    assert (folder / "results" / "trial" / "archive" / "trial.crate.zip").read_bytes() == packed.archive.read_bytes()


def test_a_forged_result_differs_and_its_rule_is_named(packed, forged, contents, tmp_path):
    """The forger has adapted every hash: running it again tells."""
    name = "results/trial/pooling/score.short.json"
    old = json.loads(contents[name])
    old["models"][0]["estimate"] += 0.5
    path = forged({name: json.dumps(old, indent=1).encode()}, consistent=True)
    result = packed.verify(path, "--json", str(tmp_path / "verdict.json"))
    assert result.returncode == 1, result.stdout + result.stderr
    assert f"NOT REPRODUCED. The first rule that differs is pool: {name}\n  line " in result.stdout
    verdict = json.loads((tmp_path / "verdict.json").read_text())
    assert [file for file, item in verdict["results"].items() if item["verdict"] != "identical"] == [name]


def test_numbers_that_differ_by_rounding_are_told_from_other_numbers(packed, forged, contents):
    rows = csv.DictReader(io.StringIO(contents[POOLED].decode()))
    digits = next(row["estimate"] for row in rows if row["model"] == "FE-z")
    assert len(digits) > 14
    nudged = repr(float(digits) * (1 + 1e-15))
    path = forged({POOLED: contents[POOLED].replace(digits.encode(), nudged.encode())}, consistent=True)
    result = packed.verify(path, "--sample", "1", "--rule", "gather_pooled")
    assert result.returncode == 0, result.stdout + result.stderr
    assert re.search(rf"1  identical numbers, largest relative difference \S+e-1[56] in {POOLED}", result.stdout)


def test_a_sample_of_jobs_can_be_run_again(packed, tmp_path):
    result = packed.verify(
        packed.archive, "--sample", "1", "--rule", "describe_heterogeneity", "--json", str(tmp_path / "v")
    )
    assert result.returncode == 0, result.stdout + result.stderr
    verdicts = {name: item["verdict"] for name, item in json.loads((tmp_path / "v").read_text())["results"].items()}
    again = {name for name in verdicts if name.startswith("results/trial/heterogeneity/score.")}
    assert {verdicts[name] for name in again if not name.endswith(".periods.json")} == {"identical"}
    assert verdicts["results/trial/report/report.html"] == "not_run"
    assert packed.verify(packed.archive, "--sample", "1", "--rule", "shard").returncode == 2


def test_a_workflow_that_fails_ends_with_3_and_says_why(packed, forged, contents):
    name = "workflow/scripts/gather_pooled.py"
    path = forged({name: contents[name] + b"raise ValueError('broken on purpose')\n"}, consistent=True)
    result = packed.verify(path)
    assert result.returncode == 3, result.stdout + result.stderr
    assert result.stderr.startswith("NOT RUN. forged.crate.zip: its workflow failed:")
    assert "gather_pooled" in result.stderr


def test_only_the_hashes_on_request(packed, capsys):
    assert main([str(packed.archive), "--only-check"]) == 0
    assert "Nothing was run." in capsys.readouterr().out


def test_the_rule_verifies_too(packed, tmp_path):
    shutil.copytree(packed.folder, tmp_path / "house", symlinks=True)
    shutil.copytree(packed.review.parent, tmp_path / "kept elsewhere")
    house = Packed(tmp_path / "house", packed.home)
    result = house.call("snakemake", "--cores", "2", "--config", f"review={house.review}", "--", "verifications")
    assert result.returncode == 0, result.stdout + result.stderr
    verdict = json.loads((house.archive.with_name("verification.json")).read_text())
    assert verdict["reproduced"] is True
    assert "time" not in json.dumps(verdict)
