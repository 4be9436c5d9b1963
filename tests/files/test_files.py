"""Files are written whole, at full precision, with "not applicable" empty."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metawright.files.documents import plain, read_json, write_json
from metawright.files.logs import logged
from metawright.files.tables import cell, gather_tables, read_table, write_table


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_comes_back_to_the_last_bit(number):
    assert float(cell(number)) == number
    assert float(cell(np.float64(number))) == number
    assert json.loads(json.dumps(plain({"x": np.float64(number)})))["x"] == number


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (math.nan, ""),
        (math.inf, ""),
        (True, "true"),
        (np.bool_(False), "false"),
        (3, "3"),
        ("a", "a"),
        (0.0, "0.0"),
    ],
)
def test_cells(value, text):
    assert cell(value) == text


def test_documents_hold_null_for_what_does_not_apply(tmp_path):
    write_json(tmp_path / "x.json", {"a": np.array([1.0, np.nan]), "b": (np.int64(3), None), "τ²": True})
    assert read_json(tmp_path / "x.json") == {"a": [1.0, None], "b": [3, None], "τ²": True}


def test_tables_round_trip_and_gather(tmp_path):
    rows = [{"a": "x,y", "b": 1.5}, {"a": 'q"', "b": None}]
    write_table(tmp_path / "1.csv", rows, ("a", "b"))
    assert read_table(tmp_path / "1.csv") == [{"a": "x,y", "b": "1.5"}, {"a": 'q"', "b": ""}]
    assert len(gather_tables([tmp_path / "1.csv"] * 2, ("a", "b"))) == 4
    with pytest.raises(ValueError, match="were expected"):
        gather_tables([tmp_path / "1.csv"], ("b", "a"))
    with pytest.raises(ValueError, match="fields not in fieldnames"):
        write_table(tmp_path / "2.csv", [{"c": 1}], ("a", "b"))
    assert not (tmp_path / "2.csv").exists()


def test_a_failed_script_ends_with_one_line_and_logs_the_story(tmp_path):
    log = tmp_path / "logs" / "x.log"
    with pytest.raises(SystemExit, match="ValueError: no such thing"), logged(log):
        raise ValueError("no such thing")
    assert "Traceback" in log.read_text()
    with pytest.raises(SystemExit, match="mend it"), logged(log):
        raise SystemExit("mend it")
    assert log.read_text() == "mend it\n"
