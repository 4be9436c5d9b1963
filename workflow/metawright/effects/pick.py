"""Which time point of a trial enters a period."""

from collections.abc import Mapping, Sequence

from metawright.effects.pairs import Pair


def pick(pairs: Sequence[Pair], period: Mapping) -> Pair:
    """Return the one time point that a trial gives to *period*, by the period's declared policy.

    `latest`, `earliest`, `closest_to_target` (needs `target`, in months) and `longest_complete_n` (most
    participants). Ties go to the later time point; labels that name no month count as earliest, in file order.

    Parameters
    ----------
    pairs : sequence of Pair
        The estimable time points of one trial in the period; at least one.
    period : Mapping
        The period's block of the completed protocol.
    """
    policy = period["pick"]

    def later(pair: Pair) -> tuple[float, int]:
        return (-1.0 if pair.month is None else pair.month, pair.rows[0]["row"])

    if policy == "earliest":
        return min(pairs, key=later)
    if policy == "closest_to_target":
        return max(pairs, key=lambda pair: (-abs(later(pair)[0] - period["target"]), *later(pair)))
    if policy == "longest_complete_n":
        return max(pairs, key=lambda pair: ((pair.n("experimental") or 0) + (pair.n("control") or 0), *later(pair)))
    return max(pairs, key=later)
