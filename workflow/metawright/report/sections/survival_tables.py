"""The tables and figures of every pool's examination, which an article has in its appendix."""

from metawright.report.sections.outcomes import outcomes
from metawright.report.sections.section import LATEX, WORD, Block, Figure, Section, Source, Special, Text, tables
from metawright.report.sections.survival import TITLE
from metawright.report.tables.verdicts import multiplicity_table


def _blocks(source: Source) -> list[Block] | None:
    parts = [block for _, _, blocks, _ in source.once(outcomes) for block in blocks if isinstance(block, Special)]
    found = [block.data for block in parts if block.kind == "survival"]
    if not found:
        return None
    blocks = tables(multiplicity_table(source.results))
    for section in found:
        for group in (group for cell in section["cells"] for group in cell["groups"]):
            blocks += [Figure(drawing["name"], drawing["caption"]) for drawing in group["figures"]]
            blocks += tables(*group["tables"])
        blocks += tables(*section["periods"]["tables"])
    return blocks


def _elsewhere(source: Source) -> list[Block]:
    where = (
        "Analyses of sensitivity in full, the findings of the audit one by one, and where every row went stand in "
        "report.html and in report.tex."
    )
    return [Text(where)]


SURVIVAL_TABLES = Section(
    anchor="appendix-survival",
    title=f"{TITLE} Tables by pool",
    blocks=_blocks,
    places=frozenset({LATEX}),
)
ELSEWHERE = Section(
    anchor="elsewhere",
    title="What stands elsewhere",
    blocks=_elsewhere,
    places=frozenset({WORD}),
    quiet=frozenset({WORD}),
)
