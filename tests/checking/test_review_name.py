"""A review keeps its name, whatever the name looks like to Snakemake."""

import pytest
from snakemake.cli import parse_config

from metawright.checking.folder import read_review
from metawright.checking.review_name import named_review
from metawright.reading.problems import BadInput

NAMES = (
    "my review", "o'brien", "r&d", "2022", "08", "1e3", "1_000", "null", "true", "a: b", "a #b", "x$y", "ümlaut", "../a=b",
    "who's", "it's'", 'say "so"', "- a",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_what_was_typed_is_the_name(name):
    words = ["snakemake", "--config", "pdf=never", f"review={name}"]
    assert named_review(parse_config(words[2:])["review"], words) == [name]


def test_the_last_word_counts_and_quotes_of_a_careful_person_go():
    assert named_review(8, ["review=a", "review='08'"]) == ["08"]


@pytest.mark.parametrize("read", [["a", "08"], "from config.yaml", 2022])
def test_what_was_not_typed_or_is_a_list_is_left_alone(read):
    assert named_review(read, ["review=[a, 08]"] if isinstance(read, list) else ["--cores", "1"]) == read


def test_what_jobs_elsewhere_are_told_is_read_as_it_was():
    assert parse_config([f"review={['08', 'a: b', 'my review']!r}"])["review"] == ["08", "a: b", "my review"]


def test_a_brace_is_refused_in_one_sentence(tmp_path, schemas):
    folder = tmp_path / "a{b}"
    folder.mkdir()
    with pytest.raises(BadInput, match="has a brace in its path, which Snakemake reads as a wildcard; rename"):
        read_review(folder, schemas)
