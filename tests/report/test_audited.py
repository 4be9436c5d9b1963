"""The sections of the audit and the appraisal: what stands in them, and that people's words stay text."""

import copy
import re
import shutil
import subprocess
import zipfile
from html import escape

import pytest

from metawright.report.gathered import KEYS, gathered
from metawright.report.html import render_html
from metawright.report.latex import render_latex
from metawright.report.latex_escape import escape_latex
from metawright.report.sections.published import audit_of, feasible
from metawright.report.sections.section import PAGE, Source, Special
from metawright.report.tables.certainty import by_judgement_table, certainty_table, summary_of_findings_table
from metawright.report.tables.claims import claims_table
from metawright.report.tables.feasible import overview_table, remainder_tables, statement
from metawright.report.tables.findings import compact, counts_table, not_run_table
from metawright.report.tables.flow import checklist_table, flow_sentence, flow_table
from metawright.report.tables.raters import raters_table, undecided_table
from metawright.report.word import render_word
from metawright.report.word_tools import ADVICE
from tests.audit.als import audit_folder
from tests.report.als_review import als_results
from tests.report.rendering import HTML, LATEX, NASTY, WORD, article_of, blocks_in, tables_in


def texts(table):
    return [[one["text"] for one in row] for row in table["rows"]]


@pytest.fixture(scope="module")
def audit(root, schemas):
    return audit_folder(root / "resources" / "als-exercise", schemas)


@pytest.fixture(scope="module")
def results(audit):
    """The ALS review by hand with the audit of its files, two raters, a flow, and ratings."""
    given = {
        "audit": audit.document,
        "claims_check": audit.comparison,
        "feasible": audit.feasible,
        "flow": FLOW,
        "certainty": CERTAINTY,
    }
    return als_results(audited=given, risk_of_bias=APPRAISAL, screening={"new_studies": 8})


FLOW = {
    "counts": {"database_results": 1548, "new_studies": 8},
    "checks": [
        {"id": "P1", "words": "one = other", "status": "open", "left": 1270, "right": None, "missing": ["records_screened"]},
        {"id": "P6", "words": "new studies = rows", "status": "closed", "left": 8, "right": 8, "missing": []},
    ],
    "closes": None,
    "checklist": [
        {"item": "1", "topic": "Title", "filled": "partly", "where": "title"},
        {"item": "2", "topic": "Abstract", "filled": "authors", "where": "the abstract"},
        {"item": "12", "topic": "Effect measures", "filled": "filled", "where": "measure of each outcome"},
    ],
}  # fmt: skip
ENTRY = {"suggested": 1, "levels": 0, "triggers": ["125 participants, fewer than 400"], "remarks": [], "numbers": {},
         "override": {"levels": 0, "reason": "the field is small", "by": "AB"}}  # fmt: skip
ABSOLUTE = {"baseline": 200.0, "source": "registry", "risk": 100.0, "risk_low": 50.0, "risk_high": 200.0,
            "difference": -100.0, "difference_low": -150.0, "difference_high": 0.0}  # fmt: skip
CERTAINTY = {
    "choices": {"robins_start": "low"},
    "thresholds": [
        {"key": "information_size", "value": 800, "meaning": "Information size: participants.", "default": False},
        {"key": "little_ratio", "value": [0.8, 1.25], "meaning": "Imprecision: ratios.", "default": True},
    ],
    "not_rated": None,
    "cells": [{"outcome": "ALSFRS-R", "period": "medium", "status": "pooled", "measure": "MD", "model": "REML-HKSJ", "k": 2,
               "n": 125, "known_trials": 3, "awaiting": [], "incomplete": False, "start": "high", "suggested": "moderate",
               "rating": "high", "rating_status": "provisional", "basis": "mixed", "reason": "", "at_most": None,
               "words": "high (provisional: 2 of 3 trials)", "inputs": {"design": "randomised", "k": 2},
               "remarks": [], "domains": {"imprecision": ENTRY}}],
    "summary_of_findings": [
        {"outcome": "ALSFRS-R", "period": "5-8 months", "participants": "125 (2 trials)", "effect": "RR 0.50 [0.25, 1.00]",
         "absolute": ABSOLUTE, "certainty": "high (provisional: 2 of 3 trials)", "suggested": "moderate", "incomplete": True, "notes": ["one", "two"]},
    ],
    "weights": [],
    "by_judgement": [
        {"outcome": "ALSFRS-R", "period": "medium", "measure": "MD", "pools": [
            {"filter": "grade A only", "model": "as-published", "k": 0, "left_out": ["lunetta2016", "zucchi2019"],
             "estimate": None, "se": None, "ci_low": None, "ci_high": None, "p": None},
            {"filter": "allocation concealment low", "model": "as-published", "k": 2, "left_out": [],
             "estimate": 1.0, "se": 1.0, "ci_low": -1.0, "ci_high": 3.0, "p": 0.3},
        ]},
    ],
}  # fmt: skip
APPRAISAL = {
    "instrument": "RoB1", "domains": [{"key": "other", "label": "Other bias"}], "studies": [], "counts": {}, "remarks": [],
    "agreement": {
        "raters": ["AB", "CD"], "overall": {"pairs": 8, "percent": 87.5, "kappa": 0.5},
        "domains": {"other": {"pairs": 8, "percent": 87.5, "kappa": None}},
        "undecided": [{"study": "zucchi2019", "domain": "other", "AB": "low", "CD": "high"}],
    },
}  # fmt: skip


