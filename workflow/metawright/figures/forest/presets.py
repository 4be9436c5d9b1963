"""The journals whose forest plots people know: order of columns, words of heads and notes, colours of marks.

How numbers and P values print in each is said by `metawright.words.numbers.preset`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

BLACK = "#000000"
#: RevMan 5 draws each kind of data in a colour of its own; here in tones that keep 3:1 on white.
BY_KIND = {"continuous": "#1e8a3c", "binary": "#1f5fb4", "generic": "#b5361c"}


@dataclass(frozen=True)
class Preset:
    """How one journal draws a forest plot.

    Attributes
    ----------
    order : tuple of str
        What stands right of the trials' names: `arms` (the columns of numbers), `weight`, `effect` and `plot`; lights
        for risk of bias follow at the end.
    joined : bool
        `12/118` and `32.8 (6.5)` in one column instead of two.
    squares : mapping
        Colour of the squares by kind of data (`ForestData.layout`).
    whiskers, diamond : str
        Colours.
    study, subgroup, weight, total : str
        Heads of the columns; `total` counts participants.
    plot_head : bool
        Whether the plot is headed like the column of effects.
    how : str
        Second line of the head of the effects; `{}` stands for how trials are weighed.
    titled : bool
        Whether Names Of Measures are Written Like This.
    percent : bool
        Whether weights carry the sign.
    whole, part : str
        What the pool of a figure without and with sections is called.
    heterogeneity, overall : str
        How the lines below a pool begin.
    symbols : mapping
        What Tau², Chi² and Z are called there.
    favours : str
        The verb below the axis.
    """

    order: tuple[str, ...]
    joined: bool
    squares: Mapping[str, str]
    whiskers: str
    diamond: str
    study: str
    subgroup: str
    weight: str
    total: str
    plot_head: bool
    how: str
    titled: bool
    percent: bool
    whole: str
    part: str
    heterogeneity: str
    overall: str
    symbols: Mapping[str, str]
    favours: str = "Favours"


_REVMAN = {"tau2": "Tau²", "chi2": "Chi²", "z": "Z", "t": "t"}
_GREEK = {"tau2": "τ²", "chi2": "χ²", "z": "z", "t": "t"}


def _one(color: str) -> dict[str, str]:
    return dict.fromkeys(BY_KIND, color)


PRESETS: Mapping[str, Preset] = {
    "revman": Preset(
        order=("arms", "weight", "effect", "plot"),
        joined=False,
        squares=BY_KIND,
        whiskers=BLACK,
        diamond=BLACK,
        study="Study",
        subgroup="Study or Subgroup",
        weight="Weight",
        total="Total",
        plot_head=True,
        how="{}, 95% CI",
        titled=True,
        percent=True,
        whole="Total (95% CI)",
        part="Subtotal (95% CI)",
        heterogeneity="Heterogeneity",
        overall="Test for overall effect",
        symbols=_REVMAN,
    ),
    "bmj": Preset(
        order=("arms", "plot", "weight", "effect"),
        joined=True,
        squares=_one("#2a6ebb"),
        whiskers="#1d4e86",
        diamond="#1d4e86",
        study="Study",
        subgroup="Study or subgroup",
        weight="Weight (%)",
        total="No",
        plot_head=True,
        how="{} (95% CI)",
        titled=False,
        percent=False,
        whole="Total (95% CI)",
        part="Subtotal (95% CI)",
        heterogeneity="Test for heterogeneity",
        overall="Test for overall effect",
        symbols=_GREEK,
    ),
    "jama": Preset(
        order=("arms", "effect", "plot", "weight"),
        joined=True,
        squares=_one("#3a5a78"),
        whiskers="#22384d",
        diamond="#22384d",
        study="Source",
        subgroup="Source",
        weight="Weight, %",
        total="No.",
        plot_head=False,
        how="(95% CI)",
        titled=False,
        percent=False,
        whole="Overall",
        part="Subtotal",
        heterogeneity="Heterogeneity",
        overall="Test for overall effect",
        symbols=_GREEK,
        favours="Favors",
    ),
    "plain": Preset(
        order=("weight", "effect", "plot"),
        joined=False,
        squares=_one("#404040"),
        whiskers=BLACK,
        diamond=BLACK,
        study="Study",
        subgroup="Study",
        weight="Weight",
        total="Total",
        plot_head=False,
        how="(95% CI)",
        titled=False,
        percent=True,
        whole="All",
        part="Together",
        heterogeneity="Heterogeneity",
        overall="Test of the effect",
        symbols=_GREEK,
    ),
}
