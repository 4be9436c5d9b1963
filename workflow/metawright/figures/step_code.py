"""The digest of the code of a step, with that of the figures which it draws."""

from pathlib import Path

from metawright.figures.catalogue import drawn_by
from metawright.provenance.code import code_digest


def step_digest(script: str | Path) -> str:
    """Return the digest of a step's script, of all that it reaches, and of the modules of the figures that it draws.

    A script loads its figures by the names that the catalogue has for them; its text does not say which.

    Parameters
    ----------
    script : str or Path
        The script's file; its name is that of the step.
    """
    return code_digest(script, *(one.module for one in drawn_by(Path(script).stem)))
