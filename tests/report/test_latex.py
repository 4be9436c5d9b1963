"""The article: every string safe, every table on the page, every reference answered."""

import os
import re
import shutil
import subprocess
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metawright.report.latex import pages_of, render_bibliography, render_latex
from metawright.report.latex_commands import escape_url
from metawright.report.latex_escape import escape_latex
from metawright.report.latex_styles import STYLES
from metawright.report.latex_tables import breakable, layout, number_format
from metawright.report.latex_tools import advice, has_latex
from metawright.report.tables.table import column, table
from metawright.report.tex_log import first_error
from metawright.words.numbers import PRESETS
from tests.report.als_review import PROTOCOL, als_results
from tests.report.rendering import LATEX, NASTY

COMMAND = re.compile(r"\\(?:[A-Za-z]+|.)")


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("A & B_c 50% #1", r"A \& B\_c 50\% \#1"),
        ("{x} $y$ ~z^2 \\", r"\{x\} \$y\$ \textasciitilde{}z\textasciicircum{}2 \textbackslash{}"),
        ("é ß Ł ş Gøtzsche", "é ß Ł ş Gøtzsche"),
        (
            "−1.5 ≥ τ² I²",
            r"\ensuremath{-}1.5 \ensuremath{\geq} \ensuremath{\tau}\textsuperscript{2} I\textsuperscript{2}",
        ),
        ("a\u00a0b … “q” ’", "a~b … “q” ’"),
        ("e\u0301", "é"),
        ("ǎ ẓ", r"\v{a} \d{z}"),
        ("王小明", "WangXiaoMing"),
        ("김철수", "GimCheolSu"),
        ("احمد", "hmd"),
        ("राम_३", r"ram\_3"),
        ("Қазақ", "Qazaq"),
        ("Nguyễn Thị", r"Nguy\~{\^{e}}n Th\d{i}"),
        ("x̄, m̃, q̈́", r"\={x}, \~{m}, \ensuremath{\acute{\ddot{\mathrm{q}}}}"),
        ("τ̂² θ̄", r"\ensuremath{\hat{\tau}}\textsuperscript{2} \ensuremath{\bar{\theta}}"),
        ("3̂ x҉", r"3\unprintable{0302} x\unprintable{0489}"),
        ("😀 ❤\ufe0f", ":grinning: :heart:"),
        ("∼5", r"\unprintable{223C}5"),
        ("① ﬁ ½", "(1) fi ½"),
        ("Σωκράτης, Ψαρρά: τ² = α", r"Sokratis, Psarra: \ensuremath{\tau}\textsuperscript{2} = \ensuremath{\alpha}"),
        ("Щербаков Юрий, Київ", "Ŝerbakov Ûrij, Kiïv"),
        ("two\r\nlines\x00\x1b", "two lines"),
        ("--- '' ,,", "-{}-{}- '{}' ,{},"),
        ("[0.04, 6.15]", "{[}0.04, 6.15]"),
        ("* note", "{*} note"),
        (3, "3"),
        ("", ""),
    ],
)
def test_escape(text, latex):
    assert escape_latex(text) == latex


@given(st.text(max_size=60))
@settings(max_examples=150)
def test_escaped_text_holds_no_live_character(text):
    made = escape_latex(text)
    bare = COMMAND.sub("", made)
    assert not set(bare) & set("#$%&^_\\\n\r\x00")
    depth = 0
    for char in bare:
        depth += {"{": 1, "}": -1}.get(char, 0)
        assert depth >= 0
    assert depth == 0
    assert not made.startswith(("[", "*"))
    assert all(command in KNOWN for command in COMMAND.findall(made))


KNOWN = frozenset(
    [
        r"\textbackslash",
        r"\{",
        r"\}",
        r"\$",
        r"\&",
        r"\#",
        r"\_",
        r"\%",
        r"\textasciitilde",
        r"\textasciicircum",
        r"\textless",
        r"\textgreater",
        r"\textbar",
    ]
    + [
        r"\textquotedbl",
        r"\textasciigrave",
        r"\textsuperscript",
        r"\textsubscript",
        r"\ensuremath",
        r"\unprintable",
        r"\-",
        r"\,",
        r"\pm",
        r"\mp",
    ]
    + [
        r"\times",
        r"\div",
        r"\leq",
        r"\geq",
        r"\neq",
        r"\approx",
        r"\equiv",
        r"\infty",
        r"\sum",
        r"\surd",
        r"\cdot",
        r"\rightarrow",
        r"\leftarrow",
        r"\uparrow",
    ]
    + [
        r"\downarrow",
        r"\`",
        r"\'",
        r"\^",
        r"\~",
        r"\=",
        r"\u",
        r"\.",
        r"\"",
        r"\r",
        r"\H",
        r"\v",
        r"\d",
        r"\c",
        r"\k",
        r"\b",
    ]
    + [
        rf"\{name}"
        for name in [
            "alpha",
            "beta",
            "gamma",
            "delta",
            "varepsilon",
            "zeta",
            "eta",
            "theta",
            "iota",
            "kappa",
            "lambda",
            "mu",
            "nu",
            "xi",
        ]
    ]
    + [
        rf"\{name}"
        for name in [
            "pi",
            "rho",
            "sigma",
            "tau",
            "upsilon",
            "varphi",
            "chi",
            "psi",
            "omega",
            "Gamma",
            "Delta",
            "Theta",
            "Lambda",
        ]
    ]
    + [rf"\{name}" for name in ["Xi", "Pi", "Sigma", "Phi", "Psi", "Omega"]]
)


