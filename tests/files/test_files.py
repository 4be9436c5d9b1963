"""Files are written whole, at full precision, with "not applicable" empty."""

import json
import math
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metawright.files.documents import json_pieces, json_text, plain, read_json, read_texts, write_json
from metawright.files.logs import logged
from metawright.files.tables import cell, gather_tables, read_table, write_table


class Kind(IntEnum):
    ONE = 1


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


@dataclass
class Record:
    """A result as the library returns it."""

    name: object
    numbers: object


DOCUMENTS = st.recursive(
    st.one_of(
        *(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
        *(st.floats().map(np.float64), st.booleans().map(np.bool_), st.text().map(np.str_)),
        *(st.lists(st.floats(allow_nan=False)), st.lists(st.integers()), st.lists(st.booleans())),
        st.lists(st.lists(st.floats(), min_size=2, max_size=2), max_size=3).map(np.array),
    ),
    lambda inside: st.one_of(
        st.lists(inside),
        st.dictionaries(st.one_of(st.sampled_from(["1", "a"]), st.text(), st.integers(0, 2)), inside),
        st.tuples(inside, inside),
        st.builds(Record, inside, inside),
    ),
)


@given(DOCUMENTS)
def test_documents_are_written_as_the_standard_library_does(document):
    written = json.dumps(plain(document), ensure_ascii=False, indent=1, allow_nan=False)
    assert json_text(document) == written
    assert "".join(json_pieces(document)) == written


def test_documents_may_hold_arrays_and_records_and_nothing_unknown():
    document = {
        "a": np.array([[1.5, math.nan]]),
        "b": np.int64(3),
        "c": Record("é\n", (np.float64(0.1), ())),
        1: Kind.ONE,
    }
    assert json_text(document) == json.dumps(plain(document), ensure_ascii=False, indent=1)
    with pytest.raises(TypeError, match="set is not JSON"):
        json_text({"a": [{1}]})


def test_texts_are_named_after_their_files(tmp_path):
    for name in ("a/forest.x.svg", "b.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    paths = [str(tmp_path / "a/forest.x.svg"), str(tmp_path / "b.txt")]
    assert read_texts(paths) == {"forest.x": "a/forest.x.svg", "b": "b.txt"}
    assert read_texts(paths, tmp_path) == {"a/forest.x.svg": "a/forest.x.svg", "b.txt": "b.txt"}


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
