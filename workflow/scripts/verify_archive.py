"""Check an archive, run it again in a scratch folder and compare: <review>.crate.zip -> verification.json."""

import sys

from metawright.archive.verify import summary, verify
from metawright.files.documents import write_json
from metawright.files.logs import logged

with logged(snakemake.log[0]):
    outcome = verify(snakemake.input.crate, cores=str(snakemake.threads))
    if not outcome["reproduced"]:
        sys.exit(summary(outcome))
    print(summary(outcome))
    write_json(snakemake.output.verification, outcome)
