"""Recover what the rows of one outcome lack, in a fixed order of routes, with the lineage of every value."""

from collections.abc import Iterable, Mapping, Sequence

from metawright.effects.pairs import time_of
from metawright.effects.recovery.between_arms import common_spread, standard_error
from metawright.effects.recovery.borrowed import borrowed_sd
from metawright.effects.recovery.recovered import Recovered, lineage
from metawright.effects.recovery.within_arm import from_change, from_interval, from_quantiles, from_se, usable
from metawright.effects.rows import RecoveredRow
from metawright.extraction.documents import ArmRow, Design
from metawright.files.known import all_known, known
from metawright.measures.kinds import CONTINUOUS
from metawright.measures.registry import measure_of
from metawright.reading.protocol import Imputation, Outcome
from metawright.reading.vocabulary import NOT_REPORTED, fold

#: Routes whose values are as good as reported ones: they may be lent to other trials.
ALGEBRAIC = ("S1", "S2", "S3", "S4")


def recover(
    rows: Iterable[ArmRow], outcome: Outcome, settings: Imputation, designs: Mapping[str, Design] | None = None
) -> tuple[list[ArmRow], list[RecoveredRow]]:
    """Return the rows with what could be recovered filled in, and one line of lineage per recovered value.

    Routes are tried in this order: S1 (SE of the mean), S2 (its interval), S3 (SE or interval of the difference), S4
    (t, F, exact P), S5 (bound of P), S6 (change from baseline with a declared correlation), S7 (quantiles), S8
    (borrowed). A reported value is never touched. A mean is recovered by S7 alone.

    Parameters
    ----------
    rows : iterable of mappings
        Rows of `arms.csv` of one outcome, with numbers as numbers.
    outcome : Mapping
        Block of the completed protocol.
    settings : Mapping
        Its block `imputation`.
    designs : mapping, optional
        See `metawright.extraction.designs`: the test of a cross-over trial is paired and gives no SD.

    Returns
    -------
    rows : list of dict
        In the same order. A row that got all that it lacked is `used`; another one says in its reason why not.
    recovered : list of dict
        Rows of `recovered.csv`.
    """
    work: list[ArmRow] = [{**row} for row in rows]
    recovery = _Recovery(work, outcome, settings, designs or {})
    if recovery.measure.kind is CONTINUOUS:
        for comparison in recovery.comparisons():
            recovery.arms(*comparison)
        recovery.borrow()
    if recovery.measure.contrast.or_interval:
        recovery.contrasts()
    recovery.settle()
    return work, sorted(recovery.lines, key=lambda line: (line["row"], line["column"]))


