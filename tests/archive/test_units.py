"""The parts of an archive, one by one."""

import base64
import json
from types import SimpleNamespace

import pytest

from metawright.archive.build import build_archive
from metawright.archive.execute import other_packages
from metawright.archive.file_comparison import (
    DIFFERENT,
    IDENTICAL,
    NUMBERS,
    compare_files,
    first_difference,
    pdf_producer,
)
from metawright.archive.jobs import in_order, jobs_behind
from metawright.archive.parts import read_sums, review_files, sums, withheld_files
from metawright.archive.preconditions import (
    check_code,
    check_complete,
    check_parts,
    check_private,
    check_unchanged,
    check_versions,
)
from metawright.archive.texts import zenodo
from metawright.archive.verify import verdict_on_printed
from metawright.compat.job_records import Record, read_records
from metawright.files.zips import Refused, sha256
from metawright.provenance.code import code_digest
from tests.archive.conftest import checkout


def record(output, rule, *inputs, run=1, **checksums):
    return Record(output, rule, rule, inputs, (f"logs/{rule}.log",), (), checksums, run, 0.5)


def records(*items):
    return {item.output: item for item in items}


# ---- records and jobs


def test_records_are_read_by_path_whatever_its_length(tmp_path):
    entry = {
        "rule": "pool",
        "code": '"../scripts/pool.py"\n',
        "input": ["a"],
        "params": ["'x'"],
        "log": ["l"],
        "job_hash": 7,
        "record_format_version": 6,
    }
    entry |= {"starttime": 10.0, "endtime": 12.5, "input_checksums": {"a": "sha256:ff", "b": None}, "incomplete": False}
    long = "results/" + "x" * 300 + ".csv"
    names = {path: base64.urlsafe_b64encode(path.encode()).decode() for path in ("results/é.csv", long, "results/half")}
    (tmp_path / names["results/é.csv"]).write_text(json.dumps(entry))
    (tmp_path / ("@" + names[long][:200])).mkdir()
    (tmp_path / ("@" + names[long][:200]) / names[long][200:]).write_text(json.dumps(entry))
    (tmp_path / names["results/half"]).write_text(json.dumps({**entry, "incomplete": True}))
    found = read_records(tmp_path)
    assert set(found) == {"results/é.csv", long}
    one = found["results/é.csv"]
    assert (one.rule, one.script, one.inputs, one.run, one.seconds) == ("pool", "pool", ("a",), 7, 2.5)
    assert one.checksums == {"a": "ff"}


def test_only_jobs_behind_the_targets_count_each_after_those_it_needs():
    every = records(
        record("z", "last", "b", "raw"),
        record("b", "middle", "a1", run=2),
        record("a1", "first", "raw", run=3),
        record("a2", "first", "raw", run=3),
        record("old", "first", "raw", run=1),
        record("stray", "other"),
    )
    jobs = jobs_behind(["z"], every)
    assert [(job.rule, job.outputs) for job in jobs] == [("first", ("a1", "a2")), ("middle", ("b",)), ("last", ("z",))]


def test_a_target_without_a_record_is_refused():
    with pytest.raises(Refused, match=r"z: there is no record .* make report ARGS=--forceall"):
        jobs_behind(["z"], {})


def test_jobs_in_a_circle_are_refused():
    jobs = jobs_behind(["a"], records(record("a", "one"), record("b", "two")))
    jobs = [SimpleNamespace(inputs=("b",), outputs=("a",)), SimpleNamespace(inputs=("a",), outputs=("b",))]
    with pytest.raises(Refused, match="circle"):
        in_order(jobs)


# ---- files


