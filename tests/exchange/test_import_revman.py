"""RevMan files are imported and pooled to RevMan's own stored numbers. The files are real; data/README.md has their origin."""

import csv
import io
import zipfile
from pathlib import Path

import pytest

from metawright.checking.folder import read_review
from metawright.exchange.draft import CannotRead
from metawright.exchange.formats.revman5 import read_revman5
from metawright.exchange.import_review import import_review
from metawright.exchange.tables import unpack
from tests.conftest import SCHEMAS
from tests.exchange.pipeline import pools

DATA = Path(__file__).parent / "data"
COMPARED = ("estimate", "ci_low", "ci_high", "tau2", "q", "q_df", "i2", "statistic", "pi_low", "pi_high")


def zipped(folder: Path, nested: bool = False) -> bytes:
    """The CSV files of a folder as RevMan Web packs them."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in sorted(folder.glob("*.csv")):
            archive.writestr(f"{folder.name}-analysis-data/{path.name}", path.read_bytes())
    if not nested:
        return buffer.getvalue()
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr(f"{folder.name}-data.zip", buffer.getvalue())
    return outer.getvalue()


def imported(source: str, tmp_path: Path):
    """Import a file of the data folder; a folder there is zipped first."""
    path = DATA / source
    if path.is_dir():
        path = tmp_path / f"{source}-dataPackage.zip"
        path.write_bytes(zipped(DATA / source))
    return import_review(path, "demo", tmp_path)


@pytest.mark.parametrize(
    ("source", "analyses", "tolerance"),
    [
        ("fleiss1993.rm5", 1, 1e-12),
        ("sore-throat.rm5", 1, 1e-12),
        ("CD007654", 5, 1e-12),
        # RevMan Web iterates REML to about this precision
        ("CD009532", 2, 5e-8),
    ],
)
def test_pools_to_the_numbers_that_revman_stored(source, analyses, tolerance, tmp_path):
    folder, _ = imported(source, tmp_path)
    found = {pool["outcome"]: pool for pool in pools(folder)}
    with (folder / "stored_results.csv").open() as file:
        stored = list(csv.DictReader(file))
    assert len(stored) == analyses
    for row in stored:
        model = next(model for model in found[row["outcome"]]["models"] if model["model"] == row["model"])
        compared = [name for name in COMPARED if row[name] and not (name == "tau2" and model["tau2_method"] == "FE")]
        assert len(compared) >= 7
        for name in compared:
            ours = abs(model[name]) if name == "statistic" else model[name]
            assert ours == pytest.approx(float(row[name]), rel=tolerance, abs=tolerance), (row["outcome"], name)


def test_the_weights_are_revmans(tmp_path):
    folder, _ = imported("CD007654", tmp_path)
    found = {pool["outcome"]: pool for pool in pools(folder)}
    with (DATA / "CD007654" / "CD007654-data-rows.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["Analysis group"] == "1" and row["Weight"]]
    assert len(rows) == 16
    for row in rows:
        pool = found[f"1-{row['Analysis number']}"]
        place = [study["study"] for study in pool["studies"]].index(row["Study"])
        assert pool["models"][0]["weights"][place] == pytest.approx(float(row["Weight"]), rel=1e-12)


@pytest.mark.parametrize("source", ["fleiss1993.rm5", "sore-throat.rm5", "CD007654", "CD009532"])
def test_the_folder_passes_the_checks_at_once(source, tmp_path):
    folder, draft = imported(source, tmp_path)
    review = read_review(folder, SCHEMAS)
    assert review.outcomes == list(draft.outcomes)
    assert (folder / "README.md").read_text().count("\n* ") == len(draft.notes) + bool(draft.left_out)


def test_what_an_rm5_becomes(tmp_path):
    folder, draft = imported("fleiss1993.rm5", tmp_path)
    assert draft.title == "Examples from Fleiss 1993"
    assert {key: block["measure"] for key, block in draft.outcomes.items()} == {"1-1": "MH_OR", "1-2": "SMD"}
    assert draft.outcomes["1-1"]["direction"] == "lower_is_better"
    assert len(draft.studies) == 12
    assert {"study": "ISIS-2", "label": "ISIS-2", "year": "1988"} in draft.studies
    assert "ISIS-2,1-1,experimental,8587,,,1570" in (folder / "extraction.csv").read_text()
    assert "Davis,1-2,control,13,6.5,3.8,," in (folder / "extraction.csv").read_text()


def test_answers_of_revman_5_become_judgements(tmp_path):
    _, draft = imported("sore-throat.rm5", tmp_path)
    found = {row["study"]: row["judgement"] for row in draft.risk_of_bias if row["domain"] == "allocation_concealment"}
    assert found == {
        "Brink 1951": "high",
        "Brumfitt 1957": "high",
        "Chapple 1956": "low",
        "De Meyere 1992": "low",
        "Denny 1953": "unclear",
    }


def test_subgroup_totals_become_outcomes_where_revman_pools_nothing_else(tmp_path):
    text = (DATA / "sore-throat.rm5").read_text().replace('TOTALS="YES"', 'TOTALS="SUB"')
    source = tmp_path / "sub.rm5"
    source.write_text(text)
    folder, draft = import_review(source, "demo", tmp_path)
    assert list(draft.outcomes) == ["1-3-1", "1-3-2"]
    found = {pool["outcome"]: pool["models"][0] for pool in pools(folder)}
    for stored in draft.stored:
        assert found[stored["outcome"]]["estimate"] == pytest.approx(stored["estimate"], abs=1e-12)
        assert found[stored["outcome"]]["tau2"] == pytest.approx(float(stored["tau2"]), abs=1e-12)


def test_swapped_events_are_counted_as_non_events(tmp_path):
    source = tmp_path / "swap.rm5"
    source.write_text((DATA / "sore-throat.rm5").read_text().replace('SWAP_EVENTS="NO"', 'SWAP_EVENTS="YES"'))
    _, draft = import_review(source, "demo", tmp_path)
    assert (draft.rows[0]["n"], draft.rows[0]["events"]) == ("42", "21")
    assert (draft.rows[1]["n"], draft.rows[1]["events"]) == ("40", "14")
    assert any("swaps events" in note for note in draft.notes)


def test_observed_minus_expected_and_inverse_variance(tmp_path):
    body = """
    <IV_OUTCOME NO="1" EFFECT_MEASURE="HR" RANDOM="NO" TOTALS="YES" ESTIMABLE="NO"><NAME>Survival</NAME>
      <IV_DATA STUDY_ID="S1" ESTIMATE="-0.2" SE="0.1" TOTAL_1="50" TOTAL_2="51"/><IV_DATA STUDY_ID="S2" ESTIMATE="0.1" SE="0.0"/></IV_OUTCOME>
    <IPD_OUTCOME NO="2" EFFECT_MEASURE="PETO_OR" METHOD="PETO" RANDOM="NO" TOTALS="NO"><NAME>Death</NAME>
      <IPD_DATA STUDY_ID="S1" O_E="-4" VAR="16" TOTAL_1="50" TOTAL_2="51"/></IPD_OUTCOME>"""
    text = f"""<COCHRANE_REVIEW TYPE="INTERVENTION"><STUDIES_AND_REFERENCES><STUDIES><INCLUDED_STUDIES>
    <STUDY ID="S1" NAME="One"/><STUDY ID="S2" NAME="One"/></INCLUDED_STUDIES></STUDIES></STUDIES_AND_REFERENCES>
    <ANALYSES_AND_DATA><COMPARISON NO="1"><NAME>C</NAME>{body}</COMPARISON></ANALYSES_AND_DATA></COCHRANE_REVIEW>"""
    draft = read_revman5(text.encode(), "x.rm5")
    assert [(row["study"], row["estimate"], row["se"]) for row in draft.rows] == [
        ("One", "-0.2", "0.1"),
        ("One (2)", "0.1", ""),
        ("One", "-0.25", "0.25"),
    ]
    assert {block["measure"] for block in draft.outcomes.values()} == {"GIV"}
    assert any("without pooling" in note for note in draft.notes)


#: Entities of entities: a few lines that become gigabytes.
LAUGHS = (
    "<!DOCTYPE x ["
    + "".join(f'<!ENTITY {name} "{text * 1000}">' for name, text in (("a", "ha"), ("b", "&a;"), ("c", "&b;")))
    + "]>"
)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><COCHRANE_REVIEW>&a;</COCHRANE_REVIEW>',
            "document type",
        ),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><COCHRANE_REVIEW/>', "document type"),
        (LAUGHS.encode() + b"<COCHRANE_REVIEW>&c;</COCHRANE_REVIEW>", "document type"),
        (LAUGHS.encode("utf-16") + "<COCHRANE_REVIEW>&c;</COCHRANE_REVIEW>".encode("utf-16-le"), "document type"),
        (
            b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><COCHRANE_REVIEW>&a;</COCHRANE_REVIEW>',
            "document type",
        ),
        (b"<COCHRANE_REVIEW>" + b"<a>" * 300 + b"</a>" * 300 + b"</COCHRANE_REVIEW>", "nested"),
        (b"<COCHRANE_REVIEW><open></COCHRANE_REVIEW>", "cannot be read as XML"),
        (b'<?xml version="1.0" encoding="no-such"?><COCHRANE_REVIEW/>', "cannot be read as XML"),
        (b"<html/>", "not a RevMan review"),
        (b'<COCHRANE_REVIEW TYPE="DTA"/>', "no comparisons of two arms"),
        (b"<COCHRANE_REVIEW/>", "no analysis with data"),
    ],
)
def test_xml_that_is_not_read(content, words):
    with pytest.raises(CannotRead, match=words):
        read_revman5(content, "x.rm5")


def test_an_archive_within_an_archive_is_found(tmp_path):
    assert set(unpack(zipped(DATA / "CD009532", nested=True), "x.zip")) == {
        "CD009532-data-rows.csv",
        "CD009532-overall-estimates-and-settings.csv",
        "CD009532-subgroup-estimates.csv",
    }


def test_archives_that_are_not_read(monkeypatch):
    with pytest.raises(CannotRead, match="cannot be unpacked"):
        unpack(b"PK\x03\x04nonsense", "x.zip")
    monkeypatch.setattr("metawright.exchange.tables.LARGEST_TOTAL", 100)
    with pytest.raises(CannotRead, match="more than a data package holds"):
        unpack(zipped(DATA / "CD009532"), "x.zip")


def test_a_trial_that_stands_twice_in_an_analysis_keeps_both_rows(tmp_path):
    folder, draft = imported("CD009532", tmp_path)
    names = [row["study"] for row in draft.rows if row["outcome"] == "1-3"]
    assert "Kiss 2015 (REDS-III HEIRS) [Male]" in names
    assert len(set(names)) == 10
    assert any("pooled as independent" in note for note in draft.notes)
    assert "Radtke 2004a [Male]" in (folder / "studies.csv").read_text()


def test_a_diagnostic_review_is_refused(tmp_path):
    (tmp_path / "dta").mkdir()
    (tmp_path / "dta" / "X-parameters.csv").write_text("Analysis group,Test\n1,a\n")
    with pytest.raises(CannotRead, match="diagnostic"):
        (tmp_path / "dta" / "X-overall.csv").write_text(
            "Analysis group,Analysis number,Statistical method,Effect measure\n1,1,IV,RR\n"
        )
        import_review(tmp_path / "dta", "demo", tmp_path)


WILD = """\
<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<COCHRANE_REVIEW TYPE="INTERVENTION"><COVER_SHEET><TITLE>Grafts</TITLE></COVER_SHEET>
<STUDIES_AND_REFERENCES><STUDIES><INCLUDED_STUDIES><STUDY ID="A" NAME="Aron 2007" YEAR="2007"/>
</INCLUDED_STUDIES></STUDIES></STUDIES_AND_REFERENCES>
<CHARACTERISTICS_OF_STUDIES><INCLUDED_CHAR STUDY_ID="A"><CHAR_METHODS><P>WORDS</P></CHAR_METHODS></INCLUDED_CHAR>
</CHARACTERISTICS_OF_STUDIES><ANALYSES_AND_DATA><COMPARISON NO="1"><NAME>Graft versus none</NAME>
<DICH_OUTCOME EFFECT_MEASURE="RR" METHOD="MH" NO="1" RANDOM="NO" TOTALS="YES"><NAME>Union</NAME>
<DICH_DATA EVENTS_1="8" EVENTS_2="3" STUDY_ID="A" TOTAL_1="11" TOTAL_2="10"/></DICH_OUTCOME>
</COMPARISON></ANALYSES_AND_DATA></COCHRANE_REVIEW>
"""


@pytest.mark.parametrize(
    ("written", "read", "encoding", "said"),
    [
        ("plain &amp; simple", "plain & simple", "utf-8", ""),
        ("plain &amp; simple", "plain & simple", "utf-8-sig", ""),
        ("R&D, age <18 & P>0.05", "R&D, age <18 & P>0.05", "utf-8", "Signs < that begin no element: 1"),
        ("AT&T; a&b &lt; c", "AT&T; a&b < c", "utf-8", "a bare &"),
        ("age&nbsp;18 &eacute;t&eacute;", "age 18 été", "utf-8", "&nbsp;"),
        ("caf\u00e9 \u2013 5", "caf\u00e9 \u2013 5", "cp1252", "Windows-1252"),
        ("one\x02two&#2;three&#65;", "onetwothreeA", "utf-8", "Control characters: 1"),
        ("\u00fcber", "\u00fcber", "utf-16", ""),
        ("R&D \u00fcber", "R&D \u00fcber", "utf-16", "UTF-16"),
    ],
)
def test_files_as_they_are_found(written, read, encoding, said, tmp_path):
    text = WILD.replace("WORDS", written)
    if encoding == "utf-16" and not said:
        text = text.replace('encoding="UTF-8"', 'encoding="UTF-16"')
    path = tmp_path / "x.rm5"
    path.write_bytes(text.encode(encoding))
    _, draft = import_review(path, "demo", tmp_path)
    assert draft.studies[0]["methods"] == read
    assert [(row["n"], row["events"]) for row in draft.rows] == [("11", "8"), ("10", "3")]
    assert any(said in note for note in draft.notes)
    assert ("read as" in " ".join(draft.notes)) == bool(said)


@pytest.mark.parametrize("what", ["<P></Q>", '<!DOCTYPE x [<!ENTITY a "b">]> &a; & ', "caf\u00e9"])
def test_what_cannot_be_mended_is_refused_with_what_to_do(what, tmp_path):
    path = tmp_path / "x.rm5"
    content = WILD.replace("WORDS", what).encode()
    path.write_bytes(content + (b"<!-- \xe9 -->" if what == "caf\u00e9" else b""))
    with pytest.raises(CannotRead, match=r"open it in RevMan|declares a document type|while other parts of the file"):
        import_review(path, "demo", tmp_path)