class _Recovery:
    """Fills rows in place and collects the lineage and the reasons."""

    def __init__(
        self, rows: list[ArmRow], outcome: Outcome, settings: Imputation, designs: Mapping[str, Design]
    ) -> None:
        self.rows = rows
        self.measure = measure_of(outcome["measure"])
        self.settings = settings
        self.designs = designs
        self.lines: list[RecoveredRow] = []
        self.words: dict[int, list[str]] = {}
        self.routes: dict[int, str] = {}
        self.lacking = [row for row in rows if not row["used"] and row["reason"].startswith(NOT_REPORTED)]

    def comparisons(self) -> list[tuple[list[ArmRow], ArmRow | None]]:
        """Return the arms and the contrast of every time point at which an arm lacks something."""
        groups: dict[tuple[str, float | str], list[ArmRow]] = {}
        for row in self.rows:
            if row["used"] or row["reason"].startswith(NOT_REPORTED):
                groups.setdefault((fold(row["study"]), time_of(row)), []).append(row)
        wanted = [rows for rows in groups.values() if any(_lacks(row) for row in rows)]
        return [
            (
                [row for row in rows if row["arm"] != "contrast"],
                next((row for row in rows if row["arm"] == "contrast"), None),
            )
            for rows in wanted
        ]

    def take(self, row: ArmRow, column: str, found: Recovered | str) -> None:
        """Fill *column* of *row*, if the protocol allows the route."""
        found = usable(found, row)
        if isinstance(found, str):
            if found and found not in self.words.setdefault(row["row"], []):
                self.words[row["row"]].append(found)
        elif not self.settings["enabled"]:
            self.take(row, column, f"route {found.route} would give it, but imputation is off")
        elif found.route not in self.settings["routes"]:
            self.take(row, column, f"route {found.route} would give it, but the protocol does not allow it")
        else:
            row[column] = found.value
            self.routes[row["row"]] = max(found.route, self.routes.get(row["row"], ""))
            self.lines.append(lineage(row, column, found))

    def arms(self, arms: Sequence[ArmRow], contrast: ArmRow | None) -> None:
        """Recover means and SDs of the arms of one time point."""
        for row in filter(_lacks, arms):
            if row["mean"] is None and row["n"] is not None:
                self.take(row, "mean", from_quantiles(row, "mean", self.settings))
            for route in (from_se, from_interval):
                if _needs_sd(row):
                    self.take(row, "sd", route(row, self.settings))
        self.from_comparison(arms, contrast)
        for row in filter(_needs_sd, arms):
            self.take(row, "sd", from_change(row, self.baseline_sd(row), self.settings))
            if _needs_sd(row):
                self.take(row, "sd", from_quantiles(row, "sd", self.settings))

    def from_comparison(self, arms: Sequence[ArmRow], contrast: ArmRow | None) -> None:
        needing = list(filter(_needs_sd, arms))
        roles = sorted(row["arm"] for row in arms)
        if not needing or roles.count("experimental") == 0 or roles.count("control") == 0:
            return
        if self.measure.unit == "outcome" and contrast is not None and contrast["used"]:
            found: Recovered | str = f"the contrast in row {contrast['row']} gives the effect"
        else:
            first, second = (next(row for row in arms if row["arm"] == role) for role in ("experimental", "control"))
            found = common_spread(first, second, contrast)
            if found and len(arms) > 2:
                found = "a comparison of two arms among several is not identified"
            elif found and self.designs.get(fold(first["study"]), {}).get("crossover"):
                found = "the test of a cross-over trial is paired and gives no SD of its arms"
        for row in needing:
            self.take(row, "sd", found)

    def baseline_sd(self, row: ArmRow) -> float | None:
        """SD of the arm's baseline row, if the file has one."""
        same = ("study", "arm", "arm_label")
        for other in self.rows:
            baseline = other["value_type"] == "baseline" or fold(other["timepoint"]) == "baseline"
            if baseline and all(fold(other[name]) == fold(row[name]) for name in same):
                return other["sd"]
        return None

    def borrow(self) -> None:
        """S8: the SD of the other trials' arms of the same period and kind of value."""
        if "S8" not in self.settings["routes"]:
            return
        lenders = [
            row
            for row in self.rows
            if row["arm"] != "contrast" and _complete(row) and self.routes.get(row["row"], "S1") in ALGEBRAIC
        ]
        for row in [row for row in self.lacking if row["arm"] != "contrast" and _needs_sd(row)]:
            others = [
                other
                for other in lenders
                if fold(other["study"]) != fold(row["study"])
                and (other["period"], other["value_type"]) == (row["period"], row["value_type"])
                and known(other["n"]) > 1
            ]
            if self.measure.unit == "sd":
                self.take(row, "sd", "an SMD pools different scales: no SD can be borrowed")
            elif not others:
                self.take(row, "sd", "no other trial of the period lends an SD")
            elif row["mean"] is not None:
                value = float(
                    borrowed_sd(all_known(other["sd"] for other in others), all_known(other["n"] for other in others))
                )
                inputs = {"rows": ", ".join(str(other["row"]) for other in others)}
                self.take(row, "sd", Recovered("S8", value, "pooled SD of other trials", inputs, ("imputed_sd",)))

    def contrasts(self) -> None:
        """S4 and S5 for contrast rows: the standard error of the estimate."""
        for row in self.lacking:
            if row["arm"] != "contrast" or row["estimate"] is None or row["se"] is not None:
                continue
            sizes = self.sizes_beside(row) if self.measure.unit == "outcome" else (None, None)
            if not self.designs.get(fold(row["study"]), {}).get("crossover"):
                self.take(row, "se", standard_error(row["estimate"], [row], *sizes))

    def sizes_beside(self, contrast: ArmRow) -> tuple[float | None, float | None]:
        """Participants of the two arms at the time point of a contrast, or its own total in one number."""
        place = fold(contrast["study"]), time_of(contrast)
        sizes = {row["arm"]: row["n"] for row in self.rows if (fold(row["study"]), time_of(row)) == place}
        if sizes.get("experimental") and sizes.get("control"):
            return sizes["experimental"], sizes["control"]
        return (contrast["n"], 0) if contrast["n"] else (None, None)

    def settle(self) -> None:
        """Say of every row whether it can be used now."""
        for row in self.lacking:
            if _complete(row):
                row.update(used=True, reason="")
            elif self.words.get(row["row"]):
                row["reason"] += f" ({'; '.join(self.words[row['row']])})"


def _lacks(row: ArmRow) -> bool:
    return not row["used"] and row["arm"] != "contrast"


def _needs_sd(row: ArmRow) -> bool:
    return not row["used"] and row["sd"] is None and row["n"] is not None


def _complete(row: ArmRow) -> bool:
    """Whether a row has all numbers of its effect."""
    if row["reason"] and not row["reason"].startswith(NOT_REPORTED):
        return False
    if row["arm"] == "contrast":
        interval = row["ci_low"] is not None and row["ci_high"] is not None
        return row["estimate"] is not None and (row["se"] is not None or interval)
    return None not in (row["n"], row["mean"], row["sd"])