@pytest.fixture
def folder(tmp_path):
    for name in (
        "extraction.csv",
        "fulltexts/a.pdf",
        "fulltexts/b.pdf",
        "notes.txt",
        ".~lock.x#",
        "~$x.docx",
        "old.csv~",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


def test_everything_a_person_put_there_is_taken_but_what_is_withheld(folder):
    assert set(review_files(folder, ["fulltexts/*.pdf"])) == {"extraction.csv", "notes.txt"}
    assert set(review_files(folder, ["fulltexts/"])) == {"extraction.csv", "notes.txt"}
    assert set(review_files(folder)) == {"extraction.csv", "notes.txt", "fulltexts/a.pdf", "fulltexts/b.pdf"}


def test_withheld_files_leave_their_hash_which_survives_their_absence(folder):
    kept = withheld_files(folder, ["fulltexts/*.pdf"])
    assert kept == {name: sha256(name.encode()) for name in ("fulltexts/a.pdf", "fulltexts/b.pdf")}
    (folder / "withheld.sha256").write_text(sums(kept))
    (folder / "fulltexts" / "a.pdf").unlink()
    assert withheld_files(folder, ["fulltexts/*.pdf"]) == kept


def test_a_name_to_withhold_that_fits_nothing_is_refused(folder):
    with pytest.raises(Refused, match=r"`archive.withhold` names 'fulltext/\*.pdf', which fits no file"):
        withheld_files(folder, ["fulltext/*.pdf"])


@pytest.mark.parametrize("target", ["notes.txt", "fulltexts"])
def test_a_link_is_refused(root, folder, target):
    check_parts(root, review_files(folder), None)
    (folder / "elsewhere").symlink_to(folder / target)
    with pytest.raises(Refused, match="elsewhere: is a link"):
        check_parts(root, review_files(folder), None)


def test_a_workflow_without_its_lock_file_is_refused(tmp_path):
    with pytest.raises(Refused, match="Snakefile: an archive holds this file"):
        check_parts(tmp_path, {}, None)


def test_sums_are_those_of_sha256sum():
    assert sums({"b  c": "22", "a": "11"}) == "11  a\n22  b  c\n"
    assert read_sums("11  a\n22  b  c\n") == {"a": "11", "b  c": "22"}


# ---- what must hold


def test_a_file_that_is_read_cannot_be_withheld():
    jobs = [SimpleNamespace(rule="clean", inputs=("resources/x/extraction.csv",), outputs=())]
    protocol = ["resources/x/protocol.yaml"]
    members = set(protocol)
    with pytest.raises(Refused, match=r"extraction.csv: `archive.withhold` keeps it back, and clean reads it"):
        check_complete(jobs, members, protocol, ["resources/x/extraction.csv"])
    with pytest.raises(Refused, match=r"protocol.yaml: `archive.withhold` keeps it back, and the workflow reads it"):
        check_complete([], members, protocol, protocol)
    with pytest.raises(Refused, match="an archive does not hold files of this kind"):
        check_complete(jobs, members, protocol, [])
    check_complete(jobs, members | {"resources/x/extraction.csv"}, protocol, ["resources/x/a.pdf"])


def test_a_result_that_changed_after_it_was_read_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "a").write_text("one")
    every = records(record("results/z", "last", "results/a", **{"results/a": sha256(b"one"), "raw": "00"}))
    jobs = jobs_behind(["results/z"], every)
    check_unchanged(jobs, every)
    (tmp_path / "results" / "a").write_text("two")
    with pytest.raises(Refused, match="results/a: has changed since last read it"):
        check_unchanged(jobs, every)
    (tmp_path / "results" / "a").unlink()
    with pytest.raises(Refused, match="results/a: is gone, and last read it"):
        check_unchanged(jobs, every)


def test_a_result_of_other_code_is_refused(root):
    job = SimpleNamespace(script="pool", outputs=("results/p.json",), params=("'0123456789ab'",))
    with pytest.raises(Refused, match=r"results/p\.json: was not made by the code that is here now"):
        check_code([job], root)


def test_a_report_of_other_versions_is_refused(tmp_path):
    (tmp_path / "report").mkdir()
    path = tmp_path / "report" / "results.json"
    path.write_text('{"software": [{"name": "numpy", "version": "1.0.0"}]}')
    check_versions([str(path)], [{"name": "numpy", "version": "1.0.0"}])
    with pytest.raises(Refused, match="other versions than those installed now"):
        check_versions([str(path)], [{"name": "numpy", "version": "2.0.0"}])


