"""Two archives are held against each other: data, code, conclusions."""

import json

import pytest

from metawright.archive.compare import compare, main
from metawright.archive.unpacked import open_archive

pytestmark = pytest.mark.slow

PROVENANCE = "provenance.json"
POOLED = "results/trial/pooling/pooled.csv"
RESULTS = "results/trial/report/results.json"


def compared(old, new):
    with open_archive(old) as first, open_archive(new) as second:
        text = "\n".join(compare(first, second))
    head, rest = text.split("\n\nData\n")
    data, rest = rest.split("\n\nCode\n")
    return head, data, *rest.split("\n\nConclusions\n")


def test_an_archive_and_itself(packed):
    head, data, code, conclusions = compared(packed.archive, packed.archive)
    assert head.startswith("A: trial, Metawright 0.1.0, form metawright-archive/1\nB: trial")
    assert data == code == "  nothing changed"
    assert conclusions == "  4 of 4 pools are the same"


def test_what_changed_in_data_code_and_conclusions(packed, forged, contents):
    name = "workflow/metawright/pooling/tau2.py"
    provenance = json.loads(contents[PROVENANCE])
    for job in provenance["jobs"]:
        job["code"] = "0" * 12 if job["rule"] == "pool" else job["code"]
    rows = contents[POOLED].decode().splitlines()
    columns = rows[0].split(",")
    place = next(index for index, row in enumerate(rows) if row.startswith("score,short,FE-z"))
    cells = rows[place].split(",")
    assert float(cells[columns.index("ci_low")]) > 0
    cells[columns.index("ci_low")] = "-0.5"
    rows[place] = ",".join(cells)
    changes = {
        "resources/trial/extraction.csv": contents["resources/trial/extraction.csv"].replace(
            b"20,11.5,3", b"20,11.1,3"
        ),
        "resources/trial/README.md": None,
        name: contents[name] + b"# more\n",
        "requirements.lock": contents["requirements.lock"].replace(b"\nnumpy==2", b"\nnumpy==3"),
        PROVENANCE: json.dumps({**provenance, "withheld": {}}).encode(),
        POOLED: ("\n".join(rows) + "\n").encode(),
        RESULTS: contents[RESULTS].replace(b'"schema_version": 1', b'"schema_version": 0'),
    }
    _, data, code, conclusions = compared(packed.archive, forged(changes, consistent=True))
    assert "README.md: gone" in data
    assert (
        "extraction.csv: changed\n    -one,score,3 m,experimental,20,11.5,3\n    +one,score,3 m,experimental,20,11.1,3"
        in data
    )
    assert "fulltexts/one.pdf: no longer withheld" in data
    assert "rules whose code changed: pool" in code
    assert f"{name}: changed" in code
    assert "numpy: 2." in code and "-> 3." in code
    assert "results.json: form 1 -> 0" in conclusions
    assert (
        "score, short, FE-z: CONCLUSION CHANGED (above no effect -> compatible with no effect). k = 2, MD 2.01 [0.68, 3.34]"
        in conclusions
    )
    assert "3 of 4 pools are the same" in conclusions


def test_a_damaged_archive_is_refused(packed, forged, capsys):
    assert main([str(packed.archive), str(forged({POOLED: b"outcome\n"}))]) == 2
    assert "REFUSED. forged.crate.zip: results/trial/pooling/pooled.csv is not what" in capsys.readouterr().err
    assert main([str(packed.archive), ""]) == 2
    assert "usage: make compare" in capsys.readouterr().err
