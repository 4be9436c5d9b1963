"""Small reviews from a header and lines: cleaned, marked and traced as the workflow does it."""

from metawright.effects.compute import Traced, trace_effects
from metawright.extraction.clean import clean_extraction
from metawright.extraction.designs import mark_contaminated
from metawright.reading.sheets import read_sheet


def cleaned(protocol, header: str, *lines: str):
    """What cleaning makes of the lines; they must be in order."""
    sheet = read_sheet("\n".join([header, *lines, ""]).encode(), "extraction.csv")
    result = clean_extraction(sheet, protocol)
    assert not result.problems, [problem.text for problem in result.problems]
    return result.arms


def traced(protocol, header: str, *lines: str, designs=None, outcome="score", **rules) -> Traced:
    """The effects of one outcome; every row must be accounted for."""
    arms = mark_contaminated(cleaned(protocol, header, *lines), designs or {})
    rows = [row for row in arms if row["outcome"] == outcome]
    block = {**protocol["outcomes"][outcome], **rules.pop("outcome_block", {})}
    merged = {name: protocol[name] for name in ("imputation", "multi_arm", "crossover", "contaminated")}
    result = trace_effects(rows, block, protocol["periods"], {**merged, **rules}, designs)
    seen = {int(number) for row in result.effects for number in row["row_ids"].split(";")}
    assert seen == {row["row"] for row in rows}
    assert all(row["used"] != bool(row["reason"]) for row in result.effects)
    return result


def used(result: Traced) -> list[dict]:
    """The effects that enter a pool."""
    return [row for row in result.effects if row["used"]]


def reasons(result: Traced) -> dict[int, str]:
    """Reason by row of what does not."""
    return {int(row["row_ids"]): row["reason"] for row in result.effects if not row["used"]}