def test_every_finding_of_the_audit_is_on_the_page_with_its_id_and_origin(results, audit):
    page = render_html(results, HTML, {}, {})
    article = render_latex(results, LATEX, ())
    for row in audit.findings:
        assert f"<code>{row['id']}</code>" in page, row["id"]
    assert len(re.findall(r'class="finding curated"', page)) == 2
    assert page.count("found by a reader") >= 2
    assert article.count(r"\caption{") > 10
    assert r"\textbf{found by a reader}" in article
    section = page.split('id="published"', 1)[1].split("</section>", 1)[0]
    assert "<script" not in section and "hidden" not in re.sub(r'class="hidden"', "", section)


def test_findings_stand_by_severity_worst_first_and_those_in_order_are_folded(results):
    shown = audit_of(Source(results, PAGE))
    assert [group["severity"] for group in shown["groups"]] == ["error", "inconsistency", "ambiguity", "omission", "note", "pass"]  # fmt: skip
    page = render_html(results, HTML, {}, {})
    folded = re.findall(r'<details class="severity"( open)?>\s*<summary><span class="chip (\w*)"', page)
    assert [severity for opened, severity in folded if opened] == ["error", "inconsistency"]
    assert sum(int(row[-1]) for row in texts(counts_table(results))) == len(results["audit"]["findings"])
    assert "V07" in {row[0]["note"] for row in not_run_table(results)["rows"]}


def test_the_medium_pool_cannot_be_significant_whatever_the_missing_trial_is(results):
    claim = next(one for one in results["feasible"]["claims"] if one["claim"] == "C04")
    said = statement(results, claim)
    assert "cannot be significant with the Hartung–Knapp interval, whatever the missing trial is (Braga 2018)" in said
    assert "Q below 0.771" in said
    assert "Lunetta 2016 and Zucchi 2019 alone have Q = 1.86" in said
    for text in (render_html(results, HTML, {}, {}), render_latex(results, LATEX, ())):
        assert "whatever the missing trial is" in text.replace("\u00a0", " ")
        assert text.lower().count("feasible reconstruction, not data") >= 3


def test_reconstructions_are_labelled_wherever_they_stand(results):
    assert all("feasible reconstruction, not data" in table["caption"] for table in [overview_table(results), *remainder_tables(results)])  # fmt: skip
    shown = copy.deepcopy(results)
    shown["feasible"] = None
    assert "feasible reconstruction" not in render_html(shown, HTML, {}, {})
    braga = {row[0]["text"]: row[1]["text"] for row in remainder_tables(results)[1]["rows"]}
    assert braga["Braga 2018: estimate"] == "4.55"
    assert braga["Q of the trials with numbers"] == "1.86"


def test_claims_stand_beside_our_pools_with_what_fits(results):
    made = claims_table(results)
    rows = {(row[0]["text"], row[1]["note"]): row for row in made["rows"]}
    c04 = rows["C04", "5–8 months"]
    assert (c04[2]["text"], c04[3]["text"]) == ("3.21 [0.85, 5.56]", "2.60 [−0.23, 5.42]")
    assert c04[5]["text"] == "partly checkable (2 of 3 trials)"
    assert "none of 21 different results of the choices fit" in c04[5]["note"]
    assert "Zucchi 2019 12 months: 3.11 [0.05, 6.17]" in made["notes"][-1]


