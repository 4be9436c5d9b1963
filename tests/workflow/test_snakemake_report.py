"""Snakemake's own report: the page, the main figures and tables, captions, nothing from outside."""

import importlib.util
import zipfile

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(importlib.util.find_spec("pygments") is None, reason="no pygments here: pip install pygments"),
]


def test_it_carries_the_main_figures_and_tables_with_captions(als, tmp_path):
    als.build("--report", str(tmp_path / "shown.zip"))
    with zipfile.ZipFile(tmp_path / "shown.zip") as archive:
        names = {name.rsplit("/", 1)[-1] for name in archive.namelist()}
        page = archive.read("shown/report.html").decode()
    wanted = {"report.html", "forest.ALSFRS-R.svg", "sensitivity.ALSFRS-R.long.svg", "periods.ALSFRS-R.svg"}
    wanted |= {"verdicts.svg", "risk_of_bias.svg", "prisma_flow.svg"}
    assert names >= wanted | {"pooled.csv", "verdicts.csv", "summary_of_findings.csv", "findings.csv"}
    assert "posterior.ALSFRS-R.long.svg" not in names
    for words in (
        "Forest plot of an outcome: each trial",
        "Flow of records after PRISMA 2020",
        "one page, complete offline",
        "Summary of findings",
        "Would it survive?",
    ):
        assert words in page, words
