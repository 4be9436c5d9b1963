"""What went into each effect, arm by arm: as reported, recovered, combined or divided."""

from collections.abc import Iterable, Mapping, Sequence

from metawright.effects.pairs import Pair, parts_of

_NUMBERS = ("n", "mean", "sd", "events", "estimate", "se", "ci_low", "ci_high", "ci_level")


def input_rows(
    place: Mapping[str, str], pairs: Sequence[Pair], words: Iterable[str], recovered: Iterable[Mapping]
) -> list[dict]:
    """Return the lines of `inputs.csv` of one effect.

    Parameters
    ----------
    place : mapping
        `outcome`, `period` and `study` of the effect.
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
    lines = []
    for pair in pairs:
        roles = ("contrast",) if pair.is_contrast else ("experimental", "control")
        for role in roles:
            arm = pair.arms[role]
            parts = parts_of(arm)
            made = [*(["combined"] if len(parts) > 1 else []), *_share(arm), *words]
            found = [text for row in parts for text in routes.get(row["row"], [])]
            lines.append(
                {
                    **place,
                    "timepoint": pair.label,
                    "arm": role,
                    **{name: arm[name] for name in _NUMBERS},
                    "row_ids": ";".join(str(row["row"]) for row in parts),
                    "made": ";".join(made),
                    "recovered": ";".join(dict.fromkeys(found)),
                }
            )
    return lines


def _share(arm: Mapping) -> list[str]:
    return [f"share of {arm['shares']}"] if arm.get("shares") else []