def test_what_is_computed_is_short_and_names_trials():
    labels = {"zucchi2019": "Zucchi 2019"}
    assert compact({"n_control": "32", "p": 0.046612, "ok": True}, labels) == "n control: 32; P: 0.04661; ok: yes"
    assert compact({"zucchi2019": [1, 2, 3, 4, 5, 6]}, labels) == "Zucchi 2019: 1, 2, 3, 4 and 2 more"
    assert compact({"q": {"low": 1.0, "high": 3.0, "value": 2.0}}, labels) == "q: 2"
    assert compact({"a": {"b": None, "c": -1.5}}, labels) == "a: (b: none; c: −1.5)"
    assert compact({str(n): n for n in range(12)}, labels).endswith("; …")


def test_ratings_show_what_triggered_them_and_who_decided(results):
    row = certainty_table(results)["rows"][0]
    assert [one["text"] for one in row] == ["Imprecision", "one level down", "125 participants, fewer than 400", "–", "no change"]  # fmt: skip
    assert row[-1]["note"] == "AB: the field is small"
    found = summary_of_findings_table(results)["rows"][0]
    assert found[3]["text"] == "100 fewer [150 fewer, 0]"
    assert found[3]["note"] == "100 with, 200 without; risk without: registry"
    assert (found[4]["text"], found[4]["note"]) == ("high (provisional: 2 of 3 trials)", "mixed; suggested: moderate")
    article = render_latex(results, LATEX, ())
    assert "100 fewer [150 fewer, 0]" in article


def unrated(results, said="risk of bias not assessed"):
    """The results with no cell rated; *said*: the one reason that stands on top, if there is one."""
    changed = copy.deepcopy(results)
    reason = "risk of bias not assessed"
    changed["certainty"] |= {"not_rated": said}
    changed["certainty"]["cells"][0] |= {
        "rating": None, "suggested": None, "rating_status": "not rated", "basis": "suggested", "reason": reason,
        "at_most": "moderate", "words": f"not rated: {reason}",
    }  # fmt: skip
    changed["certainty"]["summary_of_findings"][0] |= {"certainty": f"not rated: {reason}", "suggested": "not rated"}
    return changed


def test_why_nothing_is_rated_stands_once_on_top(results):
    found = summary_of_findings_table(unrated(results))["rows"][0][4]
    assert (found["text"], found["note"]) == ("not rated", "")
    page = render_html(unrated(results), HTML, {}, {})
    article = render_latex(unrated(results), LATEX, ())
    for text in (page, article):
        assert "No certainty rating: risk of bias not assessed." in text.replace("\u00a0", " ")
        assert "⊕" not in text
    screen = page.split('id="summary"', 1)[1].split("</section>", 1)[0]
    assert screen.count("risk of bias not assessed") == 1
    assert "Not rated" not in screen


def test_reasons_that_differ_stand_with_their_cells(results):
    changed = unrated(results, None)
    assert summary_of_findings_table(changed)["rows"][0][4]["note"] == "risk of bias not assessed"
    page = render_html(changed, HTML, {}, {})
    assert "Not rated: risk of bias not assessed" in page
    ceiling = texts(certainty_table(changed))[-1]
    assert ceiling[:2] == ["All domains", "not rated"]
    assert ceiling[3] == "From the other domains the certainty could be at most moderate"


def test_a_rating_has_symbols_and_what_stands_beside_it(results):
    page = render_html(results, HTML, {}, {})
    assert '<span aria-hidden="true">⊕⊕⊕⊕</span> high certainty, provisional: 2 of 3 trials, mixed' in page
    assert "◯" not in page


def test_the_methods_say_whose_every_threshold_is(results):
    page = render_html(results, HTML, {}, {}).replace("\u00a0", " ")
    assert "participants – 800 (declared)" in page
    assert "ratios – 0.8 and 1.25 (default of this program)" in page
    assert "Randomised trials start high." in page


def test_pools_by_judgement_begin_with_all_trials(results):
    rows = texts(by_judgement_table(results))
    assert rows[0][1] == "All trials; also allocation concealment low"
    assert rows[1][1:5] == ["Grade A only", "as-published", "0", "no trial is left"]
    assert len(rows) == 2


def test_two_raters_and_what_nobody_decided(results):
    assert texts(raters_table(results)) == [["Other bias", "8", "88%", "–"], ["All domains", "8", "88%", "0.50"]]
    assert texts(undecided_table(results)) == [["Zucchi 2019", "Other bias", "low", "high"]]


def test_the_flow_says_what_is_not_stated(results):
    assert "cannot be closed" in flow_sentence(results)
    row = flow_table(results)["rows"][0]
    assert (row[1]["text"], row[3]["text"], row[3]["note"]) == (
        "1,270",
        "cannot be checked",
        "not stated: records screened",
    )
    assert checklist_table(results)["notes"] == ["27 items, 3 lines: 1 filled here, 1 filled in part and 1 left to the authors."]  # fmt: skip
    wrong = copy.deepcopy(results)
    wrong["flow"]["checks"][1]["status"] = "wrong"
    assert flow_sentence(wrong) == "The counts do not close: new studies = rows."


