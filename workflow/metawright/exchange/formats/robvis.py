"""Risk-of-bias tables as robvis reads them: one line per trial, one column per domain, then Overall and Weight."""

from metawright.exchange.draft import CannotRead, Draft
from metawright.exchange.import_format import ImportFormat
from metawright.exchange.risk import add_judgements, judgement
from metawright.exchange.tables import Table


def is_robvis(table: Table) -> bool:
    """Whether the first column is the trial and the others hold judgements."""
    others = [name for name in table.columns[1:] if name.casefold() not in ("weight", "weights")]
    cells = [row.cells[name] for row in table.rows for name in others if row.cells[name]]
    words = sum(bool(judgement(cell)) for cell in cells)
    return table.columns[0].casefold() in ("study", "studies") and len(others) >= 2 and words > len(cells) / 2


def read_robvis(table: Table) -> Draft:
    """Read the judgements; there are no numbers to pool in such a table.

    Raises
    ------
    CannotRead
        If it holds no judgement.
    """
    draft = Draft(title=f"Review imported from {table.file}", source=f"Risk-of-bias table {table.file}")
    first, *others = table.columns
    domains = [name for name in others if name.casefold() not in ("weight", "weights")]
    found = [(row.cells[first], name, row.cells[name], "") for row in table.rows for name in domains]
    add_judgements(draft, found, domains)
    if not draft.risk_of_bias:
        raise CannotRead(f"{table.file}: there is no judgement in this table")
    if len(domains) < len(others):
        draft.note("The weights are not carried over: they follow from the pool.")
    names = dict.fromkeys(row.cells[first] for row in table.rows if row.cells[first])
    draft.studies = [{"study": name, "label": name} for name in names]
    return draft


FORMAT = ImportFormat(
    name="robvis",
    order=5,
    description="a robvis table",
    recognises=lambda source: bool(source.select(is_robvis)),
    read=lambda source: read_robvis(source.select(is_robvis)[0]),
)
