"""What an effect measure is: one record holds every fact about it, and every other place reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from numpy.typing import ArrayLike

from metawright.measures.arrays import Floats
from metawright.measures.estimable import Effect
from metawright.measures.estimates import ESTIMATES, Contrast
from metawright.measures.kinds import Kind
from metawright.measures.risks import RiskRelation
from metawright.measures.scales import Scale
from metawright.measures.two_by_two import ZeroRule
from metawright.measures.weighing import INVERSE_VARIANCE, Weighing


@dataclass(frozen=True)
class Stated:
    """Sentences of Methods of which a choice of the protocol picks one.

    Attributes
    ----------
    sentences : mapping
        By the value of the choice, the first being its default.
    option : str
        The choice; empty where there is none and the one sentence always holds.
    """

    sentences: Mapping[object, str] = field(default_factory=lambda: {"": ""})
    option: str = ""

    def of(self, choices: Mapping[str, object]) -> str:
        """Return the sentence for the choices of an outcome."""
        return self.sentences[choices.get(self.option, next(iter(self.sentences)))]


@dataclass(frozen=True, kw_only=True)
class Simulation:
    """How a sweep draws trials of a measure.

    Attributes
    ----------
    drawn : {"means", "events"}
        Normal outcomes with their SDs, or binomial events.
    cost : float
        Microseconds per trial and replicate.
    variance : callable
        ``variance(n1, n2, theta, sd, control_risk)``: sampling variances at the mean effect.
    treated_risk : callable, optional
        ``treated_risk(control_risk, theta)``, of events.
    """

    drawn: Literal["means", "events"]
    cost: float
    variance: Callable[[Floats, Floats, float, float, float], Floats]
    treated_risk: Callable[[float, Floats], Floats] | None = None


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One effect measure.

    Attributes
    ----------
    key : str
        The protocol's word.
    kind : Kind
        The data that it is computed from.
    scale : Scale
        That of the numbers in the files, with transform, back-transform and null value.
    unit : {"outcome", "sd", "risk", "ratio", "correlation", "declared"}
        What an effect is counted in: the outcome's own unit (so that all trials share one scale), standard deviations,
        parts of one, nothing (ratios, correlations), or what the review says.
    plain : str
        Key of the measure that has the same effects of single trials and is pooled by inverse variance; empty: itself.
    weighing : Weighing
        Its fixed-effect pool.
    effect : callable, optional
        ``effect(*cells, **choices)`` of two arms; None where effects are given as contrasts alone.
    options : tuple of str
        The choices that `effect` takes.
    paired : callable, optional
        ``paired(n, m1, s1, m2, s2, rho)`` of a trial whose arms are the same participants.
    contrast : Contrast
        What a contrast row holds, and its effect.
    zero_rule : ZeroRule, optional
        For empty cells of its tables.
    risks : RiskRelation, optional
        How it relates two risks.
    information : {"people", "events"}
        What its information size counts.
    small_study : tuple of str
        Tests for small-study effects that fit it, the one to read first: "egger", "egger_sized", "harbord", "peters".
        Egger's and Begg's tests are shown for all, and decide about none that does not name them.
    simulation : Simulation, optional
        How sweeps draw it.
    simulated_as : str
        Key of the measure that is drawn in place of it where a review's own trials are simulated; empty: the observed
        variances are taken as known.
    name, short : str
        In a sentence ("mean difference") and in the head of a column ("MD").
    title : str
        In the head of a forest plot, with capitals, in Review Manager's words.
    noun : str
        What was pooled, as the subject of a sentence; empty: "the" and the name.
    introduced : str
        The sentence of Methods that says what was measured, with `{name}` and `{of}`.
    null_meaning : str
        What its null value means.
    work : str
        Key of the reference for the measure; empty where none is needed.
    variance_stated : Stated
        How Methods say its sampling variance was computed, and what becomes of empty cells.
    comparable : str
        The scale on which its effects are compared; measures with the same word stand on one scale. Empty: the key.
    companions : tuple of str
        Measures that the multiverse tries beside it where the protocol names none.
    reversible : bool
        Its sign alone says which way a scale points.
    usual : bool
        The first draft for imported data of its kind that name no measure.
    revman_type, revman_effect : str
        `Data type` and `Effect measure` of a RevMan data package.
    revman : str
        Review Manager's key where it computes the measure from arms; empty where it does not.
    revman_aliases : tuple of str
        Its older words for that key.
    metafor : str
        The measure's word in metafor's `escalc`; `GEN` where effects are given.
    metafor_aliases : tuple of str
        Other words of metafor that are read as this measure.
    r : str
        An expression of R that computes `yi` and `vi` of the rows `d` under the settings `s`; empty where effects are
        given. `t` holds the cells after the zero rule.
    """

    key: str
    kind: Kind
    scale: Scale
    unit: Literal["outcome", "sd", "risk", "ratio", "correlation", "declared"]
    plain: str = ""
    weighing: Weighing = INVERSE_VARIANCE
    effect: Callable[..., Effect] | None = None
    options: tuple[str, ...] = ()
    paired: Callable[..., Effect] | None = None
    contrast: Contrast = ESTIMATES
    zero_rule: ZeroRule | None = None
    risks: RiskRelation | None = None
    information: Literal["people", "events"] = "people"
    small_study: tuple[str, ...] = ()
    simulation: Simulation | None = None
    simulated_as: str = ""
    name: str
    short: str
    title: str
    noun: str = ""
    introduced: str = "The effect measure is the {name} for {of}."
    null_meaning: str
    work: str = ""
    variance_stated: Stated = Stated()
    comparable: str = ""
    companions: tuple[str, ...] = ()
    reversible: bool = False
    usual: bool = False
    revman_type: str = "Contrast level"
    revman_effect: str
    revman: str = ""
    revman_aliases: tuple[str, ...] = ()
    metafor: str = "GEN"
    metafor_aliases: tuple[str, ...] = ()
    r: str = ""

    def __post_init__(self) -> None:  # noqa: D105
        object.__setattr__(self, "plain", self.plain or self.key)
        object.__setattr__(self, "noun", self.noun or f"the {self.name}")
        object.__setattr__(self, "comparable", self.comparable or self.key)

    @property
    def is_ratio(self) -> bool:
        """Whether its numbers stand on the natural-log scale in every file."""
        return self.scale.ratio

    def effect_of(self, *cells: ArrayLike | None, **choices: object) -> Effect:
        """Return the effect of two arms under those of the *choices* that the measure takes.

        Raises
        ------
        ValueError
            For a measure whose effects are given, or for a word that a choice does not know.
        """
        if self.effect is None:
            raise ValueError(f"{self.key} is not computed from two arms")
        return self.effect(*cells, **{name: choices[name] for name in self.options if name in choices})
