"""Make the Word copy with pandoc: results.json, templates, PNG figures and their words -> report.docx."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from metawright.files.documents import read_json, write_text
from metawright.files.logs import logged
from metawright.files.zips import write_zip
from metawright.report.word import png_size, render_word, settled
from metawright.report.word_tools import ADVICE, has_pandoc, pandoc_version

COMMAND = ["pandoc", "--from=html", "--to=docx", "--output=report.docx", "report.html"]

with logged(snakemake.log[0]), tempfile.TemporaryDirectory() as folder:
    given = snakemake.input
    if not has_pandoc():
        sys.exit(f"report.docx needs pandoc, which is not installed. On Debian: {ADVICE}")
    root = Path(os.path.commonpath(given.templates))
    templates = {Path(path).relative_to(root).as_posix(): Path(path).read_text("utf-8") for path in given.templates}
    alt_texts = {Path(path).stem: Path(path).read_text(encoding="utf-8") for path in given.alt_texts}
    sizes = {Path(shutil.copy(path, folder)).stem: png_size(Path(path).read_bytes()) for path in given.figures}
    write_text(Path(folder, "report.html"), render_word(read_json(given.results), templates, alt_texts, sizes))
    run = subprocess.run(COMMAND, cwd=folder, env=os.environ | {"SOURCE_DATE_EPOCH": "0", "TZ": "UTC"}, check=False)
    if run.returncode:
        sys.exit(f"pandoc failed on the report of {given.results}")
    write_zip(snakemake.output.docx, settled(Path(folder, "report.docx").read_bytes(), pandoc_version()))
