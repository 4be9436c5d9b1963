"""Compare a review with its earlier results: two results.json -> what moved, as JSON."""

from metawright.files.documents import read_json, write_json
from metawright.files.logs import logged
from metawright.report.changes import what_changed

with logged(snakemake.log[0]):
    previous = str(snakemake.input.previous)
    try:
        changes = what_changed(read_json(previous), read_json(snakemake.input.results))
    except ValueError as error:
        raise ValueError(
            f"{previous}: {error}; it should be results/<review>/report/results.json of an earlier run"
        ) from None
    write_json(snakemake.output.changes, changes)
