"""The audit of the ALS review from its files alone: read, pooled and audited in this process."""

from pathlib import Path

import yaml

from metawright.audit.extraction import audit_extraction
from metawright.audit.run import audit_claims
from metawright.audit.tables import TABLES
from metawright.checking.folder import read_review
from metawright.effects.compute import compute_effects
from metawright.extraction.clean import clean_extraction
from metawright.extraction.designs import designs_of, mark_contaminated
from metawright.files.tables import cell as text
from metawright.pooling.cell import cell_of
from metawright.pooling.pool import pool
from metawright.reading.sheets import read_sheet


def rows_in(review, name):
    """Rows of a table of the review folder; none where it has no such table."""
    path = review.files.get(name)
    return [row.cells for row in read_sheet(Path(path).read_bytes(), path).rows] if path else []


def pools_of(review, sheet):
    """The pools of a review, as the pooling stage makes them."""
    designs = designs_of(rows_in(review, "studies"))
    arms = mark_contaminated(clean_extraction(sheet, review.protocol, review.treatment).arms, designs)
    pools = []
    for key, outcome in review.protocol["outcomes"].items():
        mine = [row for row in arms if row["outcome"] == key]
        effects = compute_effects(mine, outcome, review.protocol["periods"], designs=designs)
        effects = [{name: text(value) for name, value in row.items()} for row in effects]
        for period in review.periods:
            pools.append(pool(cell_of(effects, mine, outcome, period), review.protocol["models"]))
    return pools


def audit_folder(folder, schemas):
    """Audit a review folder: everything that the rules `audit_extraction` and `audit_claims` do."""
    review = read_review(folder, schemas)
    path = Path(review.extraction)
    sheet = read_sheet(path.read_bytes(), path.name)
    screening = review.files.get("screening")
    return audit_claims(
        review.protocol,
        review.treatment,
        sheet,
        {name: rows_in(review, name) for name in TABLES},
        yaml.safe_load(Path(screening).read_bytes()) if screening else None,
        pools_of(review, sheet),
        audit_extraction(sheet, review.protocol, review.treatment),
    )
