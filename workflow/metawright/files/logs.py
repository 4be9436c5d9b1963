"""A script's log file: what it warned about, and why it failed."""

import sys
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def logged(path: str | Path) -> Iterator[None]:
    """Keep the warnings of the block in the log file *path*; end a failed block with one line on the terminal.

    The traceback is for the log. `sys.exit` in the block passes, and its message is logged too.

    Parameters
    ----------
    path : str or Path
        The log file; written anew.
    """
    log = Path(path)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as file, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        try:
            yield
        except SystemExit as stop:
            file.write(f"{stop.code}\n")
            raise
        except Exception as error:
            traceback.print_exc(file=file)
            sys.exit(f"{type(error).__name__}: {error} (the whole story is in {log})")
        finally:
            file.writelines(f"{warning.category.__name__}: {warning.message}\n" for warning in caught)
