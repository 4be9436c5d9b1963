"""The records that a forest plot is drawn from: sections of trials, models and published results."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from metawright.pooling.documents import ModelResult

ROLES = ("experimental", "control")
#: How the reason of a row begins whose numbers are complete and give no effect.
NOT_ESTIMABLE = "not estimable"


@dataclass(frozen=True)
class Arm:
    """What the table prints of one arm; None where unknown or not of this kind.

    `recovered` has the route of each number that was not reported, by column; `made` what was done with the numbers of
    the rows (`combined`, `share of 2`, ...).
    """

    mean: float | None = None
    sd: float | None = None
    events: float | None = None
    n: float | None = None
    n_assumed: bool = False
    recovered: Mapping[str, str] = field(default_factory=dict)
    made: tuple[str, ...] = ()


@dataclass(frozen=True)
class Interval:
    """An effect with its limits, on the scale of the files (logarithms for ratios)."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True)
class Trial:
    """One trial in one section.

    `n` are its participants, each counted once: in a cross-over they are those of both arms, and a contrast row states
    them without the arms. `kind` is `trial` (in the pool), `unused` (has a row, not in the pool; `note` says why) or
    `awaiting`. `routes` are those of its recovered numbers, `left_out` the keys of the headline models that pool
    without it, because its control arm has had the treatment; `judgements` are its risks of bias, in the order of
    `ForestData.domains`.
    """

    study: str
    label: str
    kind: str
    arms: dict[str, Arm] = field(default_factory=dict)
    n: float | None = None
    effect: Interval | None = None
    se: float | None = None
    weight: float | None = None
    imputed: bool = False
    note: str = ""
    routes: tuple[str, ...] = ()
    se_recovered: bool = False
    left_out: tuple[str, ...] = ()
    judgements: tuple[str | None, ...] = ()

    @property
    def undivided(self) -> bool:
        """Whether it states its participants, not those of its arms."""
        return self.kind == "trial" and self.n is not None and all(arm.n is None for arm in self.arms.values())

    @property
    def not_estimable(self) -> bool:
        """Whether its arms are complete and give no effect, as where nobody has an event."""
        return self.kind == "unused" and NOT_ESTIMABLE in self.note.lower()


@dataclass(frozen=True)
class Claim:
    """A published result of the section, its numbers as strings so that they print as they were printed."""

    claim: str
    k: str
    estimate: str
    low: str
    high: str
    p: str
    effect: Interval | None


@dataclass(frozen=True)
class Section:
    """One period: its trials, the headline of each track, what was published.

    `model` and `recommended` are rows of the pooling file (None where the track has none or nothing was pooled).
    """

    period: str
    label: str
    status: str
    trials: tuple[Trial, ...]
    claims: tuple[Claim, ...]
    model: ModelResult | None = None
    recommended: ModelResult | None = None
    n: float | None = None  # of the trials that `model` pools and of those that are not estimable, each person once
    n_experimental: float | None = None  # of the arms of the same trials
    n_control: float | None = None

    @property
    def pooled(self) -> tuple[Trial, ...]:
        """The trials in the pool, in its order."""
        return tuple(trial for trial in self.trials if trial.kind == "trial")

    @property
    def not_estimable(self) -> tuple[Trial, ...]:
        """The trials whose people count in the totals though they have no effect."""
        return tuple(trial for trial in self.trials if trial.not_estimable)

    @property
    def awaiting(self) -> tuple[Trial, ...]:
        """The trials whose numbers are not available."""
        return tuple(trial for trial in self.trials if trial.kind == "awaiting")


@dataclass(frozen=True)
class ForestData:
    """One outcome over all its periods.

    `model` and `recommended` are the keys of the two headline models; `layout` is `continuous` (mean, SD, total),
    `binary` (events, total) or `generic` (estimate, SE); `sectioned` is false for a review without periods; `mid` is
    the minimal important difference, where the protocol has one; `preset` the journal whose forest plots it follows;
    `domains` the names of the domains of risk of bias, empty where it was not assessed.
    """

    outcome: str
    label: str
    measure: str
    direction: str
    unit: str
    arms: dict[str, str]
    model: str | None
    recommended: str | None
    layout: str
    sectioned: bool
    sections: tuple[Section, ...]
    mid: float | None = None
    preset: str = "revman"
    domains: tuple[str, ...] = ()
