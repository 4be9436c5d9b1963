"""Mutated extraction files: refused in words or accounted for row by row, and no number silently wrong.

The long run is `python -m tests.extraction.fuzz --files 100000`.
"""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metawright.reading.columns import COLUMNS
from tests.extraction.dirt import JUNK
from tests.extraction.files import csv_bytes
from tests.extraction.fuzz import outcome_of_file, run

CELLS = {
    "study": st.sampled_from(["A", "B", "a ", ""]),
    "outcome": st.sampled_from(["score", "points", "cured", "SCORE\u00a0"]),
    "timepoint": st.sampled_from(["3 m", "T180", "12 weeks", "baseline", "2-3 months", "", "visit 2", "2-Mar"]),
    "arm": st.sampled_from(["experimental", "usual care", "contrast", "Control"]),
}
NUMBER = st.one_of(
    st.integers(-5, 5000).map(str),
    st.decimals(-50, 5000, places=2).map(str),
    st.decimals(-50, 5000, places=3).map(lambda number: str(number).replace(".", ",")),
    st.sampled_from(JUNK),
    st.text(alphabet="0123456789.,-+ ±()[]eE%*†NRab\u2212\u00a0", max_size=12),
    st.text(max_size=6),
)
ROW = st.fixed_dictionaries({name: CELLS.get(name, NUMBER) for name in COLUMNS})


def test_thousands_of_mutated_files():
    counts, failures = run(files=3000, seed=20)
    assert failures == []
    assert {(kind, ending) for kind, ending in counts} == {
        (kind, ending) for kind in ("formatting", "unquoted", "cells", "bytes") for ending in ("refused", "accounted")
    }


@given(
    rows=st.lists(ROW, min_size=1, max_size=6),
    columns=st.sets(st.sampled_from(list(COLUMNS)[4:])),
    delimiter=st.sampled_from(",;\t"),
    mode=st.sampled_from(["strict", "lenient"]),
    pairs=st.sampled_from(["", "ci", "iqr", "range"]),
)
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_rows_in_are_rows_used_and_rows_listed(protocol, rows, columns, delimiter, mode, pairs):
    protocol["cleaning"] = {"mode": mode, "pairs": pairs}
    header = [name for name in COLUMNS if name in CELLS or name in columns]
    content = csv_bytes([header, *[[row[name] for name in header] for row in rows]], delimiter)
    assert outcome_of_file(content.replace(b"\x00", b""), "extraction.csv", protocol, parts=True)[0]


@given(
    content=st.binary(max_size=200), prefix=st.sampled_from([b"", b"study,outcome,timepoint,arm,n,mean,sd,events\n"])
)
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_bytes_end_in_words(protocol, content, prefix):
    for file in ("extraction.csv", "extraction.xlsx"):
        assert outcome_of_file(prefix + content, file, protocol)[0] in ("refused", "accounted")
