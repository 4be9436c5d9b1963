"""Whether this machine can turn report.tex into a PDF, and what it lacks."""

import shutil
import subprocess
from functools import cache

#: What report.tex loads, as files, with the Debian package that has each.
PACKAGES = {
    "booktabs.sty": "texlive-latex-recommended",
    "caption.sty": "texlive-latex-recommended",
    "hyperref.sty": "texlive-latex-recommended",
    "lineno.sty": "texlive-latex-recommended",
    "lmodern.sty": "lmodern",
    "longtable.sty": "texlive-latex-base",
    "microtype.sty": "texlive-latex-recommended",
    "natbib.sty": "texlive-latex-base",
    "setspace.sty": "texlive-latex-recommended",
}
#: Loaded where it is there; the source says what it does without.
OPTIONAL = {"siunitx.sty": "texlive-science"}

#: How to get everything.
ADVICE = "sudo apt install latexmk lmodern texlive-latex-base texlive-latex-recommended texlive-science"


@cache
def has_latex() -> bool:
    """Whether latexmk, pdflatex and every package that the report cannot do without are installed."""
    if not all(shutil.which(program) for program in ("latexmk", "pdflatex", "kpsewhich")):
        return False
    found = subprocess.run(["kpsewhich", *PACKAGES], capture_output=True, text=True).stdout
    return len(found.splitlines()) == len(PACKAGES)


def wants_pdf(choice: str, large: bool = False) -> bool:
    """Whether `report.pdf` is part of a finished review, given the switch `pdf` of the configuration.

    Of a *large* review it has hundreds of pages, takes longer than all else, and is made only where it is asked for.
    """
    return choice == "always" or (choice == "auto" and not large and has_latex())


def advice(error: str) -> str:
    """Return which Debian package to install for an error of LaTeX about a file that is not there; else nothing."""
    for name, package in {**PACKAGES, **OPTIONAL}.items():
        if f"`{name}' not found" in error:
            return f". {name} is part of Debian's {package}. {ADVICE} installs all that the report needs"
    return ""