def test_addresses_are_encoded_then_escaped():
    assert escape_url("https://doi.org/10.1/s(01)<a>_b#c é") == (
        r"https://doi.org/10.1/s(01)\%3Ca\%3E\_b\#c\%20\%C3\%A9"
    )


@pytest.mark.parametrize("width", [5, 40, 400])
def test_every_table_fits_the_line(width):
    columns = [column("Trial")] + [column(f"Heading {n}", "right") for n in range(5)] + [column("Words", wide=True)]
    rows = [["Study"] + ["3.10 [0.04, 6.15]"] * 5 + ["word " * (width // 5)]] * 3
    made = layout(table("t", "c", columns, rows))
    assert sum(float(one["width"]) for one in made["columns"]) <= 1.0005
    assert all(float(one["width"]) > 0.02 for one in made["columns"])


def test_small_tables_are_not_stretched():
    made = layout(table("t", "c", [column("A"), column("B", "right")], [["x", "1"]]))
    assert made["size"] == "small"
    assert sum(float(one["width"]) for one in made["columns"]) < 0.3


@pytest.fixture(scope="module")
def article():
    return render_latex(als_results(), LATEX, ["forest.ALSFRS-R"])


def test_same_input_same_bytes(article):
    assert render_latex(als_results(), LATEX, ["forest.ALSFRS-R"]) == article


def test_every_reference_and_citation_is_answered(article):
    labels = re.findall(r"\\label\{([^}]*)\}", article)
    assert len(labels) == len(set(labels))
    assert set(re.findall(r"\\ref\{([^}]*)\}", article)) <= set(labels)
    cited = {key for keys in re.findall(r"\\cite\{([^}]*)\}", article) for key in keys.split(",")}
    assert cited == set(re.findall(r"\\bibitem\{([^}]*)\}", article))
    assert cited == set(re.findall(r"@\w+\{([^,]+),", render_bibliography(als_results())))


def test_figures_are_taken_from_beside_the_report(article):
    assert re.findall(r"\\includegraphics\[[^]]*\]\{([^}]*)\}", article) == ["../figures/forest.ALSFRS-R.pdf"]


def test_both_tracks_and_the_flag_are_in_the_article(article):
    assert "3.10 [0.04, 6.15]" in article
    assert r"3.10 [\ensuremath{-}15.18, 21.38]" in article
    assert r"\textbf{The conclusion differs between the tracks" in article
    assert "Incomplete: 2 of 3 trials" in article


def nasty_results():
    results = als_results()
    protocol = {**PROTOCOL, "title": NASTY, "question": NASTY, "source": NASTY}
    protocol["outcomes"] = {key: {**outcome, "label": NASTY} for key, outcome in PROTOCOL["outcomes"].items()}
    rows = results["studies"]["rows"]
    for row in rows:
        row["label"] = NASTY
        row["reference"] = dict.fromkeys(("first_author", "title", "journal", "year", "doi", "pmid"), NASTY + " } {")
    review = {**results["review"], "title": NASTY, "question": NASTY, "source": NASTY, "authors": [NASTY, "[B]"]}
    return {**results, "protocol": protocol, "review": review, "labels": dict.fromkeys(results["labels"], NASTY)}


@pytest.mark.tex
@pytest.mark.skipif(not has_latex(), reason="needs latexmk and the packages of the report")
@pytest.mark.parametrize("house", ["revman", "jama"])
def test_article_compiles_whatever_people_write(tmp_path, house):
    results = nasty_results()
    results["protocol"]["report"] = {"preset": house}
    (tmp_path / "report.tex").write_text(render_latex(results, LATEX, []), encoding="utf-8")
    run = subprocess.run(
        ["latexmk", "-norc", "-pdf", "-interaction=nonstopmode", "-halt-on-error", "-file-line-error", "report.tex"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        env=os.environ | {"max_print_line": "2000"},
    )
    log = run.stdout.decode("utf-8", "replace")
    assert run.returncode == 0, first_error(log)
    assert (tmp_path / "report.pdf").stat().st_size > 10_000
    assert complaints((tmp_path / "report.log").read_text(encoding="utf-8", errors="replace")) == []


@pytest.mark.tex
@pytest.mark.skipif(not (has_latex() and shutil.which("pdftotext")), reason="needs latexmk and poppler-utils")
def test_names_in_letters_of_all_kinds_print(tmp_path):
    names = {
        "王小明": "WangXiaoMing", "김철수": "GimCheolSu", "احمد": "hmd", "שלום": "slvm", "राम": "ram",
        "Иванов": "Ivanov", "Παπάς": "Papas", "Nguyễn Ánh": "Nguyễn Ánh", "m̃": "m̃", "θ̄": "θ̄", "q̈́ x̂": "x̂",
        "さくら。": "sakura.", "😀 ∼": ":grinning: [U+223C]",
    }  # fmt: skip
    results = als_results()
    question = "; ".join(names)
    results = {**results, "review": {**results["review"], "question": question}}
    (tmp_path / "report.tex").write_text(render_latex(results, LATEX, []), encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "report.tex"]
    log = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).stdout.decode("utf-8", "replace")
    assert (tmp_path / "report.pdf").is_file(), first_error(log)
    assert "Missing character" not in log
    text = subprocess.run(["pdftotext", tmp_path / "report.pdf", "-"], capture_output=True, check=True).stdout.decode()
    printed = unicodedata.normalize("NFC", re.sub(r"\s+", " ", text))
    for shown in names.values():
        assert unicodedata.normalize("NFC", shown) in printed, shown


def complaints(log):
    """Lines of a LaTeX log about what a reader would see: text in the margin, references that lead nowhere."""
    wide = re.compile(r"Overfull \\hbox \((\d+\.\d+)pt")
    lines = [line for line in log.splitlines() if (found := wide.match(line)) and float(found[1]) > 5.0]
    return lines + re.findall(r".*(?:undefined|multiply defined|Missing character).*", log)


@pytest.mark.parametrize(
    ("texts", "made"),
    [
        (["0.05", "12.3", ""], "2.2"),
        (["3", "−12", "–"], "-2"),
        (["<0.001", "0.047"], "<1.3"),
        (["3.10 [0.04, 6.15]", "1"], ""),
        (["46%"], ""),
        (["–", ""], ""),
    ],
)
def test_columns_of_numbers_stand_by_their_points(texts, made):
    cells = [{"text": text, "note": ""} for text in texts]
    assert number_format(cells) == made
    assert number_format([*cells, {"text": "1", "note": "see there"}]) == ""


def test_numbers_in_a_table_are_read_by_siunitx():
    results = als_results()
    article = render_latex(results, LATEX, [])
    assert re.search(r"N\{\\dimexpr0\.\d+\\linewidth-2\\tabcolsep\\relax\}\{<?-?\d(\.\d)?\}", article)


def test_long_words_break_behind_their_joints():
    assert breakable("10.1016/S0009-9236(98)90049-2") == ["10.", "1016/", "S0009-9236(98)90049-2"]
    assert breakable("short_word") == ["short_word"]
    assert "".join(breakable("V25_randomised_ab_C01:sum")) == "V25_randomised_ab_C01:sum"


def test_every_house_has_a_page():
    assert set(STYLES) == set(PRESETS)
    article = render_latex(als_results(), LATEX, [])
    assert "11pt,a4paper" in article and "linenumbers" not in article
    results = als_results()
    results = {**results, "protocol": {**results["protocol"], "report": {"preset": "jama"}}}
    article = render_latex(results, LATEX, [])
    assert "12pt,a4paper" in article and r"\doublespacing" in article and r"\linenumbers" in article
    assert "3.10 (0.04 to 6.15)" in article


def test_a_figure_of_several_pages_is_set_page_by_page():
    article = render_latex(als_results(), LATEX, ["forest.ALSFRS-R"], {"forest.ALSFRS-R": 3})
    assert re.findall(r"page=(\d)", article) == ["1", "2", "3"]
    assert article.count(r"\ContinuedFloat") == 2
    assert article.count(r"\label{fig:forest.ALSFRS-R}") == 1


def test_pages_of_a_figure_are_counted(tmp_path):
    from matplotlib.figure import Figure

    from metawright.figures.kit.save import save

    paths = [tmp_path / f"f.{kind}" for kind in ("svg", "pdf", "png")]
    save(Figure(figsize=(1, 1)), *paths, "t", "d", pages=[Figure(figsize=(1, 1)), Figure(figsize=(2, 1))])
    assert pages_of(paths[1].read_bytes()) == 2
    save(Figure(figsize=(1, 1)), *paths, "t", "d")
    assert pages_of(paths[1].read_bytes()) == 1


def test_a_missing_package_is_named_with_what_to_install():
    error = "report.tex:7: LaTeX Error: File `booktabs.sty' not found."
    assert "Debian's texlive-latex-recommended" in advice(error)
    assert advice("report.tex:7: Undefined control sequence.") == ""


def test_first_error_names_the_line_of_the_source():
    log = "(./report.tex\n./report.tex:12: Undefined control sequence.\nl.12 \\foo\n           {x}\n! ==> Fatal"
    assert first_error(log) == r"report.tex:12: Undefined control sequence. (l.12 \foo)"
    assert first_error("! Emergency stop.\n<*> report.tex") == "Emergency stop."
    assert first_error("latexmk: no such file\n\n") == "latexmk: no such file"
    assert first_error("") == "LaTeX printed nothing"
