"""Write figures with everything that belongs to them: three formats, words, and the table of their numbers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from metawright.figures.kit.save import save
from metawright.files.documents import write_text
from metawright.files.tables import write_table


@dataclass(frozen=True)
class Drawing:
    """How one kind of figure is made from what it shows.

    Attributes
    ----------
    figure, title, words, rows : callable
        From what is shown: the figure, its title, its alternative text, the rows of its table.
    columns : sequence of str
        The columns of the table.
    pages : callable
        From what is shown: the figure cut into pages, for the PDF; none where it stands on one.
    """

    figure: Callable[[object], Figure]
    title: Callable[[object], str]
    words: Callable[[object], str]
    rows: Callable[[object], Iterable[Mapping[str, object]]]
    columns: Sequence[str]
    pages: Callable[[object], Sequence[Figure]] = lambda shown: ()


def publish(
    paths: Mapping[str, str | Sequence[str]], drawings: Mapping[str, Drawing], shown: object, place: int | None = None
) -> None:
    """Write several figures of one subject.

    Parameters
    ----------
    paths : mapping
        Path of every file by `<name>_<kind>`, kinds svg, pdf, png (may be missing), txt and csv; lists of paths with
        *place*.
    drawings : mapping
        The figures by name.
    shown : object
        What they show.
    place : int, optional
        Which of the paths in a list belongs to this subject.
    """
    for name, one in drawings.items():
        words = one.words(shown)
        files = (paths.get(f"{name}_{kind}") for kind in ("svg", "pdf", "png", "txt", "csv"))
        svg, pdf, png, txt, csv = (file[place] if file and place is not None else file for file in files)
        save(one.figure(shown), svg, pdf, png, one.title(shown), words, one.pages(shown))
        write_text(txt, words + "\n")
        write_table(csv, one.rows(shown), one.columns)
