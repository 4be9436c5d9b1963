"""Two persons, a list of what they disagree on, a third person's word - and the next build shows it."""

import os
import subprocess
import sys

import pytest

from metawright.files.tables import read_table
from tests.workflow.conftest import copy_house
from tests.workflow.test_dirty_review import Tables

pytestmark = pytest.mark.slow

PROTOCOL = """\
title: Grip
outcomes:
  grip: {measure: MD, direction: higher_is_better}
models:
  - {key: DL-z, track: protocol, tau2_method: DL, interval: z}
"""
FIRST = """\
study,outcome,arm,n,mean,sd
A,grip,experimental,20,30.5,6.1
A,grip,control,21,28.2,6.4
B,grip,experimental,25,31.2,5.9
B,grip,control,24,29.9,6.2
"""
HEADER = "study,outcome,arm,column,value,decided_by,reason\n"


@pytest.fixture
def house(root, tmp_path):
    house = copy_house(root, tmp_path / "house")
    folder = house.folder / "grip"
    folder.mkdir()
    (folder / "protocol.yaml").write_text(PROTOCOL)
    (folder / "extraction.csv").write_text(FIRST)
    (folder / "second_extraction.csv").write_text(FIRST.replace("30.5,6.1", "30.5,6.3"))
    return house


def listed(house):
    environment = {**os.environ, "PYTHONPATH": str(house.folder / "workflow")}
    command = [sys.executable, "-m", "metawright.command.conflicts", "grip"]
    return subprocess.run(command, cwd=house.folder, env=environment, capture_output=True, text=True, check=True).stdout


def test_what_was_settled_shows_at_the_next_build(house):
    build = ("--config", "review=grip", "--", "results/grip/report/report.html")
    refused = house.run(*build)
    assert refused.returncode != 0
    assert "decide in adjudication.csv: A,grip,,experimental,sd,VALUE,WHO,WHY" in refused.stdout + refused.stderr
    assert "1 conflicts, 1 open" in listed(house)
    assert not (house.folder / "results").exists()

    decisions = house.folder / "grip" / "adjudication.csv"
    decisions.write_text(HEADER + "A,grip,experimental,sd,6.2,third author,Table 2\n")
    assert "1 conflicts, 0 open" in listed(house)
    house.build(*build)
    assert shown(house) == ("adjudicated", "6.2", "third author", "6.2")

    decisions.write_text(HEADER + "A,grip,experimental,sd,6.3,third author,erratum\n")
    assert "1 conflicts, 0 open" in listed(house)
    house.build(*build)
    assert shown(house) == ("adjudicated", "6.3", "third author", "6.3")

    # a list that an earlier version left in the place of the build's own does not stand for it
    conflicts = house.folder / "results" / "grip" / "extraction" / "conflicts.csv"
    conflicts.write_text(conflicts.read_text().replace("adjudicated,6.3", "open,"))
    os.utime(conflicts, (1, 1))
    house.build(*build[:-1], "results/grip/extraction/conflicts.csv")
    assert shown(house) == ("adjudicated", "6.3", "third author", "6.3")


def shown(house):
    """What the list of conflicts and the rows say, and that the page has it."""
    (conflict,) = read_table(house.folder / "results" / "grip" / "extraction" / "conflicts.csv")
    arms = read_table(house.folder / "results" / "grip" / "extraction" / "arms.csv")
    page = Tables((house.folder / "results" / "grip" / "report" / "report.html").read_text())
    row = page.rows("conflicts")["A"]
    assert conflict["adjudicated"] in row
    assert any(conflict["decided_by"] in cell for cell in row)
    return conflict["status"], conflict["adjudicated"], conflict["decided_by"], arms[0]["sd"].removesuffix(".0")
