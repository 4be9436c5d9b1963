"""A scenario: one data-generating mechanism, with an identity that does not change when others are added."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from metawright.measures.registry import simulated_keys, simulation_of
from metawright.simulation.sizes import arm_sizes

if TYPE_CHECKING:
    from metawright.measures.arrays import Floats
    from metawright.simulation.documents import Factors

DISTRIBUTIONS = ("normal", "t3", "skewed", "two_point")
SD_PATTERNS = ("equal", "lognormal")
VARIANCES = ("from_arms", "chi_square")
#: Spread of the logarithms of the SDs of the pattern `lognormal`.
SD_SPREAD = 0.3


@dataclass(frozen=True)
class Scenario:
    """How the data of one meta-analysis arise.

    Attributes
    ----------
    measure : str
        MD, SMD, OR or RR.
    k : int
        Trials.
    n : int
        Participants per arm of a usual trial; ignored where `arms` are given.
    size_pattern : str
        See `metawright.simulation.sizes`.
    sd : float
        SD of the outcome in both arms (MD; SMD is free of scale).
    sd_pattern : {"equal", "lognormal"}
        `lognormal`: each trial's SD is multiplied by exp(0.3 z), z normal, drawn anew in each replicate.
    theta : float
        True mean effect; logarithm for OR and RR.
    i2 : float or None
        True I2 in percent: ``tau2 = i2/(100 - i2) s2`` with the typical variance s2 of the trials' true variances.
    tau2 : float or None
        True between-study variance, instead of `i2`.
    distribution : str
        Of the effects: normal, t3 (over its SD), skewed (chi-square with 2 df, standardised), two_point (-1 or 1).
    known_variances : bool
        The sampling variances are known and the estimates normal (MD).
    variances : {"from_arms", "chi_square"}
        `chi_square`: known variances 0.25 chi2_1 within (0.009, 0.6), drawn anew in each replicate (Brockwell and
        Gordon 2001).
    smd : {"revman", "exact"}
        Variant of the SMD.
    control_risk : float
        Risk in the control arm (OR, RR).
    misreported_sd : float
        Probability that the SDs of a trial's report are in truth standard errors (MD, SMD).
    small_study_bias : float
        Standard errors by which each trial's effect is shifted.
    timepoint_correlation : float or None
        Each trial reports the larger of two estimates whose sampling errors have this correlation (MD, SMD).
    arms : tuple of (int, int)
        Sizes of the experimental and control arms of the trials of a review; empty: from `n` and `size_pattern`.
    known : tuple of float
        Known sampling variances of the trials of a review; empty: from the arms.
    """

    measure: str = simulated_keys()[0]
    k: int = 2
    n: int = 25
    size_pattern: str = "equal"
    sd: float = 1.0
    sd_pattern: str = "equal"
    theta: float = 0.0
    i2: float | None = None
    tau2: float | None = None
    distribution: str = "normal"
    known_variances: bool = False
    variances: str = "from_arms"
    smd: str = "revman"
    control_risk: float = 0.2
    misreported_sd: float = 0.0
    small_study_bias: float = 0.0
    timepoint_correlation: float | None = None
    arms: tuple[tuple[int, int], ...] = ()
    known: tuple[float, ...] = ()

    @property
    def canonical(self) -> str:
        """JSON of everything that is not as by default: a factor added later changes no older scenario."""
        usual = _USUAL
        differing = {name: value for name, value in asdict(self).items() if value != usual[name] or name == "k"}
        return json.dumps(differing, sort_keys=True, separators=(",", ":"))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of `canonical`, in hexadecimal; it keys the random streams."""
        return hashlib.sha256(self.canonical.encode()).hexdigest()

    @property
    def key(self) -> str:
        """The first 12 digits of `digest`, under which results are filed."""
        return self.digest[:12]

    @cached_property
    def sizes(self) -> tuple[np.ndarray, np.ndarray]:
        """Participants of the experimental and the control arms, each ``(k,)``."""
        if self.arms:
            experimental, control = (np.array(sizes, dtype=np.float64) for sizes in zip(*self.arms, strict=True))
            return experimental, control
        sizes = arm_sizes(self.size_pattern, self.k, self.n)
        return sizes, sizes

    @cached_property
    def true_variances(self) -> np.ndarray:
        """Sampling variances of the trials at the mean effect, ``(k,)``."""
        if self.known:
            return np.array(self.known)
        n1, n2 = self.sizes
        return simulation_of(self.measure).variance(n1, n2, self.theta, self.sd, self.control_risk)

    @property
    def typical_variance(self) -> float:
        """``(k - 1) sum w/((sum w)^2 - sum w^2)`` with ``w = 1/v`` (Higgins and Thompson 2002)."""
        w = 1.0 / self.true_variances
        if w.size == 1:
            return float(self.true_variances[0])
        return float((w.size - 1) * w.sum() / (w.sum() ** 2 - (w * w).sum()))

    @cached_property
    def between(self) -> float:
        """The true tau2."""
        if self.tau2 is not None:
            return self.tau2
        share = (self.i2 or 0.0) / 100.0
        return share / (1.0 - share) * self.typical_variance

    @property
    def true_i2(self) -> float:
        """The true I2 in percent; NaN where the variances are drawn anew and tau2 is not 0."""
        if self.i2 is not None or not self.between:
            return self.i2 or 0.0
        if self.variances == "chi_square":
            return float("nan")
        return 100.0 * self.between / (self.between + self.typical_variance)


def treated_risk(measure: str, control_risk: float, log_ratio: Floats) -> Floats:
    """Risk in the experimental arm; a risk ratio cannot lift it above 1."""
    risk = simulation_of(measure).treated_risk
    if risk is None:
        raise ValueError(f"{measure} does not relate two risks")
    return risk(control_risk, log_ratio)


_USUAL = {field.name: field.default for field in fields(Scenario)}


def scenario_of(block: Factors) -> Scenario:
    """Return the scenario of a document that holds the fields of one."""
    lists = {"arms": tuple(map(tuple, block.get("arms", ()))), "known": tuple(block.get("known", ()))}
    return Scenario(**{**block, **lists})


def differing(scenario: Scenario) -> Factors:
    """Return the fields that are not as by default, as a document for `scenario_of`."""
    return json.loads(scenario.canonical)
