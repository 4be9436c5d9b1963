"""Step A of imprecision: which thresholds the interval crosses."""

from math import log

from metawright.appraisal.rating.information import Information
from metawright.appraisal.rating.settings import Settings
from metawright.appraisal.rating.target import LITTLE, Scale
from metawright.files.known import known

#: Below no effect the interval of two trials by t takes one level where the Wald interval takes none.
ONE_BY_T = "Wald excludes, t with 1 df includes no effect, information size not met"
ONE_BY_T_MID = "Wald does not cross the threshold, t with 1 df does, information size not met"


def by_crossing(scale: Scale, found: Information, settings: Settings) -> tuple[int, list[str]]:
    """Return the levels that crossed thresholds take, and why.

    With one degree of freedom the Wald limits are judged; the t interval of two trials never takes more than one level
    on its own.
    """
    levels, why = _crossed(scale, scale.low, scale.high)
    if levels == 2 and scale.t and (scale.low, scale.high) == scale.t:
        return 1, [*why, "the t interval of two trials alone takes one level at most"]
    if levels == 2 and found.below(settings.extreme_below) and _extreme(scale, settings):
        return 3, [*why, "the interval is extremely wide and there is hardly any information"]
    if levels == 0 and scale.t and found.below(1.0) and _only_t(scale):
        return 1, [ONE_BY_T if scale.mid is None else ONE_BY_T_MID]
    return levels, why


def _crossed(scale: Scale, low: float, high: float) -> tuple[int, list[str]]:
    mid = scale.mid
    if mid is None:
        if not scale.holds_null or scale.target == LITTLE:
            return 0, []
        band = scale.appreciable
        if band is not None and low <= band[0] and high >= band[1]:
            return 2, ["the interval includes no effect and appreciable benefit and harm"]
        return 1, ["the interval includes no effect"]
    if abs(scale.estimate) >= mid:
        near, far = (low, high) if scale.estimate >= 0 else (-high, -low)
        if near >= mid:
            return 0, []
        if near <= -mid and far >= mid:
            return 2, ["the interval holds an important effect in both directions"]
        return 1, ["the interval reaches below an important effect"]
    crossed = (low < -mid) + (high > mid)
    words = ("", "the interval reaches an important effect", "the interval reaches important effects on both sides")
    return crossed, [words[crossed]] if crossed else []


def _only_t(scale: Scale) -> bool:
    low, high = known(scale.t)
    if scale.mid is None:
        return not scale.holds_null and low <= 0.0 <= high
    return _crossed(scale, low, high)[0] > 0


def _extreme(scale: Scale, settings: Settings) -> bool:
    if scale.ratio:
        limit = log(settings.extreme_ratio)
        return scale.low < -limit and scale.high > limit
    widest = scale.mid if scale.mid is not None else known(scale.appreciable)[1]
    return scale.low < -settings.extreme_times * widest and scale.high > settings.extreme_times * widest
