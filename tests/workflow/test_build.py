"""The default review builds from end to end, twice the same, wherever it lies."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter

import pytest

from metawright.report.latex_escape import escape_latex
from metawright.report.latex_tools import ADVICE, has_latex
from metawright.report.sections.register import page
from metawright.report.sections.section import LATEX, PAGE, Source
from tests.report.rendering import article_of, rendered_sections
from tests.workflow.conftest import SNAKEMAKE, House, contents, copy_house, jobs

pytestmark = pytest.mark.slow


def pooled(house, review):
    with (house.folder / "results" / review / "pooling" / "pooled.csv").open() as file:
        return {(row["outcome"], row["period"], row["model"]): row for row in csv.DictReader(file)}


def test_every_stage_leaves_its_files(als):
    names = contents(als.folder / "results" / "als-exercise")
    for name in (
        "extraction/arms.csv",
        "extraction/cleaning_log.csv",
        "effects/effects.csv",
        "pooling/pooled.csv",
        "pooling/ALSFRS-R.long.json",
        "heterogeneity/FVC.short.json",
        "heterogeneity/ALSFRS-R.periods.json",
        "sensitivity/ALSFRS-R.medium.leave_one_out.json",
        "audit/findings.csv",
        "sensitivity/ALSFRS-R.medium.json",
        "sensitivity/ALSFRS-R.multiverse.json",
        "sensitivity/ALSFRS-R.specifications.csv",
        "sensitivity/verdicts.csv",
        "figures/sensitivity.ALSFRS-R.long.svg",
        "figures/posterior.ALSFRS-R.medium.csv",
        "figures/periods.ALSFRS-R.txt",
        "figures/verdicts.pdf",
        "audit/claims_check.csv",
        "audit/audit.json",
        "reconstruction/feasible.json",
        "appraisal/risk_of_bias.json",
        "appraisal/screening.json",
        "appraisal/certainty.json",
        "figures/prisma_flow.svg",
        "figures/risk_of_bias_weights.svg",
        "figures/forest.ALSFRS.svg",
        "figures/forest.ALSFRS-R.pdf",
        "figures/risk_of_bias.png",
        "report/report.html",
        "report/report.tex",
        "report/results.json",
    ):
        assert names.get(name), name


def test_the_sections_of_the_built_reports_are_those_of_the_register(als):
    report = als.folder / "results" / "als-exercise" / "report"
    results = json.loads((report / "results.json").read_text())
    shown = page(Source(results, PAGE, files=["results.json"]))
    titles = [(one.anchor, one.contents if PAGE in one.section.quiet else one.title) for one in shown]
    assert rendered_sections((report / "report.html").read_text(), PAGE) == titles
    titles = [(one.anchor, escape_latex(one.title)) for one in article_of(results)]
    assert rendered_sections((report / "report.tex").read_text(), LATEX) == titles
    assert len(titles) > 20


def test_a_second_call_has_nothing_to_do(als):
    assert "Nothing to be done" in als.build()


def test_als_long_term_is_rebuilt_from_both_trials_and_the_tracks_differ(als):
    rows = pooled(als, "als-exercise")
    published = rows["ALSFRS-R", "long", "as-published"]
    assert (published["status"], published["k"], published["tau2_method"], published["selected_by_rule"]) == (
        "pooled",
        "2",
        "FE",
        "true",
    )
    assert (published["n_experimental"], published["n_control"]) == ("62", "63")
    numbers = [float(published[name]) for name in ("estimate", "se", "ci_low", "ci_high", "p")]
    assert numbers == pytest.approx([3.0988, 1.5581, 0.045, 6.153, 0.0467], abs=5e-4)
    recommended = rows["ALSFRS-R", "long", "REML-HKSJ"]
    assert [round(float(recommended[name]), 2) for name in ("ci_low", "ci_high")] == [-15.18, 21.38]
    results = json.loads((als.folder / "results" / "als-exercise" / "report" / "results.json").read_text())
    differs = {(cell["outcome"], cell["period"]): cell["comparison"]["conclusion_differs"] for cell in results["cells"]}
    assert differs["ALSFRS-R", "long"] is True


def test_als_cells_without_numbers_await_data(als):
    rows = pooled(als, "als-exercise")
    states = {(outcome, period): row["status"] for (outcome, period, _), row in rows.items()}
    assert states == {
        ("ALSFRS", "short"): "awaiting_data",
        ("ALSFRS", "medium"): "awaiting_data",
        ("ALSFRS", "long"): "awaiting_data",
        ("ALSFRS-R", "short"): "single_study",
        ("ALSFRS-R", "medium"): "pooled",
        ("ALSFRS-R", "long"): "pooled",
        ("FVC", "short"): "awaiting_data",
        ("FVC", "medium"): "awaiting_data",
        ("FVC", "long"): "awaiting_data",
    }
    medium = rows["ALSFRS-R", "medium", "as-published"]
    assert [round(float(medium[name]), 2) for name in ("estimate", "ci_low", "ci_high")] == [2.60, -0.23, 5.42]
    html = (als.folder / "results" / "als-exercise" / "report" / "report.html").read_text()
    assert "3.21" in html
    assert "awaiting data" in html.casefold()


def test_ids_of_the_page_are_unique(als):
    html = (als.folder / "results" / "als-exercise" / "report" / "report.html").read_text()
    ids = re.findall(r'<[a-z][^>]*\sid="([^"]+)"', html)
    assert len(ids) > 100
    assert not [name for name, count in Counter(ids).items() if count > 1]


def test_every_raw_row_stands_in_effects_exactly_once(als):
    with (als.folder / "results" / "als-exercise" / "effects" / "effects.csv").open() as file:
        rows = list(csv.DictReader(file))
    numbers = sorted(int(number) for row in rows for number in row["row_ids"].split(";"))
    assert numbers == list(range(2, 20))
    assert all(row["reason"] for row in rows if row["used"] == "false")


def test_same_bytes_elsewhere_on_one_core(als, root, tmp_path):
    other = copy_house(root, tmp_path / "a longer path" / "somewhere else", "als-exercise")
    other.build(cores=1)
    here, there = (contents(house.folder / "results") for house in (als, other))
    assert list(here) == list(there)
    assert [name for name in here if here[name] != there[name]] == []


@pytest.mark.tex
@pytest.mark.skipif(not has_latex(), reason=f"needs LaTeX: {ADVICE}")
def test_the_pdf_is_made_where_latex_is_and_is_the_same_anywhere(als_copy, tmp_path):
    shutil.copytree(als_copy.folder, tmp_path / "another place")
    pages = []
    for folder in (als_copy.folder, tmp_path / "another place"):
        house = House(folder)
        house.edit("config/config.yaml", "pdf: never", "pdf: auto")
        assert jobs(house.build()) == {"compile_pdf": 1}
        pages.append((folder / "results" / "als-exercise" / "report" / "report.pdf").read_bytes())
    assert pages[0].startswith(b"%PDF")
    assert pages[0] == pages[1]


def test_results_hold_no_path_of_the_machine(als):
    for name, content in contents(als.folder / "results").items():
        assert str(als.folder).encode() not in content, name


def test_both_snakefiles_announce_the_same(root, tmp_path):
    house = copy_house(root, tmp_path / "house", "als-exercise")
    front = house.announced()
    inner = house.announced("--configfile", "config/config.yaml", snakefile="workflow/Snakefile")
    assert front == inner
    assert front["pool"] == 3


def test_a_review_anywhere_and_a_list_of_reviews(root, tmp_path):
    house = copy_house(root, tmp_path / "house", "als-exercise")
    shutil.copytree(root / "resources" / "als-exercise", tmp_path / "my review" / "mine")
    output = house.build("--config", f"review={tmp_path}/my review/mine", "--", "results/mine/pooling/pooled.csv")
    assert jobs(output)["pool"] == 3
    assert (house.folder / "results" / "mine" / "pooling" / "pooled.csv").is_file()
    both = house.announced("--config", f"review=['{tmp_path}/my review/mine', 'resources/als-exercise']")
    assert both["clean_extraction"] == 3
    assert both["gather_pooled"] == 1


def test_the_workflow_is_usable_as_a_module(root, tmp_path):
    shutil.copytree(root / "resources" / "als-exercise", tmp_path / "mine")
    (tmp_path / "Snakefile").write_text(
        "module metawright:\n"
        f"    snakefile: {str(root / 'workflow' / 'Snakefile')!r}\n"
        "    config: {'reviews': ['mine'], 'pdf': 'never'}\n\n\n"
        "use rule * from metawright as meta_*\n\n\n"
        "rule summary:\n"
        "    input: 'results/mine/pooling/pooled.csv'\n"
        "    output: 'rows.txt'\n"
        "    shell: 'wc -l < {input} > {output}'\n"
    )
    command = [SNAKEMAKE, "--cores", "2", "summary"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "rows.txt").read_text().strip() == str(1 + 9 * 6)


def test_a_new_review_builds_at_once(root, tmp_path):
    house = copy_house(root, tmp_path / "house")
    command = [sys.executable, "-m", "metawright.command.new_review", "my-review"]
    said = subprocess.run(command, cwd=house.folder, check=True, capture_output=True, text=True).stdout
    assert "make check REVIEW=resources/my-review" in said
    again = subprocess.run(command, cwd=house.folder, capture_output=True, text=True)
    assert again.returncode == 1
    assert "exists already" in again.stderr
    house.build("--config", "review=resources/my-review")
    assert pooled(house, "my-review")["ALSFRS-R", "long", "FE-z"]["k"] == "2"
    assert (house.folder / "results" / "my-review" / "report" / "report.html").is_file()


def test_the_environment_may_lie_below_a_folder_with_a_space(root, tmp_path):
    """Snakemake writes the interpreter's path into shell commands."""
    house = copy_house(root, tmp_path / "a user's house", "common-cold")
    (house.folder / ".venv").symlink_to(sys.prefix, target_is_directory=True)
    target = "results/common-cold/extraction/sneezing.arms.csv"
    environment = {**os.environ, "PYTHONPATH": str(house.folder / "workflow"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [house.folder / ".venv" / "bin" / "python", "-m", "snakemake", "--cores", "1", "--", target]
    result = subprocess.run(command, cwd=house.folder, env=environment, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    assert (house.folder / target).is_file()
