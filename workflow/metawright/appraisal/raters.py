"""Two people judge the risk of bias: how far they agree, and who decides where they do not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from metawright.appraisal.judgements import OVERALL, read_judgement
from metawright.appraisal.signalling import is_question, read_answer
from metawright.extraction.agreement import cohen_kappa, percent_agreement

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

    rows: list[Mapping[str, str]]
    agreement: dict | None
    remarks: list[str]


def settle(rows: Iterable[Mapping[str, str]], instrument: str) -> Settled:
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
    cells: dict[tuple[str, str], dict[str, Mapping[str, str]]] = {}
    for row in rows:
        who = (row.get("rater") or "").strip() or FINAL
        who = FINAL if who.casefold() == FINAL else who
        cells.setdefault((row["study"].strip(), row["domain"].strip()), {})[who] = row
    kept, undecided, pairs = [], [], []
    for (study, domain), found in cells.items():
        given = [found[name] for name in raters if name in found]
        levels = [_level(row, domain, instrument) for row in given]
        if len(given) == 2 and domain not in OVERALL and None not in levels:
            pairs.append((domain, *levels))
        if FINAL in found:
            kept.append(found[FINAL])
        elif len(given) == 2 and levels[0] != levels[1] and None not in levels:
            undecided.append({"study": study, "domain": domain, **dict(zip(raters, levels, strict=True))})
            kept.append({**given[0], "judgement": ""})
        else:
            kept.append(next((row for row, level in zip(given, levels, strict=True) if level), given[0]))
    agreement = {
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


def _level(row: Mapping[str, str], domain: str, instrument: str) -> str | None:
    if domain in OVERALL:
        return row["judgement"].strip() or None
    if is_question(domain, instrument):
        return read_answer(row["judgement"]) or None
    return read_judgement(row["judgement"], domain, instrument)[0]


def _agreement(pairs: list[tuple[str, str, str]]) -> dict[str, float | int | None]:
    first, second = [one for _, one, _ in pairs], [other for _, _, other in pairs]
    kappa = cohen_kappa(first, second)
    return {
        "pairs": len(pairs),
        "percent": percent_agreement(first, second) if pairs else None,
        "kappa": None if np.isnan(kappa) else kappa,
    }