def test_a_review_without_audit_has_none_of_the_sections():
    bare = als_results(claims=None)
    assert {key: bare[key] for key in KEYS} == dict.fromkeys(KEYS)
    assert gathered() == dict.fromkeys(KEYS)
    assert audit_of(Source(bare, PAGE)) is None
    assert feasible(bare) is None
    page = render_html(bare, HTML, {}, {})
    assert 'id="published"' not in page
    assert 'id="certainty"' not in page
    assert r"\label{sec:findings-all}" not in render_latex(bare, LATEX, ())


def test_words_of_people_are_text(results):
    nasty = copy.deepcopy(results)
    for finding in nasty["audit"]["findings"]:
        finding |= {"quote": NASTY, "location": NASTY, "message": NASTY, "computed": {NASTY: NASTY}}
    nasty["certainty"]["cells"][0]["domains"]["imprecision"]["override"]["reason"] = NASTY
    page = render_html(nasty, HTML, {}, {})
    assert "<b>王" not in page
    assert r"\end{document} \"q\"" not in render_latex(nasty, LATEX, ())


FIGURES = ("forest.ALSFRS-R", "risk_of_bias", "risk_of_bias_weights", "claims", "prisma_flow")
SIZES = dict.fromkeys(FIGURES, (600, 300))


def tables_of(shown):
    """Every table, wherever it stands in the sections of an article."""
    if isinstance(shown, dict) and "rows" in shown and "caption" in shown:
        return [shown]
    inner = shown.values() if isinstance(shown, dict) else shown if isinstance(shown, list | tuple) else ()
    return [table for one in inner for table in tables_of(one)]


def test_the_word_copy_has_every_table_and_figure_of_the_articles_body(results):
    body, appendix = render_latex(results, LATEX, FIGURES).split(r"\appendix", 1)
    page = render_word(results, WORD, dict.fromkeys(FIGURES, ""), SIZES)
    shown = article_of(results, FIGURES)
    special = [block.data for one in shown for block in blocks_in(one.blocks) if isinstance(block, Special)]
    captions = {table["caption"] for table in [*tables_in(shown), *tables_of(special)]}
    inside = {caption for caption in captions if rf"\caption{{{escape_latex(caption)}}}" in body}
    assert len(inside) > 8
    assert "Summary of findings" in inside
    assert {caption for caption in inside if f". {escape(caption)}</caption>" not in page} == set()
    drawn = [name for name in FIGURES if f"/{name}.pdf" in body]
    assert set(drawn) == set(FIGURES)
    assert [name for name in drawn if f'src="{name}.png"' not in page] == []
    # Of what the article has in its appendix Word brings the ratings with their reasons, and the checklist.
    for table in (certainty_table(results), by_judgement_table(results), checklist_table(results)):
        assert rf"\caption{{{escape_latex(table['caption'])}}}" in appendix
        assert f". {escape(table['caption'])}</caption>" in page


@pytest.mark.skipif(not shutil.which("pandoc"), reason=f"needs pandoc: {ADVICE}")
def test_word_rates_every_outcome_as_the_page_does(results, tmp_path):
    (tmp_path / "report.html").write_text(render_word(results, WORD, {}, {}), encoding="utf-8")
    command = ["pandoc", "--from=html", "--to=docx", "--output=report.docx", "report.html"]
    subprocess.run(command, cwd=tmp_path, check=True)
    with zipfile.ZipFile(tmp_path / "report.docx") as archive:
        document = archive.read("word/document.xml").decode()
    for table in (summary_of_findings_table(results), certainty_table(results)):
        start = document.index(escape(table["caption"], quote=False) + "</w:t>")
        own = document[start : document.index("</w:tbl>", start)]
        page = render_html(results, HTML, {}, {})
        start = page.index(f'<table id="{table["name"]}">')
        shown = page[start : page.index("</table>", start)]
        word_rows = [
            ["".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", one)) for one in re.split(r"<w:tc>", row)[1:]]
            for row in own.split("<w:tr>")[1:]
        ]
        page_rows = [
            [re.sub(r"<[^>]+>|\n", "", one) for one in re.split(r"<t[hd] [^>]*>", row)[1:]]
            for row in shown.split("<tr>")[1:]
        ]
        assert len(page_rows) == 1 + len(table["rows"])
        assert word_rows == page_rows
