"""Priors for the between-trial standard deviation tau.

==============  =========================================  ======================================================
family          density                                    typical use
==============  =========================================  ======================================================
half_normal     normal(0, scale), folded at 0              weakly informative: 0.5 or 1 on the SMD or log scale
half_cauchy     Cauchy(0, scale), folded at 0              weakly informative with a heavy tail
log_student_t   ``ln tau^2 = loc + scale t_df``, df = 5    empirical priors for the SMD (Rhodes 2015)
log_normal      ``ln tau^2 ~ N(loc, scale^2)``             empirical priors for log odds ratios (Turner 2015)
flat            constant                                   improper; three trials or more
==============  =========================================  ======================================================

A prior made for standardised differences serves mean differences after `times(sd)`: tau is then measured in units of
that standard deviation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from metawright.measures.arrays import Floats, Number


def _positive(name: str, value: float) -> float:
    if not (value > 0 and np.isfinite(value)):
        raise ValueError(f"{name} has to be positive and finite, got {value}")
    return value


@dataclass(frozen=True)
class HalfNormal:
    """``p(tau) = 2 phi(tau/scale)/scale``."""

    scale: float
    family = "half_normal"

    def __post_init__(self):
        """Refuse a scale that is not positive."""
        _positive("scale", self.scale)

    def log_density(self, tau: ArrayLike):
        """Log density at tau."""
        return 0.5 * np.log(2.0 / np.pi) - np.log(self.scale) - 0.5 * (np.asarray(tau) / self.scale) ** 2

    def mass_below(self, tau: float) -> float:
        """Prior probability of less than tau."""
        return float(special.erf(float(tau / (self.scale * np.sqrt(2.0)))))

    def converges(self, power: float) -> bool:
        """Whether ``tau^power p(tau)`` has a finite integral at infinity."""
        return True

    def times(self, sd: float) -> HalfNormal:
        """The same prior for effects in units that are 1/sd as large."""
        return HalfNormal(self.scale * _positive("sd", sd))

    @property
    def words(self) -> str:
        """The prior as a text prints it."""
        return f"half-normal({self.scale:g})"


@dataclass(frozen=True)
class HalfCauchy:
    """``p(tau) = 2/(pi scale (1 + (tau/scale)^2))``."""

    scale: float
    family = "half_cauchy"

    def __post_init__(self):
        """Refuse a scale that is not positive."""
        _positive("scale", self.scale)

    def log_density(self, tau: ArrayLike):
        """Log density at tau."""
        # twice the log of the hypotenuse: no overflow where tau^2 has one
        return np.log(2.0 / (np.pi * self.scale)) - 2.0 * np.log(np.hypot(1.0, np.asarray(tau) / self.scale))

    def mass_below(self, tau: float) -> float:
        """Prior probability of less than tau."""
        return float(2.0 / np.pi * np.arctan(tau / self.scale))

    def converges(self, power: float) -> bool:
        """Whether ``tau^power p(tau)`` has a finite integral at infinity."""
        return power < 1.0

    def times(self, sd: float) -> HalfCauchy:
        """The same prior for effects in units that are 1/sd as large."""
        return HalfCauchy(self.scale * _positive("sd", sd))

    @property
    def words(self) -> str:
        """The prior as a text prints it."""
        return f"half-Cauchy({self.scale:g})"


@dataclass(frozen=True)
class LogStudentT:
    """``ln tau^2 = loc + scale t``, t with df degrees of freedom."""

    loc: float
    scale: float
    df: float = 5.0
    family = "log_student_t"

    def __post_init__(self):
        """Refuse a scale or degrees of freedom that are not positive."""
        _positive("scale", self.scale)
        _positive("df", self.df)

    def _standard(self, tau: Number):
        with np.errstate(divide="ignore"):
            return (2.0 * np.log(tau) - self.loc) / self.scale

    def log_density(self, tau: Floats):
        """Log density at tau > 0; it grows without bound towards 0."""
        df, t = self.df, self._standard(tau)
        constant = special.gammaln((df + 1.0) / 2.0) - special.gammaln(df / 2.0) - 0.5 * np.log(df * np.pi)
        kernel = -(df + 1.0) / 2.0 * np.log1p(t * t / df)
        return constant + kernel + np.log(2.0 / self.scale) - np.log(tau)

    def mass_below(self, tau: float) -> float:
        """Prior probability of less than tau."""
        return float(special.stdtr(self.df, self._standard(tau)))

    def converges(self, power: float) -> bool:
        """Whether ``tau^power p(tau)`` has a finite integral at infinity."""
        return power <= 0.0

    def times(self, sd: float) -> LogStudentT:
        """The same prior for effects in units that are 1/sd as large: ``2 ln sd`` is added to loc."""
        return LogStudentT(self.loc + 2.0 * float(np.log(_positive("sd", sd))), self.scale, self.df)

    @property
    def words(self) -> str:
        """The prior as a text prints it."""
        return f"log-Student-t{self.df:g}({self.loc:.4g}, {self.scale:g}) on τ²"


@dataclass(frozen=True)
class LogNormal:
    """``ln tau^2 ~ N(loc, scale^2)``."""

    loc: float
    scale: float
    family = "log_normal"

    def __post_init__(self):
        """Refuse a scale that is not positive."""
        _positive("scale", self.scale)

    def _standard(self, tau: Number):
        with np.errstate(divide="ignore"):
            return (2.0 * np.log(tau) - self.loc) / self.scale

    def log_density(self, tau: Floats):
        """Log density at tau > 0."""
        t = self._standard(tau)
        return -0.5 * t * t - 0.5 * np.log(2.0 * np.pi) + np.log(2.0 / self.scale) - np.log(tau)

    def mass_below(self, tau: float) -> float:
        """Prior probability of less than tau."""
        return float(special.ndtr(self._standard(tau)))

    def converges(self, power: float) -> bool:
        """Whether ``tau^power p(tau)`` has a finite integral at infinity."""
        return True

    def times(self, sd: float) -> LogNormal:
        """The same prior for effects in units that are 1/sd as large: ``2 ln sd`` is added to loc."""
        return LogNormal(self.loc + 2.0 * float(np.log(_positive("sd", sd))), self.scale)

    @property
    def words(self) -> str:
        """The prior as a text prints it."""
        return f"log-normal({self.loc:.4g}, {self.scale:g}) on τ²"


@dataclass(frozen=True)
class Flat:
    """``p(tau) = 1``: improper, so that the trials alone have to bound tau."""

    family = "flat"

    def log_density(self, tau: Floats):
        """Log density at tau, up to a constant that does not exist."""
        return np.zeros(np.shape(tau))

    def mass_below(self, tau: float) -> float:
        """Measure of the values below tau."""
        return float(tau)

    def converges(self, power: float) -> bool:
        """Whether ``tau^power p(tau)`` has a finite integral at infinity."""
        return power < -1.0

    def times(self, sd: float) -> Flat:
        """The same prior: it has no unit."""
        _positive("sd", sd)
        return self

    @property
    def words(self) -> str:
        """The prior as a text prints it."""
        return "flat"


TauPrior = HalfNormal | HalfCauchy | LogStudentT | LogNormal | Flat

#: Families by the word of the protocol.
FAMILIES = {prior.family: prior for prior in (HalfNormal, HalfCauchy, LogStudentT, LogNormal, Flat)}

#: Empirical priors for tau of standardised mean differences (Rhodes 2015, values as in bayesmeta).
RHODES = {
    "marginal": LogStudentT(-3.44, 2.59),
    "general_health_and_functioning": LogStudentT(-3.02, 2.27),
}


@dataclass(frozen=True)
class MeanPrior:
    """Normal prior of the mean effect: ``mu ~ N(mean, sd^2)``; an infinite sd is the flat prior."""

    mean: float = 0.0
    sd: float = np.inf

    def __post_init__(self):
        """Refuse a standard deviation that is not positive."""
        if not self.sd > 0:
            raise ValueError(f"the prior's standard deviation has to be positive, got {self.sd}")

    @property
    def flat(self) -> bool:
        """Whether the prior is the improper flat one."""
        return bool(np.isinf(self.sd))

    @property
    def words(self) -> str:
        """The prior as a text prints it."""
        return "flat" if self.flat else f"normal({self.mean:g}, {self.sd:g})"


def tau_prior(family: str, **parameters: float) -> TauPrior:
    """Return a prior by the word of its family.

    Parameters
    ----------
    family : str
        A key of `FAMILIES`.
    **parameters : float
        `scale`; `loc` and `scale` (and `df`) for the families on ln tau².

    Raises
    ------
    ValueError
        Unknown family, or parameters that it does not have, lacks or refuses.
    """
    if family not in FAMILIES:
        raise ValueError(f"unknown prior {family!r}; known: {', '.join(FAMILIES)}")
    try:
        return FAMILIES[family](**parameters)
    except TypeError:
        named = ", ".join(parameters) or "no parameters"
        raise ValueError(f"the prior {family} does not take {named}") from None
