"""Write figures with everything that belongs to them: three formats, words, and the table of their numbers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from matplotlib.figure import Figure

from metawright.figures.kit.save import save
from metawright.files.documents import write_text
from metawright.files.known import known
from metawright.files.tables import write_table

KINDS = ("svg", "pdf", "png", "txt", "csv")


@dataclass(frozen=True)
class Drawing:
    """How one kind of figure is made from what it shows; its module has it as `DRAWING`.

    Every function takes what the catalogue says the figure is drawn from (`metawright.figures.catalogue.Step.data`).

    Attributes
    ----------
    figure : callable
        The figure; a line of words where there is nothing to draw.
    title : callable
        Its title, one line.
    alt_text : callable
        What it shows, in sentences: the alternative text.
    table : callable
        The rows of its table, each with the `columns`.
    columns : sequence of str, or callable
        The columns of its table; a function of what is shown where they depend on it.
    pages : callable
        The figure cut into pages, for the PDF; none where it stands on one.
    """

    figure: Callable[[Any], Figure]
    title: Callable[[Any], str]
    alt_text: Callable[[Any], str]
    table: Callable[[Any], Iterable[Mapping[str, object]]]
    columns: Sequence[str] | Callable[[Any], Sequence[str]]
    pages: Callable[[Any], Sequence[Figure]] = lambda shown: ()

    def columns_of(self, shown: object) -> Sequence[str]:
        """Return the columns of the table of what is *shown*."""
        return self.columns(shown) if callable(self.columns) else self.columns

    def write(self, files: Mapping[str, str], shown: object) -> None:
        """Draw the figure and write its files.

        Parameters
        ----------
        files : mapping
            Their paths by kind: svg, pdf, png (may be missing), txt (the alternative text), csv (the table).
        shown : object
            What it shows.

        Raises
        ------
        ValueError
            If a row of the table has a key that is none of its columns.
        """
        words = self.alt_text(shown)
        pictures = files["svg"], files["pdf"], files.get("png")
        save(self.figure(shown), *pictures, self.title(shown), words, self.pages(shown))
        write_text(files["txt"], words + "\n")
        write_table(files["csv"], self.table(shown), self.columns_of(shown))


def drawing_of(module: str) -> Drawing:
    """Return the `DRAWING` of a module.

    Parameters
    ----------
    module : str
        Its dotted name, from the catalogue.

    Raises
    ------
    ModuleNotFoundError, AttributeError
        If there is no such module, or it draws nothing.
    """
    return import_module(module).DRAWING


def publish(
    paths: Mapping[str, str | Sequence[str]], modules: Mapping[str, str], shown: object, place: int | None = None
) -> None:
    """Write several figures of one subject.

    Parameters
    ----------
    paths : mapping
        Path of every file by `<name>_<kind>`, kinds svg, pdf, png (may be missing), txt and csv; lists of paths with
        *place*.
    modules : mapping
        The modules that draw the figures, by the figures' names.
    shown : object
        What they show.
    place : int, optional
        Which of the paths in a list belongs to this subject.
    """
    for name, module in modules.items():
        found = {kind: paths.get(f"{name}_{kind}") for kind in KINDS}
        files = {kind: path if isinstance(path, str) else path[known(place)] for kind, path in found.items() if path}
        drawing_of(module).write(files, shown)
