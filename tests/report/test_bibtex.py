"""The bibliographies in BibTeX: every work and trial once, authors as persons, safe whatever they hold."""

import re
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pybtex.database import parse_string

from metawright.report.bibtex import bibliography, download, study_keys
from metawright.report.latex_commands import escape_commands
from metawright.report.latex_escape import escape_latex
from metawright.report.latex_tools import has_latex
from metawright.words.references import library, works
from tests.report.als_review import als_results

BLANK = dict.fromkeys(("label", "first_author", "title", "journal", "year", "doi", "pmid", "registration"), "")
ESCAPES = [escape_latex, escape_commands]
NASTY = [
    "a { b } } c \\ % # & é 王 ~ ^ $x_1$ \" ' `` -- <|>\u00a0x\u00ad\u200b\ud800\n\n\ty",
    "}{",
    "\\",
    '"@article{x,',
    "王小明 E",
    "Łukasz\\ {A",
    ",,;&",
    "and",
    "A and and B",
    "x, y, z, w, v",
    "~",
    "\u0301",
    "%",
    "van der { E",
    "others",
    "# 1 #2",
    "王" * 60,
    "é" * 249 + " Group",
]


def parsed(text):
    """The entries of a bibliography as pybtex reads them; an error where they are not valid."""
    return parse_string(text, "bibtex").entries


def persons(entry):
    """The authors of an entry as (family, given)."""
    return [
        (" ".join(one.prelast_names + one.last_names), " ".join(one.first_names + one.middle_names))
        for one in entry.persons.get("author", [])
    ]


def test_a_work_is_an_article_with_its_place_and_its_persons():
    assert bibliography(["duval2000"], {}, escape_latex) == (
        "@article{duval2000,\n"
        "    author = \"Duval, S and Tweedie, R\",\n"
        '    title = "{Trim and fill: a simple funnel-plot-based method of testing and adjusting for publication bias in '
        'meta-analysis}",\n'
        '    journal = "Biometrics",\n    year = "2000",\n    volume = "56",\n    pages = "455--463",\n'
        '    doi = "10.1111/j.0006-341X.2000.00455.x"\n}\n'
    )  # fmt: skip
    book = parsed(bibliography(["hedges1985"], {}, escape_latex))["hedges1985"]
    assert (book.type, book.fields["publisher"], book.fields["address"]) == ("book", "Academic Press", "Orlando")


@pytest.mark.parametrize("escape", ESCAPES)
def test_works_come_out_as_they_stand_in_the_file(escape):
    again = parsed(bibliography(library(), {}, escape))
    assert list(again) == list(library())
    for key, work in library().items():
        assert again[key].type == work.type
        assert persons(again[key]) == persons(work)
        assert (
            again[key].fields["doi"] == work.fields["doi"] if "doi" in work.fields else "doi" not in again[key].fields
        )
    assert again["hunter2007"].fields["journal"] == r"Computing in Science \& Engineering"
    assert persons(again["harris2020"])[-2:] == [("van der Walt", "SJ"), ("others", "")]
    assert persons(again["egger1997"])[1] == ("Davey Smith", "G")


def test_a_trial_has_its_author_its_doi_and_its_registers():
    study = BLANK | {"label": "Zucchi 2019", "first_author": "Zucchi E", "title": "High-frequency", "year": "2019"}
    study |= {"journal": "Eur J Neurol", "doi": "10.1111/ene_13957", "pmid": "30916419", "registration": "NCT01521728"}
    text = bibliography([], {"trial:Zucchi2019": study}, escape_latex)
    assert "@article{trial:Zucchi2019," in text
    assert 'author = "Zucchi, E and others"' in text
    assert r'doi = "10.1111/ene\_13957"' in text
    assert 'note = "PMID 30916419; NCT01521728"' in text


@pytest.mark.parametrize("escape", ESCAPES)
@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("Zucchi E", [("Zucchi", "E")]),
        ("Dal Bello-Haas V", [("Dal Bello-Haas", "V")]),
        ("van der Walt SJ", [("van der Walt", "SJ")]),
        ("Smith J. P.", [("Smith", "J. P.")]),
        ("Röver C", [("Röver", "C")]),
        ("O’Neil M-J", [("O’Neil", "M-J")]),
        ("Zucchi, Elisabetta", [("Zucchi", "Elisabetta")]),
        ("Zucchi E, et al.", [("Zucchi", "E")]),
        ("Zucchi E, Bonetto V; Mora G", [("Zucchi", "E"), ("Bonetto", "V"), ("Mora", "G")]),
        ("Zucchi E and Bonetto V", [("Zucchi", "E"), ("Bonetto", "V")]),
        ("RECOVERY Collaborative Group", [("{RECOVERY Collaborative Group}", "")]),
        ("Heart and Lung Study Group UK", [("{Heart and Lung Study Group UK}", "")]),
        ("Elisabetta Zucchi", [("{Elisabetta Zucchi}", "")]),
        ("Johnson & Johnson, Inc", [(r"{Johnson \& Johnson, Inc}", "")]),
    ],
)
def test_first_authors_are_persons_and_bodies_stay_whole(cell, found, escape):
    entry = parsed(bibliography([], {"trial:x": BLANK | {"first_author": cell, "title": "x"}}, escape))["trial:x"]
    assert persons(entry) == [*found, ("others", "")]


def test_a_name_of_several_generations_and_one_without_an_author():
    study = BLANK | {"first_author": "Smith JP Jr", "label": "Smith and Son 2001", "title": "x"}
    assert 'author = "Smith, Jr, JP and others"' in bibliography([], {"x": study}, escape_latex)
    assert 'author = "{Smith and Son 2001}"' in bibliography([], {"x": study | {"first_author": " "}}, escape_latex)
    assert "author" not in bibliography([], {"x": study | {"first_author": "", "label": ""}}, escape_latex)


