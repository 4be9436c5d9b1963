"""The bibliography of a report in BibTeX: the works that it cites and the reports of its trials."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from metawright.report.latex_escape import escape_latex, escape_url

_PLACE = re.compile(r"(?P<journal>.+?) (?P<year>(?:19|20)\d\d)(?:;(?P<volume>[^:]+)(?::(?P<pages>.+))?)?")


def study_keys(studies: Sequence[Mapping]) -> list[str]:
    """Return the key of each trial's report: its label in plain letters, `Zucchi2019`, numbered where one recurs."""
    keys: list[str] = []
    for study in studies:
        plain = unicodedata.normalize("NFKD", study["label"]).encode("ascii", "ignore").decode()
        key = "trial:" + (re.sub(r"[^A-Za-z0-9]+", "", plain) or "report")
        found = sum(one == key or one.rpartition("-")[0] == key for one in keys)
        keys.append(f"{key}-{found + 1}" if found else key)
    return keys


def bibliography(works: Iterable[Mapping], studies: Sequence[Mapping]) -> str:
    """Return `report.bib`.

    Parameters
    ----------
    works : iterable of mappings
        Methods papers: `key`, `authors`, `title`, `where`, `doi`.
    studies : sequence of mappings
        Reports of trials: `label`, `first_author`, `title`, `journal`, `year`, `doi`, `pmid`, `registration`, each
        possibly empty.

    Returns
    -------
    str
        One entry per work and per trial, keys of the trials from `study_keys`. Fields are safe for LaTeX and for
        BibTeX, which counts braces, whatever they hold.
    """
    entries = [_entry(work["key"], _work(work)) for work in works]
    entries += [_entry(key, _study(study)) for key, study in zip(study_keys(studies), studies, strict=True)]
    return "\n".join(entries)


def _work(work: Mapping) -> dict[str, str]:
    found = _PLACE.fullmatch(work["where"])
    place = found.groupdict() if found else {"journal": "", "note": work["where"]}
    return {"author": work["authors"], "title": work["title"], **place, "doi": work["doi"]}


def _study(study: Mapping) -> dict[str, str]:
    author = study["first_author"]
    several = author and "et al" not in author
    notes = [f"PMID {study['pmid']}" if study["pmid"] else "", study["registration"]]
    return {
        "author": f"{author}, et al" if several else author or study["label"],
        "title": study["title"],
        "journal": study["journal"],
        "year": study["year"],
        "doi": study["doi"],
        "note": "; ".join(filter(None, notes)),
    }


def _entry(key: str, fields: Mapping[str, str | None]) -> str:
    kind = "article" if fields.get("journal") else "misc"
    # Double braces: names and titles print as they stand, whatever a style would make of them.
    double = ("author", "title")
    lines = [
        f"  {name} = {{{_shut(_safe(name, text)) if name in double else _safe(name, text)}}},"
        for name, text in fields.items()
        if text
    ]
    return "\n".join([f"@{kind}{{{key},", *lines, "}", ""])


def _shut(text: str) -> str:
    return f"{{{text}}}"


def _safe(name: str, text: str) -> str:
    if name == "doi":
        return escape_url(text.strip()).replace("{", "").replace("}", "")
    made = escape_latex(text).replace(r"\{", r"\textbraceleft{}").replace(r"\}", r"\textbraceright{}")
    return re.sub(r"(?<=\d)–(?=\d)", "--", made) if name == "pages" else made
