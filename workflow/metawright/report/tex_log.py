"""What went wrong in a LaTeX run, in one line."""

import re

_WITH_LINE = re.compile(r"^(?:\./)?[^\s:]+\.(?:tex|sty|cls):\d+: .+")


def first_error(log: str) -> str:
    """Return the first error of a LaTeX log with the line of the source that it is about.

    Parameters
    ----------
    log : str
        What latexmk and pdfLaTeX printed, ideally with `-file-line-error`.

    Returns
    -------
    str
        `report.tex:12: Undefined control sequence. (l.12 \\\\foo)`; where no error is recognised, the last line.
    """
    lines = [line.strip() for line in log.splitlines()]
    for index, line in enumerate(lines):
        if _WITH_LINE.match(line) or line.startswith("! "):
            message = line.removeprefix("! ").removeprefix("./")
            source = next((one for one in lines[index + 1 : index + 12] if re.match(r"l\.\d+", one)), "")
            return f"{message} ({source})" if source else message
    return next((line for line in reversed(lines) if line), "LaTeX printed nothing")
