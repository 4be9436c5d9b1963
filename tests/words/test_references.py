"""The works that the methods section cites are complete."""

import re

import pytest

from metawright.words.references import WORKS


@pytest.mark.parametrize("key", sorted(WORKS))
def test_every_work_says_who_what_where(key):
    authors, title, where, doi = WORKS[key]
    year = re.fullmatch(r"[a-z]+(\d{4})", key)[1]
    assert re.fullmatch(r"[^.;:]+", authors)
    assert title[0].isupper()
    assert ";" not in title
    assert re.fullmatch(rf".+ {year};[\w:–-]+|.+; {year}", where)
    assert not doi or re.fullmatch(r"10\.\d{4,5}/\S+", doi)
