"""Write one outcome for other programs: effects as metafor reads them, rows and results as RevMan has them."""

from metawright.exchange.revman_rows import DATA_ROW_COLUMNS, SETTING_COLUMNS, data_rows, settings
from metawright.exchange.wide_rows import WIDE_COLUMNS, wide_rows
from metawright.extraction.arms import arm_rows
from metawright.files.documents import read_json
from metawright.files.logs import logged
from metawright.files.tables import read_table, write_table

with logged(snakemake.log[0]):
    outcome, number, model = (snakemake.params[name] for name in ("outcome", "number", "model"))
    arms, effects, inputs = (read_table(snakemake.input[name]) for name in ("arms", "effects", "inputs"))
    pools = [read_json(path) for path in snakemake.input.pools]
    lines = wide_rows(arm_rows(arms), effects, outcome, inputs, pools)
    write_table(snakemake.output.wide, lines, WIDE_COLUMNS)
    write_table(snakemake.output.rows, data_rows(lines, pools, model, number, outcome["label"]), DATA_ROW_COLUMNS)
    table = settings(pools, model, number, outcome, snakemake.params.periods)
    write_table(snakemake.output.settings, table, SETTING_COLUMNS)
