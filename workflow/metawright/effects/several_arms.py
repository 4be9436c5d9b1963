"""Several arms of one role in one trial: combined into one, or compared one by one with a divided partner."""

from collections.abc import Sequence

from metawright.effects.combine import combine_arms
from metawright.effects.pairs import Pair, TimePoint
from metawright.extraction.documents import ArmRow
from metawright.files.known import all_known, known
from metawright.files.sums import total
from metawright.measures.kinds import BINARY
from metawright.measures.registry import measure_of

_ROLES = ("experimental", "control")


def comparisons(point: TimePoint, measure: str, multi_arm: str) -> tuple[list[Pair], str]:
    """Return the comparisons of one trial at one time point.

    Parameters
    ----------
    point : TimePoint
        The trial's rows.
    measure : str
        The effect measure: says what arms consist of.
    multi_arm : {"combine", "split_control", "refuse"}
        Several arms of one role: combined (see `metawright.effects.combine.combine_arms`; counts are added), or each
        compared with its share of the other role's arm (``n/m``, events/m, mean and SD unchanged). Where both roles
        have several, those of the control are combined before the split. `refuse` never comes here: such a review is
        stopped when its files are checked.

    Returns
    -------
    pairs : list of Pair
        One, or one per arm of a split, named `study (arm label)`.
    words : str
        Why the arms cannot be combined; empty if they can, or if nothing had to be.
    """
    several = [role for role in _ROLES if len(point.members.get(role, [])) > 1]
    words = next(filter(None, (_mixed(point.members[role]) for role in several)), "")
    if words:
        return [Pair(point.study, {role: {**rows[0], "parts": rows} for role, rows in point.members.items()})], words
    contrast = point.members.get("contrast", [])
    single = {role: point.members[role][0] for role in _ROLES if len(point.members.get(role, [])) == 1}
    if not several or multi_arm != "split_control" or len(single) + len(several) < 2:
        arms = {role: combined(point.members[role], measure) for role in several} | single
        return [Pair(point.study, arms | ({"contrast": contrast[0]} if contrast else {}))], ""
    split = "experimental" if "experimental" in several else "control"
    partner = "control" if split == "experimental" else "experimental"
    shared = single.get(partner) or combined(point.members[partner], measure)
    share = divided(shared, len(point.members[split]))
    return [
        Pair(f"{point.study} ({row['arm_label']})", {split: row, partner: share}, contrast if place == 0 else [])
        for place, row in enumerate(point.members[split])
    ], ""


def combined(rows: Sequence[ArmRow], measure: str) -> ArmRow:
    """Return several arms as one."""
    arm: ArmRow = {**rows[0], "parts": list(rows), "arm_label": " + ".join(row["arm_label"] for row in rows)}
    if measure_of(measure).kind is BINARY:
        return {
            **arm,
            "n": total(all_known(row["n"] for row in rows)),
            "events": total(all_known(row["events"] for row in rows)),
        }
    n, mean, sd = combine_arms(*(all_known(row[name] for row in rows) for name in ("n", "mean", "sd")))
    return {**arm, "n": int(n), "mean": float(mean), "sd": float(sd)}


def divided(arm: ArmRow, shares: int) -> ArmRow:
    """Return one of several equal shares of an arm, `shares` of them."""
    share: ArmRow = {**arm, "n": _part(known(arm["n"]), shares), "shares": shares}
    return share if arm["events"] is None else {**share, "events": _part(arm["events"], shares)}


def _part(count: float, shares: int) -> float:
    return count // shares if count % shares == 0 else count / shares


def _mixed(rows: Sequence[ArmRow]) -> str:
    kinds = {row["value_type"] for row in rows}
    if len(kinds) == 1:
        return ""
    words = " and ".join(sorted(kind or "unnamed" for kind in kinds))
    return f"arms of one role with different kinds of values ({words}) cannot be one"
