"""Route S6: the standard deviation of the change from baseline, with a declared correlation."""

import numpy as np

from metawright.measures.arrays import Number


def sd_of_change(sd_baseline: Number, sd_final: Number, rho: Number):
    """Return ``sqrt(sb^2 + sf^2 - 2 rho sb sf)``.

    Parameters
    ----------
    sd_baseline, sd_final : array_like
        Standard deviations at baseline and at the time point.
    rho : array_like
        Correlation of the two within the arm; declared, never guessed from this trial.

    References
    ----------
    Cochrane Handbook for Systematic Reviews of Interventions, version 5.1, 16.1.3.2.
    """
    before, after = np.asarray(sd_baseline, dtype=np.float64), np.asarray(sd_final, dtype=np.float64)
    # as a sum of squares it stays exact, and above 0, for rho near 1
    return np.sqrt((before - after) ** 2 + 2.0 * (1.0 - np.asarray(rho, dtype=np.float64)) * before * after)


def correlation_of_change(sd_baseline: Number, sd_final: Number, sd_change: Number):
    """Return ``(sb^2 + sf^2 - sc^2)/(2 sb sf)``: the correlation that three reported SDs imply.

    Outside [-1, 1] the three do not belong together.
    """
    before, after = np.asarray(sd_baseline, dtype=np.float64), np.asarray(sd_final, dtype=np.float64)
    return (before**2 + after**2 - np.asarray(sd_change, dtype=np.float64) ** 2) / (2.0 * before * after)
