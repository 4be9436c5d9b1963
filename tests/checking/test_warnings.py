"""Warnings of a check: what is read and hardly true, on the terminal and as a table, never in the way of a build."""

import csv

import pytest

from metawright.checking.folder import read_review
from metawright.checking.warnings import SHOWN, verdict, warn

PROTOCOL = """\
title: t
outcomes:
  o: {measure: GIV, direction: lower_is_better}
models:
  - {key: FE-z, track: protocol, tau2_method: FE, interval: z}
"""
HEADER = "study,outcome,arm,estimate,ci_low,ci_high\n"
GOOD, OFF = "A,o,contrast,1.0,0.5,1.5\n", "B,o,contrast,1.5,0.3,1.8\n"


@pytest.fixture
def warnings_of(review_folder, schemas):
    def read(rows):
        return {"demo": read_review(review_folder(HEADER + rows, PROTOCOL), schemas).warnings}

    return read


def test_a_warning_names_file_row_column_and_value(warnings_of, tmp_path):
    found = warnings_of(GOOD + OFF)
    words = warn(found, tmp_path / "logs")
    assert "extraction.csv, row 3, column estimate: '1.5': the estimate lies" in words
    table = tmp_path / "logs" / "demo" / "warnings.csv"
    assert str(table) in words
    (row,) = csv.DictReader(table.open())
    assert (row["row"], row["column"], row["value"]) == ("3", "estimate", "1.5")
    assert verdict(found) == "Every file can be read, with 1 warning; a build goes on with them."


def test_in_order_is_said_only_without_warnings_and_the_old_table_goes(warnings_of, tmp_path):
    table = tmp_path / "logs" / "demo" / "warnings.csv"
    table.parent.mkdir(parents=True)
    table.write_text("old")
    found = warnings_of(GOOD)
    assert warn(found, tmp_path / "logs") == ""
    assert not table.exists()
    assert verdict(found) == "Every file is in order."


def test_the_terminal_has_the_first_and_the_table_all(warnings_of, tmp_path):
    rows = "".join(f"B{number},o,contrast,1.5,0.3,1.8\n" for number in range(SHOWN + 5))
    found = warnings_of(rows)
    words = warn(found, tmp_path / "logs")
    assert words.count("Warning: ") == SHOWN
    assert "And 5 more." in words
    assert len((tmp_path / "logs" / "demo" / "warnings.csv").read_text().splitlines()) == SHOWN + 6
