"""Outcomes that share a job: starting a job takes longer than pooling an outcome."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

#: A review is cut into at most so many batches. Up to so many outcomes each one is a batch of its own.
MOST = 16


@dataclass(frozen=True)
class Batch:
    """Outcomes of one review that go through each step together, in all periods or in some.

    Attributes
    ----------
    review : str
        The review's name.
    name : str
        The outcome's key where it is alone, the batch's number from 1 otherwise.
    cells : tuple of (str, str)
        Its (outcome, period), in the protocol's order.
    """

    review: str
    name: str
    cells: tuple[tuple[str, str], ...]

    @property
    def outcomes(self) -> list[str]:
        """Keys of its outcomes, in order."""
        return list(dict.fromkeys(outcome for outcome, _ in self.cells))

    def only(self, cells: Iterable[tuple[str, str]]) -> "Batch":
        """Return the batch with some of its cells."""
        wanted = set(cells)
        return replace(self, cells=tuple(cell for cell in self.cells if cell in wanted))

    def rule(self, step: str) -> str:
        """Return the name of the rule that takes the batch through *step*."""
        return f"{step}.{self.review}.{self.name}"

    @property
    def group(self) -> str:
        """Name under which a cluster runs all steps of the batch as one job."""
        return f"{self.review}.{self.name}"

    def log(self, step: str) -> str:
        """Return the path of the log of that rule's job."""
        return f"logs/{self.review}/{step}.{self.name}.log"

    def of_outcomes(self, pattern: str) -> list[str]:
        """Return the path of a result of every outcome; *pattern* has `{outcome}`."""
        return [f"results/{self.review}/{pattern.format(outcome=outcome)}" for outcome in self.outcomes]

    def of_cells(self, pattern: str) -> list[str]:
        """Return the path of a result of every cell; *pattern* has `{outcome}` and `{period}`."""
        return [
            f"results/{self.review}/{pattern.format(outcome=outcome, period=period)}" for outcome, period in self.cells
        ]


def batches(review: str, outcomes: Sequence[str], periods: Sequence[str], most: int = MOST) -> list[Batch]:
    """Cut the outcomes of a review into at most *most* batches of neighbours.

    How they are cut depends on how many outcomes the protocol has and on nothing in the data, so that an edited cell
    or an added trial leaves every batch what it was.
    """
    size = -(-len(outcomes) // most)
    parts = [outcomes[start : start + size] for start in range(0, len(outcomes), size)]
    width = len(str(len(parts)))
    return [
        Batch(
            review,
            part[0] if size == 1 else f"{number:0{width}d}",
            tuple((outcome, period) for outcome in part for period in periods),
        )
        for number, part in enumerate(parts, 1)
    ]
