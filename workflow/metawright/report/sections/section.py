"""What a section of the report is: its title, the places that it stands in, and the blocks that it consists of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from metawright.report.placed import placed as placed_figures
from metawright.report.tables.table import TableData

if TYPE_CHECKING:
    from metawright.report.documents import Changes, Results


Made = TypeVar("Made")

#: Places: the page of a review; of a large review the front page and the page of an outcome; LaTeX; Word.
PAGE, FRONT, OUTCOME, LATEX, WORD = "page", "front", "outcome", "latex", "word"
SCREEN = frozenset({PAGE, FRONT, OUTCOME})
PAPER = frozenset({LATEX, WORD})
EVERYWHERE = SCREEN | PAPER
#: Of a large review: what its outcomes' pages show and the front page does not, and the other way round.
CUT_BY_OUTCOME = EVERYWHERE - {FRONT}
OF_THE_WHOLE = EVERYWHERE - {OUTCOME}


@dataclass(frozen=True)
class Source:
    """What sections are made of.

    Parameters
    ----------
    results : mapping
        The document of `gather_results`, or the part of it that the place shows.
    place : str
        One of the places.
    figures : collection of str
        Names of the figures that exist, such as `forest.ALSFRS-R` and `risk_of_bias`.
    changes : mapping, optional
        What moved since earlier results, from `metawright.report.changes.what_changed`.
    review : mapping, optional
        The document of the whole review where *results* is a part.
    moved : sequence of str
        On a front page, keys of the outcomes whose pages say what moved.
    files : sequence of str
        Names of the files that a page offers; on a front page their paths.
    """

    results: Results
    place: str
    figures: Collection[str] = ()
    changes: Changes | None = None
    review: Results | None = None
    moved: Sequence[str] = ()
    files: Sequence[str] = ()
    _made: dict[Callable, Any] = field(default_factory=dict, repr=False, compare=False)

    def once(self, make: Callable[[Source], Made]) -> Made:
        """Return what *make* makes of this source, made once where several sections share it."""
        if make not in self._made:
            self._made[make] = make(self)
        return self._made[make]

    @property
    def whole(self) -> Results:
        """The document of the whole review."""
        return self.results if self.review is None else self.review


@dataclass(frozen=True, kw_only=True)
class Block:
    """A part of a section. The `kind` of each is the word by which the templates know how to print it."""

    #: Where it stands, of the places of its section.
    on: frozenset[str] = EVERYWHERE


@dataclass(frozen=True)
class Reference:
    """Words of the article that lead to another part of it: `Appendix A has every finding.`"""

    what: str
    label: str
    words: str


@dataclass(frozen=True)
class Text(Block):
    """A paragraph.

    `label` stands in front of it in bold; `style` is `note` (an aside, small on a page), `remark` (an aside that is
    small everywhere) or empty; `cites` says that it holds citations as `[@key]`; `see` follows it in LaTeX.
    """

    kind: ClassVar[str] = "text"
    text: str
    style: str = ""
    label: str = ""
    cites: bool = False
    see: Reference | None = None


@dataclass(frozen=True)
class Items(Block):
    """A list of sentences."""

    kind: ClassVar[str] = "items"
    texts: Sequence[str]


@dataclass(frozen=True)
class Links(Block):
    """A line of links to other pages: address and words of each."""

    kind: ClassVar[str] = "links"
    text: str
    links: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Heading(Block):
    """A heading inside a section."""

    kind: ClassVar[str] = "heading"
    title: str
    anchor: str = ""


@dataclass(frozen=True)
class Table(Block):
    """A table of `metawright.report.tables`; a `quiet` one hides its caption on a page, where a heading says it."""

    kind: ClassVar[str] = "table"
    table: TableData
    quiet: bool = False


@dataclass(frozen=True)
class Figure(Block):
    """A figure by the name of its files."""

    kind: ClassVar[str] = "figure"
    name: str
    caption: str


@dataclass(frozen=True, kw_only=True)
class Fold(Block):
    """Blocks that a reader of a page unfolds."""

    kind: ClassVar[str] = "fold"
    title: str
    blocks: Sequence[Block]
    open: bool = False
    on: frozenset[str] = SCREEN


@dataclass(frozen=True, kw_only=True)
class Framed(Block):
    """Blocks in a frame under a label, set apart from what stands around them."""

    kind: ClassVar[str] = "framed"
    label: str
    blocks: Sequence[Block]
    on: frozenset[str] = SCREEN


@dataclass(frozen=True)
class Special(Block):
    """What has a template of its own in each format, `<kind>.html.j2` and the like, and the data of that."""

    kind: str
    data: Any = None


#: One of several sections of a kind: anchor, title, blocks, and anchors and titles of the parts below it.
Part = tuple[str, str, Sequence[Block], Sequence[tuple[str, str]]]


@dataclass(frozen=True)
class Shown:
    """A section as a place prints it.

    `below` holds anchors and titles of the parts that a list of contents names below it.
    """

    section: Section
    anchor: str
    title: str
    contents: str
    blocks: Sequence[Block]
    below: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, kw_only=True)
class Section:
    """A section of the report.

    Parameters
    ----------
    anchor : str
        Its address on a page and its label in LaTeX.
    title, contents : str
        Its heading, and its shorter title in a list of contents.
    places : frozenset of str
        Where it stands.
    blocks : function
        From a `Source` to what it consists of; None where there is nothing to show.
    quiet : frozenset of str
        Places that show no heading.
    numbered : bool
        Whether LaTeX numbers its heading.
    new_page : bool
        Whether it begins a page in LaTeX.
    """

    anchor: str
    title: str
    blocks: Callable[[Source], Sequence[Block] | None]
    contents: str = ""
    places: frozenset[str] = EVERYWHERE
    quiet: frozenset[str] = frozenset()
    numbered: bool = True
    new_page: bool = False

    def shown(self, source: Source) -> Iterator[Shown]:
        """Yield the section as the place of *source* prints it; nothing where it does not stand or has nothing."""
        blocks = self.blocks(source) if source.place in self.places else None
        if blocks is not None:
            yield Shown(self, self.anchor, self.title, self.contents or self.title, placed(blocks, source.place))


@dataclass(frozen=True, kw_only=True)
class SectionOfEach(Section):
    """Sections of one kind, one for each of several things: `each` returns them."""

    each: Callable[[Source], Sequence[Part]]
    blocks: Callable[[Source], Sequence[Block] | None] = field(default=lambda source: None)

    def shown(self, source: Source) -> Iterator[Shown]:
        """Yield the sections as the place of *source* prints them."""
        if source.place in self.places:
            for anchor, title, blocks, below in self.each(source):
                yield Shown(self, anchor, title, title, placed(blocks, source.place), below)


def placed(blocks: Sequence[Block], place: str) -> list[Block]:
    """Return the blocks that stand in a place."""
    return [block for block in blocks if place in block.on]


def tables(*found: TableData | None, quiet: bool = False, on: frozenset[str] = EVERYWHERE) -> list[Block]:
    """Return blocks for the tables that there are."""
    return [Table(table, quiet, on=on) for table in found if table]


def figures(source: Source, place: str, key: str = "", subject: str = "") -> list[Block]:
    """Return blocks for the figures at a place of the report, as far as they were drawn.

    `place`, `key` and `subject` are those of `metawright.report.placed.placed`.
    """
    return [Figure(one["name"], one["caption"]) for one in placed_figures(place, source.figures, key, subject)]
