"""Draw the risk-of-bias plot of a review: the judgements -> figure, its words and its table."""

from metawright.figures.kit.save import save
from metawright.figures.review.risk_of_bias import risk_of_bias_figure
from metawright.figures.review.risk_of_bias_text import risk_of_bias_alt_text, risk_of_bias_columns, risk_of_bias_table
from metawright.files.documents import read_json, write_text
from metawright.files.logs import logged
from metawright.files.tables import write_table

with logged(snakemake.log[0]):
    appraisal, out = read_json(snakemake.input.risk_of_bias), snakemake.output
    words = risk_of_bias_alt_text(appraisal)
    save(risk_of_bias_figure(appraisal), out.svg, out.pdf, out.png, "Risk of bias", words)
    write_text(out.txt, words + "\n")
    write_table(out.csv, risk_of_bias_table(appraisal), risk_of_bias_columns(appraisal))