def test_letters_that_the_fonts_lack_are_spelled_in_one_and_kept_in_the_other():
    study = BLANK | {"first_author": "王 E", "title": "x"}
    assert persons(parsed(bibliography([], {"x": study}, escape_latex))["x"])[0] == ("Wang", "E")
    assert persons(parsed(bibliography([], {"x": study}, escape_commands))["x"])[0] == ("王", "E")


def test_keys_are_plain_and_differ():
    labels = ["Müller 2001", "Muller 2001", "王小明", "王", "Müller 2001"]
    keys = study_keys([{"label": label} for label in labels])
    assert keys == ["trial:Muller2001", "trial:Muller2001-2", "trial:report", "trial:report-2", "trial:Muller2001-3"]
    assert study_keys([{"label": "Muller"}, {"label": "MULLER"}]) == ["trial:Muller", "trial:MULLER-2"]


def check(text, escape):
    """What holds of the entry of a trial with a text in each field."""
    study = dict.fromkeys([*BLANK, "volume", "pages", "url", "pmcid"], text)
    made = bibliography(["duval2000"], {"trial:x": study, "trial:y": BLANK}, escape)
    made.encode("utf-8")
    assert list(parsed(made)) == ["duval2000", "trial:x", "trial:y"]
    depth = 0
    for char in made:
        depth += {"{": 1, "}": -1}.get(char, 0)
        assert depth >= 0
    assert depth == 0
    inside = made.split("@")[0] + re.sub(r"\A[^\n]*", "", made, flags=re.MULTILINE)
    assert not re.search(r"(?<!\\)[%#&_~^$]", inside)
    assert r"\\" not in made


@pytest.mark.parametrize("escape", ESCAPES)
@pytest.mark.parametrize("text", NASTY)
def test_whatever_a_cell_holds_is_valid_for_bibtex_and_latex(text, escape):
    check(text, escape)


@given(st.text(alphabet=st.characters(), max_size=30), st.sampled_from(ESCAPES))
@settings(max_examples=150, deadline=None)
def test_any_text_is_valid_for_bibtex_and_latex(text, escape):
    check(text, escape)


def test_the_download_has_each_key_once_and_persons():
    results = als_results()
    text = download(results)
    assert r'title = "{A \& B\_c}"' in text
    keys = re.findall(r"^@\w+\{(.*),$", text, re.MULTILINE)
    assert len(keys) == len({key.casefold() for key in keys}) > len(results["studies"]["rows"])
    assert 'author = "DerSimonian, R and Laird, N"' in text
    assert set(parsed(text)) == set(keys)


def test_studies_whose_keys_meet_are_told_apart_in_the_download():
    results = als_results()
    rows = [
        {"study": key, "label": key, "reference": {"title": "x", "first_author": "Zucchi E"}}
        for key in ("王", "小", "DerSimonian1986", "a b", "A-B")
    ]
    text = download(results | {"studies": {**results["studies"], "rows": rows}})
    assert {"-", "--2", "DerSimonian1986-2", "a-b", "A-B-2"} <= set(parsed(text))


@pytest.mark.tex
@pytest.mark.skipif(not has_latex(), reason="needs latexmk and the packages of the report")
def test_latex_prints_the_bibliography_whatever_it_holds(tmp_path):
    """As an author who sets `\\bibliography{report}` prints it, with every work and hostile trials."""
    studies = {f"trial:{i}": dict.fromkeys([*BLANK, "volume", "pages", "url"], text) for i, text in enumerate(NASTY)}
    studies["trial:z"] = BLANK | {"first_author": "王 Е", "title": "Ħ ≥ τ² “x”", "journal": "J", "year": "2001"}
    (tmp_path / "report.bib").write_text(bibliography(library(), studies, escape_latex), encoding="utf-8")
    (tmp_path / "a.tex").write_text(
        r"\documentclass{article}\usepackage[T1]{fontenc}\usepackage[utf8]{inputenc}\usepackage{lmodern,textcomp}"
        r"\usepackage[numbers,sort&compress]{natbib}\usepackage[hidelinks]{hyperref}"
        r"\newcommand{\unprintable}[1]{{\footnotesize[U+#1]}}\begin{document}\nocite{*}"
        r"\bibliographystyle{unsrtnat}\bibliography{report}\end{document}"
    )
    for command in ("pdflatex", "bibtex", "pdflatex"):
        options = ["-interaction=nonstopmode", "-halt-on-error"] if command == "pdflatex" else []
        run = subprocess.run([command, *options, "a"], cwd=tmp_path, capture_output=True, check=False)
        assert run.returncode == 0, run.stdout.decode("utf-8", "replace")[-2000:]
    printed = (tmp_path / "a.bbl").read_text(encoding="utf-8")
    assert printed.count(r"\bibitem") == len(library()) + len(studies)
    assert works(["harris2020"])[0]["title"] in printed and "Millman" in printed and "et~al." in printed


def test_addresses_in_the_download_are_letter_by_letter():
    results = als_results()
    row = {**results["studies"]["rows"][0]}
    row["reference"] = {
        "title": "A",
        "first_author": "Zucchi E",
        "doi": "10.1111/ene_1&2%3",
        "url": "https://x.org/a_b#c",
    }
    text = download(results | {"studies": {**results["studies"], "rows": [row]}})
    assert '"10.1111/ene_1&2%3"' in text
    assert '"https://x.org/a_b#c"' in text
