"""Write some outcomes for other programs: effects as metafor reads them, rows and results as RevMan has them."""

from metawright.exchange.revman_rows import DATA_ROW_COLUMNS, SETTING_COLUMNS, data_rows, settings
from metawright.exchange.wide_rows import WIDE_COLUMNS, wide_rows
from metawright.extraction.arms import arm_rows
from metawright.files.documents import read_json
from metawright.files.logs import logged
from metawright.files.tables import read_table, write_table

given, tables, out = snakemake.params, snakemake.input, snakemake.output

with logged(snakemake.log[0]):
    documents = [read_json(path) for path in tables.pools]
    for place, (outcome, number) in enumerate(zip(given.outcomes, given.numbers, strict=True)):
        arms, effects, inputs = (read_table(tables[name][place]) for name in ("arms", "effects", "inputs"))
        pools = [pool for pool in documents if pool["outcome"] == outcome["key"]]
        lines = wide_rows(arm_rows(arms), effects, outcome, inputs, pools)
        write_table(out.wide[place], lines, WIDE_COLUMNS)
        write_table(out.rows[place], data_rows(lines, pools, given.model, number, outcome["label"]), DATA_ROW_COLUMNS)
        table = settings(pools, given.model, number, outcome, given.periods)
        write_table(out.settings[place], table, SETTING_COLUMNS)
