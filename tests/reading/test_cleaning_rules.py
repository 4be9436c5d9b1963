"""The table of cleaning rules: every rule is in use, every example does what it says."""

import re

import pytest

from metawright.extraction.clean import clean_extraction
from metawright.reading.cleaning_rules import CLEANING_RULES
from metawright.reading.sheets import read_sheet
from tests.extraction.files import as_workbook, csv_bytes

COLUMNS = ["study", "outcome", "timepoint", "arm", "n", "mean", "sd", "value", "ci_level", "estimate", "effect_scale"]
ROW = {"study": "A", "outcome": "score", "timepoint": "3 m", "arm": "control", "n": "20"}
RATIO = {"outcome": "cured", "arm": "contrast", "effect_scale": "ratio"}
FILE_RULES = [rule for rule in CLEANING_RULES.values() if rule.column == "file"]
CELL_RULES = [rule for rule in CLEANING_RULES.values() if rule.column not in ("file", "row")]


def cleaned(protocol, rule, mode):
    """Clean the example of a rule, beside another row whose SD has a decimal point."""
    mine = {**ROW, **(RATIO if rule.id == "ratio_as_logarithm" else {})}
    rows = [{**mine, rule.column: rule.before}, {**ROW, "study": "B", "sd": "2.5"}]
    content = csv_bytes([COLUMNS, *[[row.get(name, "") for name in COLUMNS] for row in rows]])
    protocol["outcomes"]["score"]["unit"] = "points"
    protocol["cleaning"] = {"mode": mode}
    if rule.id.endswith("_in_one_cell") or rule.id == "end_of_treatment":
        protocol["clock"] = "end_of_treatment"
    return clean_extraction(read_sheet(content, "extraction.csv"), protocol, {"a": 2.5})


@pytest.mark.parametrize("rule", CELL_RULES, ids=lambda rule: rule.id)
def test_every_example_does_what_it_says(protocol, rule):
    result = cleaned(protocol, rule, "lenient" if rule.severity == "ambiguous" else "strict")
    assert result.problems == []
    lines = [(line["column"], line["rule"], line["before"], line["after"]) for line in result.log]
    assert (rule.column, rule.id, rule.before, rule.after) in lines
    assert (result.arms[0]["flags"] == "read_leniently") == (rule.severity == "ambiguous")


@pytest.mark.parametrize(
    "rule", [rule for rule in CELL_RULES if rule.severity == "ambiguous"], ids=lambda rule: rule.id
)
def test_what_is_ambiguous_is_refused_in_strict_mode(protocol, rule):
    problems = cleaned(protocol, rule, "strict").problems
    assert [(problem.row, problem.column, problem.value) for problem in problems] == [(2, rule.column, rule.before)]


@pytest.mark.parametrize("rule", FILE_RULES, ids=lambda rule: rule.id)
def test_rules_about_the_file(rule):
    records = [["study", "outcome", "arm", "notes"], ["A", "x", "y", "naïve"]]
    content = {
        "byte_order_mark": lambda: b"\xef\xbb\xbf" + csv_bytes(records),
        "utf16_text": lambda: csv_bytes(records, encoding="utf-16"),
        "windows_1252_text": lambda: csv_bytes(records, encoding="cp1252"),
        "semicolon_separated": lambda: csv_bytes(records, delimiter=";"),
        "tab_separated": lambda: csv_bytes(records, delimiter="\t"),
        "excel_workbook": lambda: as_workbook(records, "Sheet1"),
        "nameless_column": lambda: csv_bytes([[*line[:2], mark, *line[2:]] for line, mark in zip(records, ["", "1"], strict=True)]),
    }[rule.id]()  # fmt: skip
    sheet = read_sheet(content, "extraction.xlsx" if rule.id == "excel_workbook" else "extraction.csv")
    assert sheet.problems == ()
    assert sheet.notes == ((rule.id, rule.before, rule.after),)
    assert sheet.columns == ("study", "outcome", "arm", "notes")
    assert sheet.rows[0].cells == {"study": "A", "outcome": "x", "arm": "y", "notes": "naïve"}


def test_rules_about_rows(protocol):
    columns = [name for name in COLUMNS if name not in ("value", "effect_scale")]
    records = [columns, *[[ROW.get(name, "1") for name in columns]] * 2]
    result = clean_extraction(read_sheet(csv_bytes(records), "extraction.csv"), protocol)
    rule = CLEANING_RULES["repeated_row"]
    assert (result.log[-1]["rule"], result.log[-1]["before"], result.log[-1]["after"]) == (
        rule.id,
        rule.before,
        rule.after,
    )


def test_every_rule_is_in_use_and_no_other(root):
    sources = [*root.glob("workflow/metawright/extraction/*.py"), *root.glob("workflow/metawright/reading/*.py")]
    text = "".join(path.read_text() for path in sources if path.name != "cleaning_rules.py")
    applied = set(re.findall(r'(?:apply|guess|note)\((?:row, (?:"\w*"|name), )?\s*"(\w+)"', text))
    assert applied <= set(CLEANING_RULES)
    # mean_and_sd and mean_and_se share one line of code
    unused = [name for name in CLEANING_RULES if f'"{name}"' not in text]
    assert unused == ["mean_and_sd_in_one_cell", "mean_and_se_in_one_cell"]
    assert "mean_and_{kind}_in_one_cell" in text
