"""Compile the article with LaTeX: report.tex and its PDF figures -> report.pdf."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from metawright.files.logs import logged
from metawright.files.write import write_bytes
from metawright.report.latex_tools import advice
from metawright.report.tex_log import first_error

COMMAND = ["latexmk", "-norc", "-pdf", "-interaction=nonstopmode", "-halt-on-error", "-file-line-error", "report.tex"]
# No date in the file, and no line of the log cut in two.
SETTINGS = {"SOURCE_DATE_EPOCH": "0", "FORCE_SOURCE_DATE": "1", "TZ": "UTC", "max_print_line": "2000"}

with logged(snakemake.log[0]), tempfile.TemporaryDirectory() as scratch:
    # The folders as the source sees them, in a place whose path the file never learns.
    for folder, paths in (("report", [snakemake.input.tex]), ("figures", snakemake.input.figures)):
        Path(scratch, folder).mkdir()
        for path in paths:
            shutil.copy(path, Path(scratch, folder))
    work = Path(scratch, "report")
    run = subprocess.run(
        COMMAND, cwd=work, env=os.environ | SETTINGS, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if run.returncode:
        error = first_error(run.stdout.decode("utf-8", "replace"))
        sys.exit(f"LaTeX failed on {snakemake.input.tex}: {error}{advice(error)}")
    write_bytes(snakemake.output.pdf, (work / "report.pdf").read_bytes())
