"""Tables as programs save them: encodings, marks between cells, workbooks."""

import datetime
import io
import zipfile

import pytest
from openpyxl import Workbook

from metawright.reading.characters import fold, plain_text
from metawright.reading.sheets import read_sheet
from tests.extraction.files import as_workbook, csv_bytes

RECORDS = [["study", "mean", "notes"], ["Müller 2010", "6.5 ± 1", "a,b;c"], ["B", "", 'said "x"\nand y']]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_form_holds_the_same_cells(encoding, delimiter, end):
    sheet = read_sheet(csv_bytes(RECORDS, delimiter, encoding, end), "x.csv")
    assert sheet.problems == ()
    assert [[*row.cells.values()] for row in sheet.rows] == RECORDS[1:]
    assert [row.number for row in sheet.rows] == [2, 3]


def book(*records, formats=None):
    return read_sheet(as_workbook(records, formats=formats), "extraction.xlsx")


def test_cells_of_a_workbook_arrive_as_text():
    sheet = book(
        ["study", "n", "mean", "share", "when", "yes"],
        ["A", 34, 6.5, 0.855, datetime.datetime(2024, 3, 2), True],
        [None, None, None, None, None, None],
        ["B", 34.0, 0.1, 1, datetime.date(2024, 2, 3), "NR"],
        formats={"D2": "0.0%", "D4": "0%"},
    )
    assert [[*row.cells.values()] for row in sheet.rows] == [
        ["A", "34", "6.5", "85.5%", "2024-03-02", "TRUE"],
        ["B", "34", "0.1", "100%", "2024-02-03", "NR"],
    ]
    assert [row.number for row in sheet.rows] == [2, 4]


def workbook(**sheets):
    made = Workbook()
    made.remove(made.active)
    for name, cells in sheets.items():
        sheet = made.create_sheet(name)
        for place, value in cells.items():
            sheet[place] = value
    buffer = io.BytesIO()
    made.save(buffer)
    return read_sheet(buffer.getvalue(), "r/extraction.xlsx")


def test_the_worksheet_that_is_meant():
    assert workbook(Data={"A1": "study", "A2": "A"}, Empty={}).rows[0].cells == {"study": "A"}
    assert workbook(Other={"A1": "x"}, Extraction={"A1": "study", "A2": "A"}).rows[0].cells == {"study": "A"}
    (problem,) = workbook(One={"A1": "study"}, Two={"A1": "study"}).problems
    assert "2 worksheets ('One', 'Two'); name the one to read 'extraction'" in problem.what
    assert "header row" in workbook(Empty={}).problems[0].what


def test_a_formula_without_a_stored_result_is_not_an_empty_cell():
    (problem,) = workbook(Data={"A1": "study", "B1": "mean", "A2": "A", "B2": "=1+1"}).problems
    assert (problem.row, problem.column) == (2, "B")
    assert "no stored result" in problem.what


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"study,mean\n"])
def test_what_is_no_workbook(content):
    (problem,) = read_sheet(content, "extraction.xlsx").problems
    assert "cannot be read as an Excel workbook" in problem.what


def test_a_workbook_with_entities_is_refused():
    """Entities of entities fill the memory, and external ones open other files."""
    original, made = io.BytesIO(as_workbook(RECORDS)), io.BytesIO()
    declared = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
    with zipfile.ZipFile(original) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                end = content.index(b"?>") + 2 if content.startswith(b"<?xml") else 0
                content = content[:end] + declared + content[end:]
            target.writestr(name, content)
    (problem,) = read_sheet(made.getvalue(), "extraction.xlsx").problems
    assert "cannot be read as an Excel workbook" in problem.what


def test_a_cell_that_a_comma_cut_in_two_is_refused():
    sheet = read_sheet(b"study,mean,sd,notes\nA,32,8,6,5\n", "x.csv")
    assert "stands beyond the last" in sheet.problems[0].what
    sheet = read_sheet(b"study,mean,sd,source,notes\nA,32,8,6,5,,\n", "x.csv")
    assert "7 cells and the header 5" in sheet.problems[0].what


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Usual Care", " usual\u00a0care"),
        ("ALSFRS-R", "ALSFRS\u2013R"),
        ("A 1", "\uff21 \uff11"),
        ("x", "x\u200b"),
        ("a  b", "a b"),
    ],
)
def test_names_that_look_alike_are_alike(one, other):
    assert fold(one) == fold(other)


def test_plain_text_keeps_dashes_and_letters():
    assert plain_text("\ufeff Al\u2013Ansari\u00a0 2010 ") == "Al\u2013Ansari 2010"
