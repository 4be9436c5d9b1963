"""Every figure that the workflow draws: one record each, read by the rules, the reports and the tests.

A record names the module that draws its figure and does not import it: whoever asks which figures there are, or what
they are called, loads no drawing library. What only the drawing knows - how its picture, its words and its table are
made, and the columns of that table - stands in that module as `DRAWING` (see `metawright.figures.kit.publish`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Of(StrEnum):
    """What a figure is of; its files are named `<name>`, `<name>.<outcome>`, ... or, of a sweep, `<grid>.<name>`."""

    REVIEW = "review"
    OUTCOME = "outcome"
    CELL = "cell"
    SWEEP = "sweep"


@dataclass(frozen=True)
class Step:
    """A step of the workflow that draws figures.

    Attributes
    ----------
    name : str
        Its rule and its script.
    of : Of
        What each of its figures is of.
    data : str
        What its figures are drawn from: a class, or the file of results that is shown as it is.
    """

    name: str
    of: Of
    data: str


@dataclass(frozen=True)
class Known:
    """What is known of a review, an outcome or a cell once the review's files are read, before anything is computed.

    Attributes
    ----------
    trials : int
        With data, at most: of the cell, or of the cell that has most of them.
    periods : int
        Periods with data, at most.
    files : frozenset of str
        The optional files of the review.
    risks : bool
        Whether the outcome's measure compares two risks.
    moderators : bool
        Whether the protocol names moderators.
    missing : bool
        Whether the missing participants of the cell are known.
    """

    trials: int
    periods: int
    files: frozenset[str] = frozenset()
    risks: bool = False
    moderators: bool = False
    missing: bool = False


@dataclass(frozen=True)
class KnownGrid:
    """What is known of a grid of a sweep once its file is read.

    Attributes
    ----------
    null, effective : bool
        Whether it has scenarios without an effect, and with one.
    performance : frozenset of str
        Its performance measures.
    """

    null: bool
    effective: bool
    performance: frozenset[str]


@dataclass(frozen=True)
class Figure:
    """One figure.

    Attributes
    ----------
    name : str
        What the names of its files begin with.
    step : Step
        What draws it.
    module : str
        The module whose `DRAWING` it is.
    caption : str
        In the report, without what it is of and without a full stop.
    place : str
        Where it stands in the report: a section, or the analysis of a cell with whose tables it goes.
    least : int
        Trials that a cell must have for the figure to say something, of an outcome its largest cell.
    needs : callable, optional
        Whether there is something to draw, from what is `Known`.
    needs_of_grid : callable, optional
        The same of a figure of a sweep, from a `KnownGrid`.
    main : bool
        Whether it is drawn of a large review, too.
    by_cell : bool
        Whether it has a line for every cell: the front page of a large review links to it and does not show it.
    overview : str
        What Snakemake's own report calls it, with the caption in `workflow/report/<name>.rst`; empty where it is not
        among the figures that are shown there.
    """

    name: str
    step: Step
    module: str
    caption: str
    place: str
    least: int = 0
    needs: Callable[[Known], bool] | None = None
    needs_of_grid: Callable[[KnownGrid], bool] | None = None
    main: bool = False
    by_cell: bool = False
    overview: str = ""

    @property
    def of(self) -> Of:
        """What it is of."""
        return self.step.of

    def possible(self, known: Known) -> bool:
        """Return whether there may be something to draw."""
        return known.trials >= self.least and (self.needs is None or self.needs(known))

    def possible_of_grid(self, known: KnownGrid) -> bool:
        """Return whether there may be something to draw of a grid of a sweep."""
        return self.needs_of_grid is None or self.needs_of_grid(known)


class UnknownFigureError(ValueError):
    """The catalogue has no such figure."""

    def __init__(self, name: object) -> None:
        super().__init__(f"unknown figure {name!r}; known: {', '.join(one.name for one in FIGURES)}")


_CELL = "metawright.figures.cell.sensitivity_data.SensitivityData"

FOREST = Step("plot_forest", Of.OUTCOME, "metawright.figures.forest.records.ForestData")
LABBE = Step("plot_labbe", Of.OUTCOME, "metawright.figures.forest.records.ForestData")
PERIODS = Step("plot_periods", Of.OUTCOME, "metawright.figures.outcome.periods_data.PeriodsData")
SENSITIVITY = Step("plot_sensitivity", Of.CELL, _CELL)
REFITS = Step("plot_refits", Of.CELL, _CELL)
FUNNEL = Step("plot_funnel", Of.CELL, _CELL)
BUBBLE = Step("plot_bubble", Of.CELL, _CELL)
MISSING_DATA = Step("plot_missing_data", Of.CELL, _CELL)
RISK_OF_BIAS = Step("plot_risk_of_bias", Of.REVIEW, "appraisal/risk_of_bias.json")
WEIGHTS = Step("plot_risk_of_bias_weights", Of.REVIEW, "appraisal/certainty.json")
CLAIMS = Step("plot_claims", Of.REVIEW, "metawright.figures.kit.overview.Overview")
FLOW = Step("plot_prisma_flow", Of.REVIEW, "appraisal/screening.json")
VERDICTS = Step("plot_verdicts", Of.REVIEW, "metawright.figures.kit.overview.Overview")
PERFORMANCE = Step("plot_performance", Of.SWEEP, "metawright.figures.sweep.data.SweepData")

#: In the order in which the report of a whole review, of an outcome, of a cell and of a grid shows them.
FIGURES: tuple[Figure, ...] = (
    Figure(
        name="forest",
        step=FOREST,
        module="metawright.figures.forest.plot",
        caption="Forest plot",
        place="outcome",
        main=True,
        overview="Forest plot",
    ),
    Figure(
        name="risk_of_bias",
        step=RISK_OF_BIAS,
        module="metawright.figures.review.risk_of_bias",
        caption="Risk of bias by domain and by study",
        place="risk_of_bias",
        needs=lambda known: "risk_of_bias" in known.files,
        main=True,
        overview="Risk of bias",
    ),
    Figure(
        name="risk_of_bias_weights",
        step=WEIGHTS,
        module="metawright.figures.review.risk_of_bias_weights",
        caption="Risk of bias by domain, weighted by the trials’ weights in each pool",
        place="risk_of_bias_by_pool",
        needs=lambda known: "risk_of_bias" in known.files,
        main=True,
    ),
    Figure(
        name="claims",
        step=CLAIMS,
        module="metawright.figures.review.claims",
        caption="Published and recomputed results side by side, by outcome and period",
        place="claims",
        needs=lambda known: "claims" in known.files,
        main=True,
        by_cell=True,
    ),
    Figure(
        name="prisma_flow",
        step=FLOW,
        module="metawright.figures.review.prisma_flow",
        caption="Flow of records, PRISMA 2020",
        place="flow",
        needs=lambda known: "screening" in known.files,
        main=True,
        overview="Flow of records",
    ),
    Figure(
        name="verdicts",
        step=VERDICTS,
        module="metawright.figures.review.verdicts",
        caption="Every conclusion with the range of the estimates over all choices",
        place="verdicts",
        least=1,
        main=True,
        by_cell=True,
        overview="Verdicts",
    ),
    Figure(
        name="sensitivity",
        step=SENSITIVITY,
        module="metawright.figures.cell.sensitivity",
        caption="Models, trials left out, and all choices",
        place="survival",
        least=2,
        overview="Would it survive?",
    ),
    Figure(
        name="posterior",
        step=SENSITIVITY,
        module="metawright.figures.cell.posterior",
        caption="Prior and posterior",
        place="bayes",
        least=2,
    ),
    Figure(
        name="drapery",
        step=SENSITIVITY,
        module="metawright.figures.cell.drapery",
        caption="P values of every possible effect, for trials and models",
        place="method_ladder",
        least=2,
    ),
    Figure(
        name="influence",
        step=REFITS,
        module="metawright.figures.cell.influence",
        caption="Influence of single trials",
        place="influence",
        least=3,
    ),
    Figure(
        name="baujat",
        step=REFITS,
        module="metawright.figures.cell.baujat",
        caption="Contribution of each trial to heterogeneity and to the result",
        place="influence",
        least=3,
    ),
    Figure(
        name="cumulative",
        step=REFITS,
        module="metawright.figures.cell.cumulative",
        caption="The result as trials accumulate",
        place="cumulative",
        least=3,
    ),
    Figure(
        name="gosh",
        step=REFITS,
        module="metawright.figures.cell.gosh",
        caption="All subsets of the trials",
        place="gosh",
        least=3,
    ),
    Figure(
        name="radial",
        step=REFITS,
        module="metawright.figures.cell.radial",
        caption="Radial plot",
        place="influence",
        least=5,
    ),
    Figure(
        name="funnel",
        step=FUNNEL,
        module="metawright.figures.cell.funnel",
        caption="Funnel plot",
        place="small_study_effects",
        least=10,
    ),
    Figure(
        name="bubble",
        step=BUBBLE,
        module="metawright.figures.cell.bubble",
        caption="Meta-regression",
        place="moderators",
        least=3,
        needs=lambda known: known.moderators,
    ),
    Figure(
        name="missing_data",
        step=MISSING_DATA,
        module="metawright.figures.cell.missing_data",
        caption="What missing participants could change",
        place="missing_data",
        needs=lambda known: known.missing,
    ),
    Figure(
        name="periods",
        step=PERIODS,
        module="metawright.figures.outcome.periods",
        caption="Results over time and differences between periods",
        place="periods",
        needs=lambda known: known.periods > 1,
        main=True,
        overview="Over time",
    ),
    Figure(
        name="labbe",
        step=LABBE,
        module="metawright.figures.outcome.labbe",
        caption="Event rates of both arms (L’Abbé plot)",
        place="risks",
        least=3,
        needs=lambda known: known.risks,
    ),
    Figure(
        name="type1",
        step=PERFORMANCE,
        module="metawright.figures.sweep.type1",
        caption="Type I error",
        place="grid",
        needs_of_grid=lambda known: known.null and "type1" in known.performance,
    ),
    Figure(
        name="coverage",
        step=PERFORMANCE,
        module="metawright.figures.sweep.coverage",
        caption="Coverage",
        place="grid",
        needs_of_grid=lambda known: known.effective and "coverage" in known.performance,
    ),
    Figure(
        name="nested_loop",
        step=PERFORMANCE,
        module="metawright.figures.sweep.nested_loop",
        caption="Every scenario of the grid",
        place="grid",
        needs_of_grid=lambda known: ("type1" if known.null else "coverage") in known.performance,
    ),
    Figure(
        name="power",
        step=PERFORMANCE,
        module="metawright.figures.sweep.power",
        caption="Power against width",
        place="grid",
        needs_of_grid=lambda known: known.effective and {"coverage", "median_width", "power"} <= known.performance,
    ),
    Figure(
        name="trust",
        step=PERFORMANCE,
        module="metawright.figures.sweep.trust",
        caption="Which model to trust",
        place="grid",
        needs_of_grid=lambda known: {"coverage", "median_width"} <= known.performance,
    ),
    Figure(
        name="zip",
        step=PERFORMANCE,
        module="metawright.figures.sweep.zip",
        caption="Intervals of single meta-analyses",
        place="grid",
    ),
)


def figure_named(name: str) -> Figure:
    """Return a figure.

    Parameters
    ----------
    name : str
        Its name, or that of its files: `forest`, `forest.ALSFRS-R`, `radial.cured.short`.

    Raises
    ------
    UnknownFigureError
        If the catalogue has none of that name.
    """
    kind = name.split(".")[0]
    for one in FIGURES:
        if one.name == kind:
            return one
    raise UnknownFigureError(kind)


def figures_of(of: Of) -> tuple[Figure, ...]:
    """Return the figures of a review, an outcome, a cell or a sweep, in the order of the report."""
    return tuple(one for one in FIGURES if one.of is of)


def figures_at(place: str) -> tuple[Figure, ...]:
    """Return the figures at a place of the report, in its order; none where nothing is drawn there."""
    return tuple(one for one in FIGURES if one.place == place)


def drawn_by(step: str) -> tuple[Figure, ...]:
    """Return the figures that a step draws, by its name; none where it is no step that draws."""
    return tuple(one for one in FIGURES if one.step.name == step)
