"""Whether this machine can turn report.tex into a PDF."""

import shutil
import subprocess
from functools import cache

#: What report.tex loads beyond LaTeX's base, as files.
PACKAGES = ("booktabs.sty", "longtable.sty", "microtype.sty", "lmodern.sty", "caption.sty", "hyperref.sty")

#: How to get it.
ADVICE = "sudo apt install latexmk lmodern texlive-latex-base texlive-latex-recommended"


@cache
def has_latex() -> bool:
    """Whether latexmk, pdflatex and every package that the report loads are installed."""
    if not all(shutil.which(program) for program in ("latexmk", "pdflatex", "kpsewhich")):
        return False
    found = subprocess.run(["kpsewhich", *PACKAGES], capture_output=True, text=True).stdout
    return len(found.splitlines()) == len(PACKAGES)


def wants_pdf(choice: str) -> bool:
    """Whether `report.pdf` is part of a finished review, given the switch `pdf` of the configuration."""
    return choice == "always" or (choice == "auto" and has_latex())