def test_a_folder_of_this_machine_is_not_let_out(tmp_path):
    check_private({"a.txt": b"/root is everywhere"}, [tmp_path.parent.parent / "elsewhere"])
    with pytest.raises(Refused, match=r"b.txt: names .*, a folder of this machine"):
        check_private({"a.txt": b"nothing", "b.txt": f"see {tmp_path}/notes".encode()}, [tmp_path])


def test_results_that_come_from_the_configuration_alone_are_packed_too(root, tmp_path, monkeypatch):
    """A sweep has no review folder: its grid is its input."""
    house = checkout(root, tmp_path / "house").folder
    monkeypatch.chdir(house)
    monkeypatch.setattr("metawright.archive.build.check_library", lambda root: None)
    (house / "config" / "simulation.yaml").write_text("seed: 1\n")
    (house / "results" / "simulation").mkdir(parents=True)
    (house / "results" / "simulation" / "performance.csv").write_text("scenario\n")
    name, script = "results/simulation/performance.csv", house / "workflow" / "scripts" / "gather_pooled.py"
    code = (repr(code_digest(script)), "'seed 1'")
    made = Record(name, "gather_performance", script.stem, ("config/simulation.yaml",), ("l",), code, {}, 1, 2.0)
    members, jobs = build_archive(
        "simulation", {"title": "A sweep"}, [name], {name: made},
        root=house, folders={}, config={"pdf": "never"}, template="{{ name }}",
    )  # fmt: skip
    assert [job.seconds for job in jobs] == [2.0]
    assert members["config/simulation.yaml"].read_text() == "seed: 1\n"
    crate = {item["@id"]: item for item in json.loads(members["ro-crate-metadata.json"])["@graph"]}
    assert crate["#run"]["object"] == {"@id": "config/simulation.yaml"}
    assert crate["#run"]["result"] == {"@id": name}
    assert not [path for path in members if path.startswith("resources/")]
    assert json.loads(members["provenance.json"])["jobs"][0]["params"] == ["'seed 1'"]


# ---- likeness


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ("a,1.5\n", "a,1.5\n", IDENTICAL),
        ("a,1.5,-3e-05\n", "a,1.5000000000001,-3.00000000000001e-05\n", NUMBERS),
        ("a,1.5\n", "a,1.50001\n", DIFFERENT),
        ("a,1.5\n", "b,1.5\n", DIFFERENT),
        ("a,1\n", "a,1,1\n", DIFFERENT),
        ("a,0\n", "a,1e-17\n", NUMBERS),
        ("a,0\n", "a,1e-9\n", DIFFERENT),
        ("p,1e-12\n", "p,2e-12\n", DIFFERENT),
        ("a,-1.5\n", "a,1.5\n", DIFFERENT),
    ],
)
def test_text_is_compared_number_by_number(before, after, verdict):
    found = compare_files(before.encode(), after.encode())
    assert found.verdict == verdict
    if verdict == NUMBERS and before.startswith("a,1.5,"):
        assert found.difference == pytest.approx(6.7e-14, rel=0.1)


def test_other_files_are_compared_byte_by_byte():
    assert compare_files(b"\x89PNG1", b"\x89PNG1").verdict == IDENTICAL
    assert compare_files(b"\x89PNG1", b"\x89PNG2").verdict == DIFFERENT


