"""A review of more than sixty cells: a front page and a page per outcome, declared, linked, and made again as needed."""

import shutil
import zipfile

import pytest

from metawright.archive.parts import NEEDED
from tests.conftest import PROTOCOL
from tests.workflow.conftest import copy_house

pytestmark = pytest.mark.slow

PERIODS = "\n".join(f"  - {{key: m{month:02}, from: {month}, to: {month}}}" for month in range(1, 32))
ROWS = """\
study,outcome,timepoint,arm,n,mean,sd,events
A,score,3 m,exercise,20,5.0,2.0,
A,score,3 m,usual care,20,4.0,2.0,
B,score,3 m,exercise,30,5.5,2.0,
B,score,3 m,usual care,30,4.0,2.0,
"""
OUTCOMES = [f"results/large/report/outcomes/{key}.html" for key in ("cured", "score")]


@pytest.fixture(scope="module")
def house(root, tmp_path_factory):
    made = copy_house(root, tmp_path_factory.mktemp("large") / "house")
    folder = made.folder / "resources" / "large"
    folder.mkdir(parents=True)
    head, _, tail = PROTOCOL.partition("periods:\n")
    (folder / "protocol.yaml").write_text(f"{head}periods:\n{PERIODS}\narms:{tail.partition('arms:')[2]}")
    (folder / "extraction.csv").write_text(ROWS)
    (made.folder / "config" / "config.yaml").write_text("reviews: [resources/large]\npdf: never\ndocx: never\n")
    made.build()
    return made


def test_its_report_is_a_front_page_and_a_page_per_outcome(house):
    front = (house.folder / "results/large/report/report.html").read_text()
    for page in OUTCOMES:
        assert (house.folder / page).is_file()
        assert f'href="outcomes/{page.rpartition("/")[2]}"' in front
    for link in ("results.json", "../pooling/pooled.csv", "../figures/verdicts.pdf", "../exchange/reproduce.R"):
        assert f'href="{link}"' in front
        assert (house.folder / "results/large/report" / link).is_file()
    assert house.announced() == {}


def test_what_takes_longest_comes_on_request(house):
    assert not list((house.folder / "results/large/figures").glob("forest.*.png"))
    assert house.announced("--config", "docx=auto", "pdf=auto") == {}
    asked = house.announced("--config", "docx=always", "pdf=always")
    assert asked["compile_docx"] == asked["compile_pdf"] == 1
    assert asked["plot_forest"] > 0


def test_a_page_that_is_gone_is_announced_and_made_again(house):
    page = house.folder / OUTCOMES[1]
    text = page.read_bytes()
    page.unlink()
    assert house.announced() == {"render_outcomes": 1}
    house.build()
    assert page.read_bytes() == text


def test_an_archive_has_the_pages(root, house):
    for name in NEEDED:
        if not (house.folder / name).exists():
            shutil.copyfile(root / name, house.folder / name)
    house.build("--", "archives")
    with zipfile.ZipFile(house.folder / "results/large/archive/large.crate.zip") as archive:
        assert set(OUTCOMES) <= set(archive.namelist())
        assert "results/large/report/outcomes/" in archive.read("README.md").decode()
