"""The exchange folder of a review, written through the library as the rules write it."""

import csv
from pathlib import Path

from metawright.appraisal.risk_of_bias import risk_of_bias
from metawright.exchange import revman_rows, settings, wide_rows
from metawright.exchange.reproduce_script import reproduce_script
from metawright.exchange.robvis_rows import robvis_rows
from metawright.extraction.arms import arm_rows
from metawright.files.tables import read_table, write_table
from metawright.pooling.cell import cell_of
from metawright.pooling.documents import POOLED_COLUMNS
from metawright.pooling.pool import pool, pooled_rows
from tests.conftest import ROOT
from tests.exchange.pipeline import arms_and_effects

SCRIPT = ROOT / "workflow" / "templates" / "exchange" / "reproduce.R"


def export(folder: Path, out: Path) -> Path:
    """Write metafor.csv, settings.csv, expected.csv, the RevMan tables and the R script of a review to *out*."""
    review, tables = arms_and_effects(folder)
    protocol = review.protocol
    wide, rows, analyses, pools = [], [], [], []
    model = review.headline("protocol")
    for number, (key, (arms, effects)) in enumerate(tables.items(), start=1):
        block = protocol["outcomes"][key]
        typed = arm_rows(arms)
        found = [
            pool(cell_of(effects, typed, block, period["key"]), protocol["models"], protocol["prediction_interval"])
            for period in protocol["periods"]
        ]
        lines = wide_rows.wide_rows(typed, effects, block)
        wide += lines
        rows += revman_rows.data_rows(lines, found, model, number, block["label"])
        analyses += revman_rows.settings(found, model, number, block, protocol["periods"])
        pools += found
    write_table(out / "metafor.csv", wide, wide_rows.WIDE_COLUMNS)
    write_table(out / "settings.csv", settings.settings_rows(protocol), settings.SETTING_COLUMNS)
    write_table(out / "expected.csv", pooled_rows(pools), POOLED_COLUMNS)
    write_table(out / "revman" / "demo-data-rows.csv", rows, revman_rows.DATA_ROW_COLUMNS)
    write_table(out / "revman" / "demo-overall-estimates-and-settings.csv", analyses, revman_rows.SETTING_COLUMNS)
    studies = read_table(folder / "studies.csv") if (folder / "studies.csv").is_file() else []
    write_table(
        out / "revman" / "demo-study-information.csv",
        revman_rows.information_rows(studies),
        revman_rows.INFORMATION_COLUMNS,
    )
    judged = None
    if (folder / "risk_of_bias.csv").is_file():
        judged = risk_of_bias(read_table(folder / "risk_of_bias.csv"), studies, protocol["appraisal"])
    write_table(out / "revman" / "demo-risk-of-bias.csv", *revman_rows.judgement_rows(judged))
    write_table(out / "robvis.csv", *robvis_rows(judged))
    (out / "reproduce.R").write_text(reproduce_script(SCRIPT.read_text(encoding="utf-8")), encoding="utf-8")
    return out


def read(path: Path) -> list[dict]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
