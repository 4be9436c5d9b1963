"""From a review folder to its pools, through the library alone."""

from pathlib import Path

from metawright.checking.folder import read_review
from metawright.effects.compute import compute_effects
from metawright.effects.rows import EFFECT_COLUMNS
from metawright.extraction.arms import arm_rows
from metawright.extraction.clean import clean_extraction, rows_of_outcome
from metawright.extraction.documents import ARM_COLUMNS
from metawright.files.tables import cell
from metawright.pooling.cell import cell_of
from metawright.pooling.pool import pool
from metawright.reading.sheets import read_sheet
from tests.conftest import SCHEMAS


def as_table(rows, columns):
    """Rows as they come back from a CSV file."""
    return [{name: cell(row.get(name)) for name in columns} for row in rows]


def arms_and_effects(folder: Path):
    """The review, and per outcome the rows of arms.csv and effects.csv as texts."""
    review = read_review(folder, SCHEMAS)
    sheet = read_sheet((folder / "extraction.csv").read_bytes(), "extraction.csv")
    tables = {}
    for key, block in review.protocol["outcomes"].items():
        cleaned = clean_extraction(rows_of_outcome(sheet, review.protocol["outcomes"], key), review.protocol)
        arms = as_table(cleaned.arms, ARM_COLUMNS)
        effects = as_table(compute_effects(arm_rows(arms), block, review.protocol["periods"]), EFFECT_COLUMNS)
        tables[key] = (arms, effects)
    return review, tables


def pools(folder: Path):
    """Every pool of the review, in the order of pooled.csv."""
    review, tables = arms_and_effects(folder)
    protocol = review.protocol
    return [
        pool(
            cell_of(effects, arm_rows(arms), protocol["outcomes"][key], period["key"]),
            protocol["models"],
            protocol["prediction_interval"],
        )
        for key, (arms, effects) in tables.items()
        for period in protocol["periods"]
    ]
