"""Draw one figure of one grid of the sweep: performance.csv and the plan -> figure, its words, its table."""

from metawright.figures.kit.save import save
from metawright.figures.sweep.figure import simulation_figure
from metawright.files.documents import read_json, write_text
from metawright.files.logs import logged
from metawright.files.tables import read_table, write_table

with logged(snakemake.log[0]):
    given, wildcards, out = snakemake.input, snakemake.wildcards, snakemake.output
    drawn = simulation_figure(wildcards.figure, read_table(given.performance), read_json(given.plan), wildcards.grid)
    save(drawn.figure, out.svg, out.pdf, out.png, drawn.title, drawn.words)
    write_text(out.txt, drawn.words + "\n")
    write_table(out.csv, drawn.table, drawn.columns)
