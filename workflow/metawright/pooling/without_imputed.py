"""Pool again without the trials whose numbers were recovered: does the result rest on them?"""

from collections.abc import Iterable, Mapping, Sequence

from metawright.files.known import known
from metawright.files.tables import TextRow
from metawright.pooling.cell import Cell
from metawright.pooling.documents import CellTrial, ModelResult, Pool, ResultAgain, WithoutImputed
from metawright.pooling.pool import pool
from metawright.pooling.position import OUTSIDE, position
from metawright.reading.protocol import Contaminated, DeclaredModel

#: Routes whose value is estimated, bounded or borrowed; the ones before S5 only compute what the report implies.
ESTIMATED = ("S5", "S6", "S7", "S8")


def routes_of(trials: Iterable[CellTrial], recovered: Iterable[TextRow]) -> dict[str, list[str]]:
    """Return, by trial, the routes by which its numbers were recovered; only trials that have such numbers.

    Parameters
    ----------
    trials : iterable of mappings
        Trials of a cell, with `study` and `row_ids`.
    recovered : iterable of mappings
        Rows of the outcome's `recovered.csv`, as text.
    """
    by_row: dict[str, set[str]] = {}
    for line in recovered:
        by_row.setdefault(line["row"], set()).add(line["route"])
    found: dict[str, list[str]] = {}
    for trial in trials:
        routes = {route for row in trial["row_ids"].split(";") for route in by_row.get(row, ())}
        if routes:
            found[trial["study"]] = sorted(routes)
    return found


def without_imputed(
    cell: Cell,
    pooled: Pool,
    routes: Mapping[str, Sequence[str]],
    models: Sequence[DeclaredModel],
    contaminated: Contaminated | None = None,
) -> list[WithoutImputed]:
    """Return the pool again, first without estimated values, then without any recovered one.

    Standard errors that rest on estimated spreads are too small on average, so that a result has to stand without
    them (McGrath 2023).

    Parameters
    ----------
    cell : Cell
        The trials.
    pooled : mapping
        What `metawright.pooling.pool.pool` made of them.
    routes : mapping
        See `routes_of`.
    models : sequence of mappings
        The models of the completed protocol.
    contaminated : mapping, optional
        As for `pool`.

    Returns
    -------
    list of dict
        One entry per repeat: `without` (`estimated`: routes S5 and later; `recovered`: every route, where that leaves
        out more trials), `studies` (left out), `routes`, and `models`: result of every model, with `sign_changes` and
        `significance_changes` against the whole pool (null where there is nothing to compare: without a result, or
        with a single trial left). Empty where no trial has a recovered number.
    """
    repeats: list[WithoutImputed] = []
    before: list[str] = []
    for word, wanted in (("estimated", ESTIMATED), ("recovered", None)):
        left_out = {
            study: [route for route in found if wanted is None or route in wanted] for study, found in routes.items()
        }
        left_out = {study: found for study, found in left_out.items() if found}
        if not left_out or list(left_out) == before:
            continue
        before = list(left_out)
        kept = [place for place, trial in enumerate(cell.trials) if trial["study"] not in left_out]
        again = pool(cell.only(kept), models, contaminated=contaminated)["models"]
        repeats.append(
            {
                "without": word,
                "studies": before,
                "routes": sorted({route for found in left_out.values() for route in found}),
                "models": [_result(part, whole) for part, whole in zip(again, pooled["models"], strict=True)],
            }
        )
    return repeats


def _result(part: ModelResult, whole: ModelResult) -> ResultAgain:
    # of a single trial that is left the interval is of another kind than that of the pool
    now, before = part["estimate"], whole["estimate"]
    comparable = now is not None and before is not None and part["k"] > 1
    return {
        "model": part["model"],
        "track": part["track"],
        "status": part["status"],
        "k": part["k"],
        "n": part["n"],
        "n_experimental": part["n_experimental"],
        "n_control": part["n_control"],
        "tau2_method": part["tau2_method"],
        "interval": part["interval"],
        "estimate": part["estimate"],
        "se": part["se"],
        "ci_low": part["ci_low"],
        "ci_high": part["ci_high"],
        "p": part["p"],
        "i2": part["i2"],
        "tau2": part["tau2"],
        "sign_changes": bool(known(now) * known(before) < 0) if comparable else None,
        "significance_changes": (position(part) in OUTSIDE) != (position(whole) in OUTSIDE) if comparable else None,
    }
