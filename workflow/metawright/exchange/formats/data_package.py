"""RevMan Web data packages: a zip of CSV files, of which Covidence writes the study tables as well."""

import re
from collections.abc import Iterable, Mapping, Sequence

from metawright.exchange.draft import CannotRead, Draft, number, plain_text, year
from metawright.exchange.import_format import ImportFormat
from metawright.exchange.revman import CONTINUOUS, CONTRAST, DICHOTOMOUS, O_E, Analysis, DataRow, add_analyses
from metawright.exchange.risk import add_judgements
from metawright.exchange.tables import Table
from metawright.measures.registry import all_measures
from metawright.measures.weighing import WEIGHINGS
from metawright.pooling.estimators import ESTIMATORS

_KINDS = {"dichotomous": DICHOTOMOUS, "continuous": CONTINUOUS, "contrast level": CONTRAST, "o-e and variance": O_E}
_MEASURES = {
    word.casefold(): one.revman for one in all_measures() if one.revman for word in (one.revman_effect, one.name)
}
_METHODS = {
    **{word.casefold(): one.revman for one in WEIGHINGS for word in (one.revman, one.name)},
    "exp_o_e_var": "EXP_O_E_VAR", "exp[(o-e) / var]": "EXP_O_E_VAR",
}  # fmt: skip
_ESTIMATORS = {word.casefold(): key for key, one in ESTIMATORS.items() for word in one.revman}
_CELLS = {
    "events1": "Experimental cases", "n1": "Experimental N", "mean1": "Experimental mean", "sd1": "Experimental SD",
    "events2": "Control cases", "n2": "Control N", "mean2": "Control mean", "sd2": "Control SD",
    "estimate": "GIV Mean", "se": "GIV SE", "o_e": "O-E", "variance": "Variance",
}  # fmt: skip
_RESULTS = {
    "estimate": "Mean", "ci_low": "CI start", "ci_high": "CI end", "pi_low": "PI start", "pi_high": "PI end",
    "tau2": "Heterogeneity Tau²", "q": "Heterogeneity Chi²", "q_df": "Heterogeneity df", "i2": "Heterogeneity I²",
    "statistic": "Effect Z",
}  # fmt: skip
_JUDGEMENT, _SUPPORT = "Domain (judgement): ", "Domain (support): "


def is_analyses(table: Table) -> bool:
    """Whether it is `*-overall-estimates-and-settings.csv`."""
    return table.has("Analysis group", "Analysis number", "Statistical method", "Effect measure")


def is_data_rows(table: Table) -> bool:
    """Whether it is `*-data-rows.csv`."""
    return table.has("Analysis group", "Analysis number", "Study", "Experimental N")


def is_subgroups(table: Table) -> bool:
    """Whether it is `*-subgroup-estimates.csv`."""
    return table.has("Analysis group", "Analysis number", "Subgroup", "Subgroup number", "Weight") and not table.has(
        "Study"
    )


def is_judgements(table: Table) -> bool:
    """Whether it is `*-risk-of-bias.csv`."""
    return table.has("Study") and any(name.startswith(_JUDGEMENT) for name in table.columns)


def is_information(table: Table) -> bool:
    """Whether it is `*-study-information.csv` of the included studies."""
    other = any(word in table.file.casefold() for word in ("awaiting", "excluded", "ongoing"))
    described = any(name.startswith(("Char: ", "ID: ")) for name in table.columns) or table.has("Data source")
    return table.has("Study") and described and not other and not is_judgements(table)


def read_data_package(tables: Sequence[Table], file: str) -> Draft:
    """Read the tables of a data package.

    Parameters
    ----------
    tables : sequence of Table
        All tables of the package.
    file : str
        Name of the package, for the source.

    Raises
    ------
    CannotRead
        If there is no analysis of an intervention review in it.
    """
    if any(table.has("Analysis group", "Test") or "parameters" in table.file for table in tables):
        raise CannotRead(f"{file}: the package of a diagnostic test accuracy review; only reviews of interventions")
    settings = [row.cells for table in tables if is_analyses(table) for row in table.rows]
    rows = [row.cells for table in tables if is_data_rows(table) for row in table.rows]
    groups = [row.cells for table in tables if is_subgroups(table) for row in table.rows]
    if not settings or not rows:
        raise CannotRead(f"{file}: there is no analysis with data in this package")
    draft = Draft(title=f"Review imported from {file}", source=f"RevMan Web data package {file}")
    draft.note("A data package holds no title; set `title` and `question` in protocol.yaml.")
    add_studies(draft, tables)
    known = {study["study"].casefold() for study in draft.studies}
    for cells in rows:
        name = " ".join(cells["Study"].split())
        if name and name.casefold() not in known:
            known.add(name.casefold())
            draft.studies.append({"study": name, "label": name, "year": year(cells.get("Study year", ""))})
    analyses = []
    for setting in settings:
        place = (setting["Analysis group"], setting["Analysis number"])
        kind = _KINDS.get(setting.get("Data type", "").casefold())
        if kind is None:
            draft.note(f"{'-'.join(place)}: data of the type “{setting.get('Data type', '')}” are left out.")
            continue
        of_this = [cells for cells in rows if (cells["Analysis group"], cells["Analysis number"]) == place]
        of_groups = [cells for cells in groups if (cells["Analysis group"], cells["Analysis number"]) == place]
        if of_this:
            analyses.append(_analysis(setting, of_this, of_groups, kind))
        else:
            draft.note(f"{'-'.join(place)}: an analysis without data is left out.")
    described = {(setting["Analysis group"], setting["Analysis number"]) for setting in settings}
    for cells in rows:
        if (cells["Analysis group"], cells["Analysis number"]) not in described:
            place = f"{cells['Analysis group']}-{cells['Analysis number']}"
            draft.leave_out(place, cells["Study"], "", "the package does not describe this analysis")
    add_analyses(draft, analyses)
    if not draft.risk_of_bias:
        _judgements_of_results(draft, [table for table in tables if is_data_rows(table)])
    for table in tables:
        if any(word in table.file.casefold() for word in ("awaiting", "excluded", "ongoing")) and table.rows:
            draft.note(f"{table.file}: {len(table.rows)} studies are not carried over.")
        elif table.has("Study", "Outcome", "Arm") or table.has("Study", "Arm", "Intervention"):
            draft.note(f"{table.file}: the arms behind the analyses are not carried over; the analyses' own data are.")
    return draft


