"""What moved since earlier results."""

from metawright.report.sections.section import FRONT, SCREEN, Block, Fold, Links, Section, Source, Table, Text
from metawright.report.tables.changes import changes_section

#: As many sentences stand on the front page of a large review.
MOST = 9


def _blocks(source: Source) -> list[Block] | None:
    if not source.changes:
        return None
    made = changes_section(source.whole if source.place == FRONT else source.results, source.changes)
    if source.place == FRONT:
        return [*map(Text, _first(made["sentences"])), *_pages(source)]
    folds = [
        Fold(title=table["caption"], blocks=[Table(table, quiet=True)], open=place == 0)
        for place, table in enumerate(made["tables"])
    ]
    return [*map(Text, made["sentences"]), *folds]


def _first(said: list[str]) -> list[str]:
    """Return the first sentences; the tables stand on the pages of the outcomes."""
    more = [f"{len(said) - MOST} more conclusions turned."] if len(said) > MOST + 1 else said[MOST:]
    return said[:MOST] + more


def _pages(source: Source) -> list[Block]:
    blocks = source.whole["protocol"]["outcomes"]
    links = [(f"outcomes/{key}.html#{CHANGES.anchor}", blocks[key].get("label") or key) for key in source.moved]
    return [Links("What moved, number by number:", links)] if links else []


CHANGES = Section(anchor="changes", title="What changed", blocks=_blocks, places=SCREEN)
