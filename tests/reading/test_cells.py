"""Single cells: read, refused, or read and logged."""

import pytest

from metawright.reading.cells import Habits, read_number
from metawright.reading.columns import COLUMNS
from metawright.reading.composites import read_value


@pytest.mark.parametrize(("text", "value"), [("6.5", 6.5), ("-1.52", -1.52), ("+3", 3.0), (".5", 0.5), ("1e-3", 0.001)])
def test_numbers(text, value):
    reading = read_number(text, COLUMNS["mean"])
    assert (reading.number, reading.error, reading.rules) == (value, "", ())


@pytest.mark.parametrize("text", ["", "  ", "NR", "n.r.", "NA", "-", "–", " not reported "])
def test_not_reported_is_no_number_and_no_error(text):
    reading = read_number(text, COLUMNS["mean"])
    assert reading.number is None
    assert reading.error == ""


@pytest.mark.parametrize("text", ["abc", "6,5", "6.5 points", "1,234", "nan", "inf", "1e999", "0x1F", "1_000", "٣"])
def test_text_where_a_number_belongs_is_refused(text):
    reading = read_number(text, COLUMNS["mean"])
    assert reading.number is None
    assert reading.error


@pytest.mark.parametrize(
    ("text", "value", "rule"),
    [
        ("34", 34, None),
        ("34.0", 34, "whole_number_with_decimals"),
        ("1,234", 1234, "thousands_comma"),
        (" 34", 34, "surrounding_space"),
        ("1,234,567", 1234567, "thousands_comma"),
    ],
)
def test_whole_numbers(text, value, rule):
    reading = read_number(text, COLUMNS["n"])
    assert (reading.number, reading.error) == (value, "")
    assert [name for name, _, _ in reading.rules] == ([rule] if rule else [])


@pytest.mark.parametrize("text", ["34.5", "0", "-3", "1,23", "12,34", "1,2345", "3.0e0.0"])
def test_what_is_no_count_of_people_is_refused(text):
    assert read_number(text, COLUMNS["n"]).error


@pytest.mark.parametrize(
    ("column", "text", "bad"),
    [
        ("sd", "0", False),
        ("sd", "-6.5", True),
        ("se", "0", True),
        ("ci_level", "95", False),
        ("ci_level", "0.0", True),
        ("ci_level", "101", True),
    ],
)
def test_bounds(column, text, bad):
    assert bool(read_number(text, COLUMNS[column]).error) == bad


@pytest.mark.parametrize(
    "text", ["32.8 ± 6.5", "32.8±6.5", "32.8 (6.5)", "32.8 +/- 6.5", "32.8 (SD 6.5)", " 32.8 (6.5) "]
)
def test_mean_and_sd_in_one_cell(text):
    parts, reading = read_value(text)
    assert ({name: part.text for name, part in parts.items()}, reading.error) == ({"mean": "32.8", "sd": "6.5"}, "")
    assert reading.rules[-1][0] == "mean_and_sd_in_one_cell"


@pytest.mark.parametrize("text", ["32.8", "32.8 (5.1 to 6.5)", "32.8 [6.5]", "32.8 ± x"])
def test_other_forms_are_refused(text):
    parts, reading = read_value(text)
    assert reading.error
    assert parts == {}


@pytest.mark.parametrize(
    ("text", "column", "habits", "number"),
    [
        ("1,234.5", "mean", Habits(), 1234.5),
        ("1,234,567", "mean", Habits(), 1234567),
        ("1.234,5", "mean", Habits(","), 1234.5),
        ("0,125", "mean", Habits(","), 0.125),
        ("1,125", "mean", Habits(","), 1.125),
        ("34,0", "n", Habits(","), 34),
        ("6,5", "mean", Habits(",?"), 6.5),
        ("6.5*", "mean", Habits(".?"), 6.5),
        ("1\u202f234", "n", Habits(), 1234),
        ("1'234", "n", Habits(), 1234),
        ("65 %", "mean", Habits(unit="percent of predicted"), 65),
        ("6\u00b75\u2020", "mean", Habits(), 6.5),
        ("NR*", "mean", Habits(), None),
        ("10†", "n", Habits(), 10),
        ("34²", "n", Habits(), 34),
        ("n=30 patients", "n", Habits(), 30),
    ],
)
def test_what_has_one_reading_is_read(text, column, habits, number):
    reading = read_number(text, COLUMNS[column], habits)
    assert (reading.number, reading.error) == (number, "")
    assert reading.rules


@pytest.mark.parametrize(
    ("text", "column", "habits"),
    [
        ("1.000", "n", Habits()),
        ("1.234", "n", Habits()),
        ("1,234", "n", Habits(",")),
        ("1,234", "mean", Habits()),
        ("1.234", "mean", Habits(",")),
        ("1,234", "mean", Habits(",?")),
        ("1.234", "mean", Habits(".?")),
        ("1.234", "mean", Habits("both")),
        ("6,5", "mean", Habits("both")),
        ("1 234", "mean", Habits()),
        ("10²", "mean", Habits()),
        ("6.5a", "mean", Habits()),
        ("65%", "mean", Habits(unit="points")),
        ("65%", "n", Habits()),
        ("2-Mar", "n", Habits()),
        ("03-Feb", "mean", Habits()),
        ("2024-03-02 00:00:00", "mean", Habits()),
        ("#N/A", "mean", Habits(lenient=True)),
        ("20000000000", "n", Habits()),
    ],
)
def test_what_has_two_readings_is_refused(text, column, habits):
    reading = read_number(text, COLUMNS[column], habits)
    assert reading.number is None
    assert reading.error


def test_a_refusal_shows_what_was_typed():
    assert read_number(" \u221234.87x ", COLUMNS["mean"]).text == "\u221234.87x"
