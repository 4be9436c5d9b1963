"""A review as it leaves real hands, from the workbook to the report: nothing is lost, nothing recovered is unmarked."""

import csv
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser

import pytest

from metawright.figures.forest.data import forest_data
from metawright.figures.forest.plot import forest_figure
from metawright.files.tables import read_table
from metawright.words.numbers import format_as_recorded
from tests.exchange.test_reproduce_in_r import ABSENT
from tests.figures.drawn import outside, overlaps, strings
from tests.workflow.conftest import copy_house
from tests.workflow.dirty_review import ROWS, write_review

pytestmark = pytest.mark.slow


class Tables(HTMLParser):
    """The cells of every table of a page, by the table's id, and all text."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tables, self.text, self.name, self.cell = {}, [], None, False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "table":
            self.name = attributes["id"]
            self.tables[self.name] = []
        elif tag == "tr" and self.name:
            self.tables[self.name].append([])
        elif tag in ("td", "th") and self.name:
            self.tables[self.name][-1].append("")
            self.cell = True
        elif tag == "small" and self.cell:
            self.tables[self.name][-1][-1] += " | "

    def handle_endtag(self, tag):
        if tag == "table":
            self.name = None
        self.cell = self.cell and tag not in ("td", "th")

    def handle_data(self, data):
        self.text.append(data)
        if self.cell:
            self.tables[self.name][-1][-1] += data

    def rows(self, name):
        return {row[0].split(" | ")[0]: row for row in self.tables[name][1:]}


@pytest.fixture(scope="module")
def built(root, tmp_path_factory):
    folder = tmp_path_factory.mktemp("dirty")
    house = copy_house(root, folder / "house")
    house.build("--config", f"review={write_review(folder / 'grip')}")
    return house.folder / "results" / "grip"


@pytest.fixture(scope="module")
def page(built):
    return Tables((built / "report" / "report.html").read_text())


@pytest.fixture(scope="module")
def results(built):
    return json.loads((built / "report" / "results.json").read_text())


def test_every_row_is_accounted_for(built, page, results):
    effects = read_table(built / "effects" / "effects.csv")
    numbers = sorted(int(number) for row in effects for number in row["row_ids"].split(";"))
    assert numbers == list(range(2, len(ROWS) + 2))
    assert all(row["reason"] for row in effects if row["used"] == "false")
    used = sum(len(row["row_ids"].split(";")) for row in effects if row["used"] == "true")
    assert f"{len(ROWS)} rows of extraction.xlsx: {used} reached a pool, {len(ROWS) - used} did not." in "".join(
        page.text
    )
    listed = [number for row in page.tables["rows-not-used"][1:] for number in row[0].split(", ")]
    assert sorted(map(int, listed)) == sorted(set(numbers) - {int(n) for n in numbers if n in _used(effects)})
    assert results["counts"]["rows"] == len(ROWS)


def _used(effects):
    return {int(number) for row in effects if row["used"] == "true" for number in row["row_ids"].split(";")}


def test_every_recovered_value_stands_marked_with_its_route_everywhere(built, page, results):
    lines = read_table(built / "effects" / "recovered.csv")
    assert {line["route"] for line in lines} == {"S1", "S2", "S5", "S6", "S7"}
    forest = {(row["period"], row["study"]): row for row in read_table(built / "figures" / "forest.grip.csv")}
    labels, text = results["labels"], (built / "figures" / "forest.grip.txt").read_text()
    listed = page.tables["recovered"][1:]
    assert [row[0] for row in listed] == [line["row"] for line in lines]
    for line, shown in zip(lines, listed, strict=True):
        value = format_as_recorded(float(line["value"]), 2) + "*"
        assert value in shown[3]
        assert shown[4].startswith(f"{line['route']}: ")
        period = next(p for (p, study), row in forest.items() if study == line["study"] and row["line"] == "trial" and f"{line['arm']} {line['column']} {line['route']}" in row["recovered"])  # fmt: skip
        row = page.rows(f"grip.{period}.trials")[labels[line["study"]]]
        assert value in row[2 if line["arm"] == "experimental" else 3]
        assert row[4].endswith("*")
        assert row[-1].endswith("(imputed)")
        traced = [cells for cells in page.tables[f"grip.{period}.trace"][1:] if cells[1] == line["row"]]
        assert value in traced[0][4]
        assert line["route"] in traced[0][4]
        assert labels[line["study"]] in text.split("with recovered values")[1 if period == "short" else 2]


def test_no_reported_value_is_marked(built, page, results):
    imputed = {line["study"] for line in read_table(built / "effects" / "recovered.csv")}
    for cell in results["cells"]:
        rows = page.rows(f"{cell['outcome']}.{cell['period']}.trials")
        for study in cell["studies"]:
            assert study["imputed"] == (study["study"] in imputed)
            assert ("*" in "".join(rows[results["labels"][study["study"]]])) == study["imputed"]


def test_the_forest_plot_shows_it_and_nothing_touches(built):
    pools = [json.loads((built / "pooling" / f"grip.{period}.json").read_text()) for period in ("short", "long")]
    tables = [read_table(built / name) for name in ("extraction/grip.arms.csv", "effects/grip.effects.csv")]
    results = json.loads((built / "report" / "results.json").read_text())
    data = forest_data(
        results["protocol"]["outcomes"]["grip"], results["protocol"]["periods"], pools, *tables,
        model="as-published", recommended="REML-HKSJ", inputs=read_table(built / "effects" / "grip.inputs.csv"),
    )  # fmt: skip
    figure = forest_figure(data)
    assert overlaps(figure) == []
    assert outside(figure) == []
    found = strings(figure)
    assert {"31.35", "6.92", "6.84", "31.62", "dietrich2016§", "evans2018‖", "fischer2019‡", "costa2015*"} <= set(found)
    assert found.count("*") == 10  # a mark behind each recovered number
    picture = (built / "figures" / "forest.grip.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 50_000


def test_each_track_counts_its_own_trials(page, results):
    long = results["cells"][1]
    recommended = long["tracks"]["recommended"]
    assert (long["k"], recommended["k"], recommended["excluded"]) == (4, 3, ["fischer2019"])
    text = "".join(page.text).replace("\u00a0", " ")
    assert "The recommended track leaves out Fischer 2019, whose control arm has had the experimental treatment, and pools three trials." in text  # fmt: skip
    assert page.rows("grip.long.tracks")["Trials (participants)"][1:] == ["4 (232)", "3 (162)"]
    row = page.rows("grip.long.trials")["Fischer 2019"]
    assert row[0] == "Fischer 2019 | control arm treated"
    assert "left out" in row
    assert "With so few trials it is to be read with caution" in text


def test_the_result_without_recovered_values_stands_beside(page, results):
    first, second = results["cells"][0]["without_imputed"]
    assert (first["without"], first["studies"], second["studies"]) == (
        "estimated",
        ["costa2015"],
        ["brandt2013", "costa2015"],
    )
    rows = page.rows("grip.short.without-imputed")
    assert "significance (recommended)" in rows["Without any recovered value"][-1]
    assert "Without Costa 2015, whose numbers rest on estimated, bounded or borrowed values" in "".join(page.text)


def test_the_methods_say_what_was_done_and_the_sections_are_there(page, built):
    text = " ".join("".join(page.text).replace("\u00a0", " ").split())
    for words in (
        "Two persons extracted the numbers independently",
        "Two disagreements were settled by third author.",
        "would have been refused (strict mode)",
        "with a correlation of 0.7",
        "Several arms of one role in a trial were combined into one.",
        "Cross-over trials entered as paired differences",
        "left out under the recommended track and kept under the review’s protocol and the other models",
        "two findings are shown, and nothing was changed because of them",
    ):
        assert words in text, words
    assert page.rows("choices")["Dietrich 2016"][2] == "arms combined"
    assert page.rows("conflicts")["Evans 2018"][3:6] == ["5 | row 15", "5.8 | row 15", "5.0"]
    assert "This looks like a standard error" in "".join(page.tables["plausibility-findings"][1])
    assert page.rows("cleaning-rules")["people counted"][1] == "2"
    latex = (built / "report" / "report.tex").read_text()
    for name in ("Recovered values", "Choices and ties", "Plausibility", "Two extractors"):
        assert rf"\subsection{{{name}" in latex


def test_the_trace_goes_back_to_the_typed_cell(page):
    row = next(row for row in page.tables["grip.short.trace"] if row[1] == "6")
    assert "value 32.8 ± 6.5†" in row[2]
    assert row[2].endswith("Table 2")
    assert "footnote mark" in row[3]
    assert "mean and sd in one cell" in row[3]
    assert row[5] == "Latest time point: 12 weeks of 8 weeks; 12 weeks"
    adjudicated = next(row for row in page.tables["grip.long.trace"] if row[1] == "17")
    assert "n: adjudicated, 35 → 36" in adjudicated[3]


@pytest.mark.skipif(bool(ABSENT), reason=ABSENT)
def test_r_reproduces_its_pools(built):
    done = subprocess.run(["Rscript", built / "exchange" / "reproduce.R"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "The table is reproduced." in done.stdout


def test_undecided_conflicts_stop_everything_and_are_a_table(root, tmp_path):
    house = copy_house(root, tmp_path / "house")
    review = write_review(tmp_path / "grip")
    (review / "adjudication.csv").unlink()
    result = house.run("--config", f"review={review}")
    assert result.returncode != 0
    assert not (house.folder / "results").exists()
    said = result.stdout + result.stderr
    assert "2 problems found." in said
    assert "The same as a table: logs/grip/problems.csv" in said
    with (house.folder / "logs" / "grip" / "problems.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [(row["row"], row["column"]) for row in rows] == [("15", "sd"), ("17", "n")]
    assert not re.search(r"Traceback", said)
    shutil.rmtree(house.folder / "logs")
