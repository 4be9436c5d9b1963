"""Draw forest plots: arms, effects, pools, published claims and awaited trials -> figures, words, tables."""

from metawright.figures.forest.data import forest_data
from metawright.figures.kit.publish import publish
from metawright.files.documents import read_json
from metawright.files.logs import logged
from metawright.files.tables import read_table
from metawright.reading.tables import rows_of

given, tables, out = snakemake.params, snakemake.input, snakemake.output

with logged(snakemake.log[0]):
    documents = [read_json(path) for path in tables.pools]
    shared = {name: rows_of(tables[name]) for name in ("awaiting", "claims", "studies")}
    for place, outcome in enumerate(given.outcomes):
        forest = forest_data(
            outcome,
            given.periods,
            [pool for pool in documents if pool["outcome"] == outcome["key"]],
            read_table(tables.arms[place]),
            read_table(tables.effects[place]),
            model=given.model,
            recommended=given.recommended,
            arm_labels=given.arms,
            inputs=read_table(tables.inputs[place]),
            risk_of_bias=read_json(tables.risk_of_bias) if tables.get("risk_of_bias") else None,
            preset=given.preset,
            **shared,
        )
        publish(out, given.figures, forest, place)