VERSIONS = {"python": ("3.11.2", "3.13.0"), "numpy": ("2.4.6", "2.5.5"), "metawright": ("0.1", "0.2")}


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ("numpy 2.4.6, 1", "numpy 2.5.5, 1", NUMBERS),
        # Matplotlib has Python's old number and keeps it
        ("Python 3.11.2, Matplotlib 3.11.2", "Python 3.13.0, Matplotlib 3.11.2", NUMBERS),
        ("Python 3.11.2, Matplotlib 3.11.2", "Python 3.13.0, Matplotlib 3.13.0", DIFFERENT),
        ('{"name": "python",\n "version": "3.11.2"}', '{"name": "python",\n "version": "3.13.0"}', NUMBERS),
        ("<th>python</th>\n<td><span>3.11.2</span></td>", "<th>python</th>\n<td><span>3.13.0</span></td>", NUMBERS),
        ("Metawright 0.1: 0.1 points", "Metawright 0.2: 0.1 points", NUMBERS),
        ("Metawright 0.1: 0.1 points", "Metawright 0.2: 0.2 points", DIFFERENT),
        ("numpy 12.4.6", "numpy 12.5.5", DIFFERENT),
        ("2.4.6", "2.5.5", DIFFERENT),
    ],
)
def test_naming_another_version_of_a_program_is_no_difference_but_a_number_like_it_is(before, after, verdict):
    assert compare_files(before.encode(), after.encode(), VERSIONS).verdict == verdict


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        (b"a\nb 1.5\n", b"a\nb 1.6\n", ["line 2, archived: b 1.5", "line 2, here: b 1.6"]),
        (
            b"python 3.11.2\n1.0\n2\n",
            b"python 3.13.0\n1.0000000000001\n3\n",
            ["line 3, archived: 2", "line 3, here: 3"],
        ),
        (b"a\nb\n", b"a\n", ["line 2, archived: b", "line 2, here: "]),
        (b"a", b"a\nb", ["line 2 stands only here: b"]),
        (b"\xff\x00ab", b"\xff\x00b", ["byte 3 (4 bytes archived, 3 here)"]),
        (
            b"x" * 500 + b"1",
            b"x" * 500 + b"2",
            [f"line 1, {w}: {'x' * 30}{n}" for w, n in (("archived", 1), ("here", 2))],
        ),
    ],
)
def test_the_first_difference_is_shown(before, after, lines):
    assert compare_files(before, after, VERSIONS).verdict == DIFFERENT
    assert first_difference(before, after, VERSIONS) == lines


def test_a_pdf_says_what_made_it():
    assert pdf_producer(b"%PDF /Producer (pdfTeX-1.40.24)\n") == "pdfTeX-1.40.24"
    assert pdf_producer(b"%PDF") == ""


# ---- environment and metadata


def test_packages_are_held_against_the_lock():
    lock = (
        "# a comment\nnumpy==0.1 \\\n    --hash=sha256:00\nno-such-package==1.0 \\\n"
        "winonly==3.0 ; sys_platform == 'win32' \\\n    # via numpy\n"
    )
    assert [line.split(",")[0] for line in other_packages(lock)] == [
        "numpy 0.1 is asked for",
        "no-such-package 1.0 is asked for",
    ]


@pytest.mark.parametrize(
    ("after", "sources", "verdict"),
    [
        (b"/Producer (pdfTeX-1) b", {"identical", "numbers"}, "other_text"),
        (b"/Producer (pdfTeX-1) b", {"identical"}, "different"),
        (b"/Producer (pdfTeX-1) b", {"numbers", "different"}, "different"),
        (b"/Producer (pdfTeX-2) a", {"identical"}, "other_latex"),
    ],
)
def test_a_pdf_is_compared_where_its_text_is_the_same(after, sources, verdict):
    """Python 3.11.2 and 3.11.9 give one report.tex but for that number, and two PDFs."""
    assert verdict_on_printed(pdf_producer, b"/Producer (pdfTeX-1) a", after, sources) == verdict


def test_zenodo_gets_what_was_declared_and_nothing_else():
    bare = zenodo({"title": "T"})
    assert set(bare) == {"title", "description", "upload_type", "keywords"}
    full = zenodo({"title": "T", "authors": ["A B"], "licence": "CC-BY-4.0", "date": "2026-11-22"})
    assert full["creators"] == [{"name": "A B"}]
    assert (full["license"], full["publication_date"]) == ("cc-by-4.0", "2026-11-22")
