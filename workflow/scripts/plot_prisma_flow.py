"""Draw the flow of records of a review: its counts and their arithmetic -> figure, its words and its table."""

from metawright.figures.kit.save import save
from metawright.figures.review.prisma_flow import (
    FLOW_COLUMNS,
    prisma_flow_alt_text,
    prisma_flow_figure,
    prisma_flow_table,
)
from metawright.files.documents import read_json, write_text
from metawright.files.logs import logged
from metawright.files.tables import write_table

with logged(snakemake.log[0]):
    document, out = read_json(snakemake.input.screening), snakemake.output
    words = prisma_flow_alt_text(document)
    save(prisma_flow_figure(document), out.svg, out.pdf, out.png, "Flow of records", words)
    write_text(out.txt, words + "\n")
    write_table(out.csv, prisma_flow_table(document), FLOW_COLUMNS)
