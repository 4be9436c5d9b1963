"""Two people judge the risk of bias: how far they agree, and who decides where they do not."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from metawright.appraisal.documents import DomainAgreement, RaterAgreement
from metawright.appraisal.judgements import OVERALL, read_judgement
from metawright.appraisal.signalling import is_question, read_answer
from metawright.extraction.agreement import cohen_kappa, percent_agreement
from metawright.files.tables import TextRow

#: The rater whose rows decide.
FINAL = "final"


@dataclass(frozen=True)
class Settled:
    """Judgements that hold.

    Attributes
    ----------
    rows : list of mappings
        One per trial and domain; an undecided one has an empty judgement.
    agreement : dict or None
        With two raters: `raters`, `overall` and by domain in `domains` the number of `pairs`, the `percent` that agree
        and `kappa` (Cohen; None where it is not defined), and `undecided`: trial, domain and both judgements. None
        with one.
    remarks : list of str
        What nobody decided, in sentences.
    """

    rows: list[TextRow]
    agreement: RaterAgreement | None
    remarks: list[str]


def settle(rows: Iterable[TextRow], instrument: str) -> Settled:
    """Return the judgements that hold.

    A row of the rater `final` holds; else both raters' where they agree, or one's where the other did not judge.

    Parameters
    ----------
    rows : iterable of mappings
        Rows of `risk_of_bias.csv`.
    instrument : str
        Whose words count.

    Raises
    ------
    ValueError
        If more than two people judged, besides `final`.
    """
    rows = list(rows)
    names = dict.fromkeys((row.get("rater") or "").strip() for row in rows)
    raters = [name for name in names if name and name.casefold() != FINAL]
    if not raters:
        return Settled(rows, None, [])
    if len(raters) > 2:
        raise ValueError(f"risk of bias is judged by two raters and `final`, not by {', '.join(raters)}")
    cells: dict[tuple[str, str], dict[str, TextRow]] = {}
    for row in rows:
        who = (row.get("rater") or "").strip() or FINAL
        who = FINAL if who.casefold() == FINAL else who
        cells.setdefault((row["study"].strip(), row["domain"].strip()), {})[who] = row
    kept: list[TextRow] = []
    undecided: list[dict[str, str]] = []
    pairs: list[tuple[str, str, str]] = []
    for (study, domain), found in cells.items():
        given = [found[name] for name in raters if name in found]
        levels = [_level(row, domain, instrument) for row in given]
        both = [level for level in levels if level is not None] if len(given) == 2 else []
        if len(both) == 2 and domain not in OVERALL:
            pairs.append((domain, both[0], both[1]))
        if FINAL in found:
            kept.append(found[FINAL])
        elif len(both) == 2 and both[0] != both[1]:
            undecided.append({"study": study, "domain": domain, **dict(zip(raters, both, strict=True))})
            kept.append({**given[0], "judgement": ""})
        else:
            kept.append(next((row for row, level in zip(given, levels, strict=True) if level), given[0]))
    agreement: RaterAgreement = {
        "raters": raters,
        "overall": _agreement(pairs),
        "domains": {
            name: _agreement([p for p in pairs if p[0] == name]) for name in dict.fromkeys(p[0] for p in pairs)
        },
        "undecided": undecided,
    }
    remarks = [
        f"{item['study']}, {item['domain']}: {raters[0]} says {item[raters[0]]}, {raters[1]} {item[raters[1]]};"
        f" a row of the rater {FINAL} decides."
        for item in undecided
    ]
    return Settled(kept, agreement, remarks)


def _level(row: TextRow, domain: str, instrument: str) -> str | None:
    if domain in OVERALL:
        return row["judgement"].strip() or None
    if is_question(domain, instrument):
        return read_answer(row["judgement"]) or None
    return read_judgement(row["judgement"], domain, instrument)[0]


def _agreement(pairs: list[tuple[str, str, str]]) -> DomainAgreement:
    first, second = [one for _, one, _ in pairs], [other for _, _, other in pairs]
    kappa = cohen_kappa(first, second)
    return {
        "pairs": len(pairs),
        "percent": percent_agreement(first, second) if pairs else None,
        "kappa": None if np.isnan(kappa) else kappa,
    }
