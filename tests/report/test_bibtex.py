"""The bibliography in BibTeX: every work and trial once, safe whatever it holds."""

import re

from metawright.report.bibtex import bibliography, study_keys

WORK = {"key": "q1954", "authors": "Cochran WG", "title": "The combination", "where": "Biometrics 1954;10:101–129",
        "doi": "10.2307/3001666"}  # fmt: skip
BLANK = dict.fromkeys(("label", "first_author", "title", "journal", "year", "doi", "pmid", "registration"), "")


def test_a_work_is_an_article_with_its_place():
    text = bibliography([WORK], [])
    assert text == (
        "@article{q1954,\n  author = {{Cochran WG}},\n  title = {{The combination}},\n  journal = {Biometrics},\n"
        "  year = {1954},\n  volume = {10},\n  pages = {101--129},\n  doi = {10.2307/3001666},\n}\n"
    )
    book = bibliography([WORK | {"where": "Wiley, Chichester"}], [])
    assert book.startswith("@misc{") and "note = {Wiley, Chichester}" in book


def test_a_trial_has_its_author_its_doi_and_its_registers():
    study = BLANK | {"label": "Zucchi 2019", "first_author": "Zucchi E", "title": "High-frequency", "year": "2019"}
    study |= {"journal": "Eur J Neurol", "doi": "10.1111/ene_13957", "pmid": "30916419", "registration": "NCT01521728"}
    text = bibliography([], [study])
    assert "@article{trial:Zucchi2019," in text
    assert "author = {{Zucchi E, et al}}" in text
    assert r"doi = {10.1111/ene\_13957}" in text
    assert "note = {PMID 30916419; NCT01521728}" in text


def test_keys_are_plain_and_differ():
    labels = ["Müller 2001", "Muller 2001", "王小明", "王", "Müller 2001"]
    keys = study_keys([{"label": label} for label in labels])
    assert keys == ["trial:Muller2001", "trial:Muller2001-2", "trial:report", "trial:report-2", "trial:Muller2001-3"]


def test_braces_balance_whatever_a_title_holds():
    study = BLANK | {"label": "x", "title": "a { b } } c \\ % # & é 王", "journal": "{J", "doi": "10.1/{a}%20#"}
    text = bibliography([], [study])
    assert text.count("{") == text.count("}")
    depth = 0
    for char in text:
        depth += {"{": 1, "}": -1}.get(char, 0)
        assert depth >= 0
    assert not re.search(r"(?<!\\)[%#&]", text)
