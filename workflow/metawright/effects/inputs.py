"""What went into each effect, arm by arm: as reported, recovered, combined or divided."""

from collections.abc import Iterable, Sequence

from metawright.effects.pairs import Pair, parts_of
from metawright.effects.rows import InputRow, RecoveredRow
from metawright.extraction.documents import ArmRow


def input_rows(
    outcome: str,
    period: str,
    study: str,
    pairs: Sequence[Pair],
    words: Iterable[str],
    recovered: Iterable[RecoveredRow],
) -> list[InputRow]:
    """Return the lines of `inputs.csv` of one effect.

    Parameters
    ----------
    outcome, period, study : str
        Where the effect stands.
    pairs : sequence of Pair
        The comparisons that the effect is made of: one, or one per time point that was averaged.
    words : iterable of str
        What was done with the effect as a whole: `paired`, `averaged`, `sign turned`.
    recovered : iterable of mappings
        Rows of `recovered.csv`.
    """
    routes: dict[int, list[str]] = {}
    for line in recovered:
        routes.setdefault(line["row"], []).append(f"{line['column']} {line['route']}")
    lines: list[InputRow] = []
    for pair in pairs:
        roles = ("contrast",) if pair.is_contrast else ("experimental", "control")
        for role in roles:
            arm = pair.arms[role]
            parts = parts_of(arm)
            made = [*(["combined"] if len(parts) > 1 else []), *_share(arm), *words]
            found = [text for row in parts for text in routes.get(row["row"], [])]
            lines.append(
                {
                    "outcome": outcome,
                    "period": period,
                    "study": study,
                    "timepoint": pair.label,
                    "arm": role,
                    "n": arm["n"],
                    "mean": arm["mean"],
                    "sd": arm["sd"],
                    "events": arm["events"],
                    "estimate": arm["estimate"],
                    "se": arm["se"],
                    "ci_low": arm["ci_low"],
                    "ci_high": arm["ci_high"],
                    "ci_level": arm["ci_level"],
                    "row_ids": ";".join(str(row["row"]) for row in parts),
                    "made": ";".join(made),
                    "recovered": ";".join(dict.fromkeys(found)),
                }
            )
    return lines


def _share(arm: ArmRow) -> list[str]:
    return [f"share of {arm['shares']}"] if "shares" in arm else []
