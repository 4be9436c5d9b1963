"""Draw one forest plot: arms, effects, pools, published claims and awaited trials -> figure, its words, its table."""

from pathlib import Path

from metawright.figures.forest import forest_figure, forest_pages
from metawright.figures.forest_data import forest_data
from metawright.figures.forest_text import FOREST_COLUMNS, forest_alt_text, forest_table
from metawright.figures.save import save
from metawright.files.documents import read_json, write_text
from metawright.files.logs import logged
from metawright.files.tables import read_table, write_table
from metawright.review.sheets import read_sheet


def optional(name):
    """Rows of an optional table of the review folder."""
    path = snakemake.input.get(name)
    return [row.cells for row in read_sheet(Path(path).read_bytes(), path).rows] if path else []


with logged(snakemake.log[0]):
    forest = forest_data(
        snakemake.params.outcome,
        snakemake.params.periods,
        [read_json(path) for path in snakemake.input.pools],
        read_table(snakemake.input.arms),
        read_table(snakemake.input.effects),
        model=snakemake.params.model,
        recommended=snakemake.params.recommended,
        arm_labels=snakemake.params.arms,
        awaiting=optional("awaiting"),
        claims=optional("claims"),
        studies=optional("studies"),
        inputs=read_table(snakemake.input.inputs),
        risk_of_bias=read_json(snakemake.input.risk_of_bias) if snakemake.input.get("risk_of_bias") else None,
        preset=snakemake.params.preset,
    )
    words, out = forest_alt_text(forest), snakemake.output
    title, pages = f"Forest plot: {forest.label}", forest_pages(forest)
    save(forest_figure(forest), out.svg, out.pdf, out.png, title, words, pages=pages)
    write_text(out.txt, words + "\n")
    write_table(out.csv, forest_table(forest), FOREST_COLUMNS)
