"""The works that the methods section cites are complete, and read as they always did."""

import re
import tomllib

import pytest

from metawright.words.references import library, plain, works


@pytest.mark.parametrize("key", sorted(library()))
def test_every_work_says_who_what_where(key):
    (work,) = works([key])
    year = re.fullmatch(r"[a-z]+(\d{4})", key)[1]
    assert re.fullmatch(r"[^.;:{}\\]+", work["authors"])
    assert work["title"][0].isupper()
    assert not re.search(r"[;{}\\]", work["title"])
    assert re.fullmatch(rf".+ {year};[\w:–-]+|.+; {year}", work["where"])
    assert not work["doi"] or re.fullmatch(r"10\.\d{4,5}/\S+", work["doi"])


@pytest.mark.parametrize("key", sorted(library()))
def test_authors_are_persons(key):
    *persons, last = library()[key].persons["author"]
    assert all(one.first_names and one.last_names for one in persons)
    assert last.first_names or str(last) == "others"


def test_works_are_printed_as_a_reference_list_has_them():
    found = works(["harris2020", "hedges1985", "hunter2007", "harris2020"])
    assert [work["key"] for work in found] == ["harris2020", "hedges1985", "hunter2007"]
    assert found[0] == {
        "key": "harris2020",
        "authors": "Harris CR, Millman KJ, van der Walt SJ, et al",
        "title": "Array programming with NumPy",
        "where": "Nature 2020;585:357–362",
        "doi": "10.1038/s41586-020-2649-2",
    }
    assert (found[1]["where"], found[1]["doi"]) == ("Orlando: Academic Press; 1985", "")
    assert found[2]["where"] == "Computing in Science & Engineering 2007;9:90–95"
    assert plain(r"M{\"o}lder \& 7--10") == "Mölder & 7–10"


def test_a_wheel_carries_the_works(root):
    setup = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["setuptools"]
    assert setup["package-data"] == {"metawright.words": ["*.bib"]}
    beside = {path.relative_to(root / "workflow" / "metawright") for path in (root / "workflow").rglob("*.bib")}
    assert {path.as_posix() for path in beside} == {"words/references.bib"}
