"""Whether this machine can make the Word copy of a report."""

import shutil
import subprocess

#: How to get what it needs.
ADVICE = "sudo apt install pandoc"


def has_pandoc() -> bool:
    """Whether pandoc is installed."""
    return shutil.which("pandoc") is not None


def wants_docx(choice: str, large: bool = False) -> bool:
    """Whether `report.docx` is part of a finished review, given the switch `docx` of the configuration.

    Of a *large* review it holds hundreds of pictures and is made only where it is asked for.
    """
    return choice == "always" or (choice == "auto" and not large and has_pandoc())


def pandoc_version() -> str:
    """Return `pandoc 2.17.1.1`: what makes the copy here."""
    said = subprocess.run(["pandoc", "--version"], capture_output=True, text=True, check=True).stdout
    return said.splitlines()[0].strip()