def add_studies(draft: Draft, tables: Iterable[Table]) -> None:
    """Fill trials and judgements from the study tables of a package, which are also those of Covidence."""
    tables = list(tables)
    for cells in (row.cells for table in tables if is_information(table) for row in table.rows):
        name = " ".join(cells["Study"].split())
        if not name or any(study["study"] == name for study in draft.studies):
            continue
        row = {"study": name, "label": name, "year": year(cells.get("Year", ""))}
        doi, pmid = cells.get("ID: DOI", "").strip(), cells.get("ID: PMID", "").strip()
        row["doi"] = doi if re.fullmatch(r"10\.\S+", doi) else ""
        row["pmid"] = pmid if re.fullmatch(r"[0-9]+", pmid) else ""
        row |= {
            key[6:].strip().lower().replace(" ", "_"): plain_text(text)
            for key, text in cells.items()
            if key.startswith("Char: ")
        }
        draft.studies.append(row)
    for table in (table for table in tables if is_judgements(table)):
        domains = [name[len(_JUDGEMENT) :] for name in table.columns if name.startswith(_JUDGEMENT)]
        found = [
            (row.cells["Study"], name, row.cells[_JUDGEMENT + name], plain_text(row.cells.get(_SUPPORT + name, "")))
            for row in table.rows
            for name in domains
        ]
        if found:
            add_judgements(draft, found, domains)


def _analysis(setting: Mapping[str, str], rows: Sequence[Mapping], groups: Sequence[Mapping], kind: str) -> Analysis:
    numbers = {cells["Subgroup"]: cells["Subgroup number"] for cells in groups if cells["Subgroup number"]}
    random = setting.get("Analysis model", "").casefold().startswith("random")
    interval = "HKSJ" if "hksj" in setting.get("CI method", "").casefold() else "z"
    estimator = _ESTIMATORS.get(setting.get("Heterogeneity estimator", "DL").casefold(), "DL")
    overall, by_group = (
        setting.get(name, "true").casefold() == "true" for name in ("Overall estimates", "Subgroup estimates")
    )
    measure = setting["Effect measure"]
    level = setting.get("CI/PI level") or setting.get("Estimate CI") or "95%"
    return Analysis(
        group=setting["Analysis group"],
        item=setting["Analysis number"],
        name=setting.get("Analysis name", ""),
        comparison=plain_text(setting.get("Analysis group name", "")),
        kind=kind,
        method=_METHODS.get(setting["Statistical method"].casefold(), "IV"),
        measure=_MEASURES.get(measure.casefold(), measure),
        model=(estimator, interval) if random else ("FE", "z"),
        pooled="overall" if overall else "subgroups" if by_group and groups else "none",
        ratio=setting.get("Log-scale data", "").casefold() == "true",
        swapped=setting.get("Swap event and non-event", "").casefold() == "true",
        level=number(level.rstrip("%")) or 95.0,
        unit=setting.get("Unit of effect measure", ""),
        labels=(
            plain_text(setting.get("Experimental group label", "")),
            plain_text(setting.get("Control group label", "")),
        ),
        favours=(
            plain_text(setting.get("Graph label (left)", "")),
            plain_text(setting.get("Graph label (right)", "")),
        ),
        rows=[
            DataRow(
                " ".join(cells["Study"].split()),
                numbers.get(cells.get("Subgroup", ""), ""),
                {name: cells.get(column, "") for name, column in _CELLS.items()},
                plain_text(cells.get("Footnotes", "")),
            )
            for cells in rows
        ],
        subgroups={number: name for name, number in numbers.items()},
        results={
            "": {name: setting.get(column, "") for name, column in _RESULTS.items()},
            **{c["Subgroup number"]: {name: c.get(column, "") for name, column in _RESULTS.items()} for c in groups},
        },
    )


def _judgements_of_results(draft: Draft, tables: Sequence[Table]) -> None:
    """RoB 2 judges results: its columns stand beside the data rows."""
    found, domains = [], []
    for table in tables:
        names = [name.removesuffix(" (judgement)") for name in table.columns if name.endswith(" (judgement)")]
        domains += names
        found += [
            (
                row.cells["Study"],
                name,
                row.cells[f"{name} (judgement)"],
                plain_text(row.cells.get(f"{name} (support)", "")),
            )
            for row in table.rows
            for name in names
        ]
    if found:
        add_judgements(draft, found, domains)


FORMAT = ImportFormat(
    name="RevMan Web data package",
    order=2,
    description="a RevMan Web data package (zip or folder)",
    recognises=lambda source: bool(source.select(is_analyses) or source.select(is_data_rows)),
    read=lambda source: read_data_package(source.tables, source.name),
)
