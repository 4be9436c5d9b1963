"""How many people an effect rests on, each counted once."""

from collections.abc import Iterable, Sequence

from metawright.effects.pairs import Pair, time_of
from metawright.extraction.documents import ArmRow, Design
from metawright.files.known import known
from metawright.reading.protocol import Crossover
from metawright.reading.vocabulary import NOT_REPORTED, fold

Size = int | float | None
_ROLES = ("experimental", "control")


def same_people(design: Design, crossover: Crossover) -> bool:
    """Return whether both arms of a trial are the same participants.

    Parameters
    ----------
    design : mapping
        See `metawright.extraction.designs`.
    crossover : mapping
        The protocol's block of that name: of a cross-over whose first period alone is used, the arms are not.
    """
    return bool(design.get("crossover")) and crossover["use"] != "first_period"


def participants(pairs: Sequence[Pair], same: bool) -> tuple[Size, Size, Size]:
    """Return the participants of an effect, in total and by arm.

    Parameters
    ----------
    pairs : sequence of Pair
        The comparisons that the effect is made of: one, or one per time point that was averaged.
    same : bool
        Whether the arms are the same people, as in a cross-over trial.

    Returns
    -------
    total, experimental, control : number or None
        None where not known. Of several time points the largest counts: the same people, not more of them. A contrast
        row states a total alone. The arms of a cross-over both have all of its people, who count once in the total.
    """
    of_arms = [pair for pair in pairs if not pair.is_contrast]
    found = [pair.arms["contrast"]["n"] for pair in pairs if pair.is_contrast]
    experimental, control = (
        max((n for pair in of_arms if (n := pair.n(role)) is not None), default=None) for role in _ROLES
    )
    if same:
        found += [_once(pair) for pair in of_arms]
    elif experimental is not None and control is not None:
        found.append(experimental + control)
    return max((n for n in found if n is not None), default=None), experimental, control


def _once(pair: Pair) -> Size:
    """The people of a cross-over: those of its largest arm; a share of them where its comparisons share an arm."""
    arms = [pair.arms[role] for role in _ROLES]
    people = [
        known(n) for arm in arms for n in ([row["n"] for row in arm["parts"]] if "parts" in arm else [_whole(arm)])
    ]
    n = max(people) / max(arm.get("shares", 1) for arm in arms)
    return int(n) if n.is_integer() else n


def _whole(arm: ArmRow) -> float:
    """The people of an arm, of which the row may hold a share."""
    return known(arm["n"]) * arm.get("shares", 1)


class Beside:
    """The sizes of arms that give no effect of their own and stand at the time point of a contrast row."""

    def __init__(self, rows: Iterable[ArmRow]) -> None:
        self.sizes: dict[tuple[str, float | str], dict[str, list[Size]]] = {}
        for row in rows:
            counts = row["used"] or row["reason"].startswith(NOT_REPORTED)
            if row["arm"] in _ROLES and counts:
                place = self.sizes.setdefault((fold(row["study"]), time_of(row)), {})
                place.setdefault(row["arm"], []).append(row["n"])

    def of(self, contrast: ArmRow, same: bool) -> tuple[Size, Size, Size]:
        """Return total and arms of a contrast: its own n, and one row per arm where they add up to it or it has none.

        Parameters
        ----------
        contrast : mapping
            A row of `arms.csv`.
        same : bool
            Whether the arms are the same people.
        """
        found = self.sizes.get((fold(contrast["study"]), time_of(contrast)), {})
        experimental, control = (_only(found.get(role, [])) for role in _ROLES)
        if experimental is None or control is None:
            return contrast["n"], None, None
        total = max(experimental, control) if same else experimental + control
        return (total, experimental, control) if contrast["n"] in (None, total) else (contrast["n"], None, None)


def _only(sizes: Sequence[Size]) -> Size:
    """The one size of several; None where there is none, or more than one."""
    return sizes[0] if len(sizes) == 1 else None
