"""Bibliographies in BibTeX: the works that a report cites and the reports of its trials.

There are two: `report.bib` beside the article, which pdfLaTeX prints whatever it holds, and the page's download, which
keeps every letter. pybtex writes both.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pybtex.database import BibliographyData, Entry, Person

from metawright.report.latex_commands import escape_commands, escape_url
from metawright.report.methods.section import cited_keys, methods_section
from metawright.words.references import OTHERS, library, plain

if TYPE_CHECKING:
    from metawright.files.tables import TextRow
    from metawright.report.documents import Results


_STUDY_FIELDS = ("title", "journal", "year", "volume", "pages", "doi", "url")
_INITIALS = re.compile(r"[^\W\d_](?:[.-]?[^\W\d_]){0,3}\.?")
_LINEAGE = ("Jr", "Jr.", "Sr", "Sr.", "2nd", "3rd", "4th")
# Words that a body has in its name and a person has not.
_BODY = re.compile(
    r"\b(?:group|stud(?:y|ies)|trials?|trialists|investigators?|collaborat\w+|consortium|network|committee|team"
    r"|registry|society|association|institute|university|hospital|centre|center|inc|ltd|gmbh|ag)\b",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\s*[,;&]\s*(?:and\s+)?|\s+and\s+")
_ET_AL = re.compile(r"[\s,;]*\bet\.?\s+al\b\.?\s*$", re.IGNORECASE)
# Names that BibTeX takes apart as they are meant.
_SIMPLE = re.compile(r"(?!.*\band\b)[^\W\d_][\w .'’-]*", re.IGNORECASE)
# BibTeX cuts a label, the first name with the year, behind 250 bytes, in the middle of a command if need be.
_LONGEST_NAME = 200
_YEAR = re.compile(r"[\w .,/()–-]{1,20}")
_LITERAL = re.compile(r"^ *(?:doi|url) = .*$", re.MULTILINE)


def study_keys(studies: Sequence[TextRow]) -> list[str]:
    """Return the key of each trial's report: its label in plain letters, `Zucchi2019`, numbered where one recurs."""
    keys = []
    for study in studies:
        letters = unicodedata.normalize("NFKD", study["label"]).encode("ascii", "ignore").decode()
        keys.append("trial:" + (re.sub(r"[^A-Za-z0-9]+", "", letters) or "report"))
    return _distinct(keys)


def bibliography(works: Iterable[str], studies: Mapping[str, TextRow], escape: Callable[[str], str]) -> str:
    """Return a bibliography in BibTeX.

    Parameters
    ----------
    works : iterable of str
        Keys of methods papers in `metawright.words.references`.
    studies : mapping
        Reports of trials by their keys: any of `label`, `first_author`, `title`, `journal`, `year`, `volume`, `pages`,
        `doi`, `url`, `pmid`, `pmcid`, `registration`.
    escape : callable
        Makes text safe: `escape_latex` for the `report.bib` that pdfLaTeX prints, `escape_commands` to keep every
        letter.

    Returns
    -------
    str
        One entry per work and per trial. Whatever a field holds, BibTeX can read it and LaTeX can print it. Authors
        are persons where they read as a family name with initials (`Zucchi E`) or as `Family, Given`; any other
        name stands in braces, as it is.
    """
    entries = {key: _work(library()[key], escape) for key in dict.fromkeys(works)}
    entries |= {key: _study(study, escape) for key, study in studies.items()}
    return BibliographyData(entries=entries).to_string("bibtex", encoding="utf-8")


def download(results: Results) -> str:
    """Return the page's bibliography in UTF-8, as biber and current BibTeX styles read it.

    Parameters
    ----------
    results : mapping
        The document of `gather_results`.

    Returns
    -------
    str
        An entry per cited work, then one per included study with a title, by its study key.
    """
    cited = cited_keys(methods_section(results))
    rows = [row for row in (results["studies"] or {"rows": []})["rows"] if row["reference"].get("title")]
    keys = _distinct((re.sub(r"[^A-Za-z0-9:._-]+", "-", row["study"]) for row in rows), cited)
    text = bibliography(cited, dict(zip(keys, (row["reference"] for row in rows), strict=True)), escape_commands)
    # biber takes these fields letter by letter, where pybtex writes them as all others
    return _LITERAL.sub(lambda line: re.sub(r"\\([_&%#$])", r"\1", line[0]), text)


def _distinct(keys: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """Return the keys, numbered where one recurs: BibTeX does not tell `Muller` from `MULLER`."""
    seen, made = {key.casefold() for key in taken}, []
    for key in keys:
        own, number = key, 1
        while own.casefold() in seen:
            number += 1
            own = f"{key}-{number}"
        seen.add(own.casefold())
        made.append(own)
    return made


def _work(entry: Any, escape: Callable[[str], str]) -> Entry:
    authors = [
        _written(plain(" ".join(one.prelast_names + one.last_names)), plain(" ".join(one.first_names)), "", escape)
        for one in entry.persons["author"]
    ]
    return _entry(entry.type, authors, {name: plain(text) for name, text in entry.fields.items()}, escape)


def _study(study: TextRow, escape: Callable[[str], str]) -> Entry:
    authors = _authors(study.get("first_author", ""), escape)
    if authors:
        authors.append(Person(last=OTHERS))
    elif escape(study.get("label", "")).strip():
        authors = [_body(study["label"], escape)]
    notes = [f"{name.upper()} {study[name]}" for name in ("pmid", "pmcid") if study.get(name)]
    fields = {name: study.get(name, "") for name in _STUDY_FIELDS}
    notes.append(study.get("registration", ""))
    if not _YEAR.fullmatch(_safe(fields["year"], escape)):
        notes.append(fields.pop("year"))
    fields["note"] = "; ".join(filter(None, notes))
    return _entry("article" if fields["journal"] else "misc", authors, fields, escape)


def _authors(text: str, escape: Callable[[str], str]) -> list[Person]:
    """Return who a cell of first authors names: persons, or one body where a part of it does not read as a person."""
    text = _ET_AL.sub("", " ".join(text.split()))
    if not escape(text).strip():
        return []
    parts = [_parts(one) for one in _BETWEEN.split(text) if one]
    known = [one for one in parts if one is not None]
    if len(known) == len(parts):
        return [_written(family, given, lineage, escape) for family, given, lineage in known]
    family, comma, given = (part.strip() for part in text.partition(","))
    if comma and family and given and not re.search(r"[,;&]|\sand\s", given) and not _BODY.search(text):
        return [_written(family, given, "", escape)]
    return [_body(text, escape)]


def _parts(text: str) -> tuple[str, str, str] | None:
    """Return `Smith`, `JP`, `Jr` of `Smith JP Jr`; None where that is not what *text* is."""
    names = text.split()
    lineage = names.pop() if len(names) > 2 and names[-1] in _LINEAGE else ""
    given: list[str] = []
    while len(names) > 1 and _are_initials(names[-1]) and (not given or len(names[-1].rstrip(".")) == 1):
        given.insert(0, names.pop())
    if not given or _BODY.search(text):
        return None
    return " ".join(names), " ".join(given), lineage


def _are_initials(text: str) -> bool:
    return text.isupper() and bool(_INITIALS.fullmatch(text))


def _written(family: str, given: str, lineage: str, escape: Callable[[str], str]) -> Person:
    last, first = (_name(one, escape) for one in (family, given))
    if not last:
        last, first = first, ""
    return Person(last=last, first=first, lineage=lineage)


def _name(text: str, escape: Callable[[str], str]) -> str:
    """Return a part of a name, in braces where BibTeX would take it apart otherwise than it is meant."""
    safe = _short(text, escape)
    return safe if _SIMPLE.fullmatch(safe) or not safe else _shut(safe)


def _body(text: str, escape: Callable[[str], str]) -> Person:
    return Person(last=_shut(_short(text, escape)))


def _short(text: str, escape: Callable[[str], str]) -> str:
    """Return a name, cut where it is longer than BibTeX can take."""
    safe, kept = _safe(text, escape), text
    while len(safe.encode()) > _LONGEST_NAME:
        kept = kept[: min(len(kept) - 1, _LONGEST_NAME)]
        safe = _safe(f"{kept}…", escape)
    return safe


def _entry(kind: str, authors: Sequence[Person], fields: Mapping[str, str], escape: Callable[[str], str]) -> Entry:
    made = {name: _field(name, str(text), escape) for name, text in fields.items()}
    # Braces of its own: a title prints as it stands, whatever a style would make of its capitals.
    made = {name: _shut(text) if name == "title" else text for name, text in made.items() if text}
    return Entry(kind, made, {"author": list(authors)} if authors else {})


def _field(name: str, text: str, escape: Callable[[str], str]) -> str:
    if name in ("doi", "url"):
        address = escape_url(text.strip().replace("~", "%7E"))
        return _left_to_pybtex(address.replace("{", "").replace("}", ""))
    safe = _safe(text, escape)
    return re.sub(r"(?<=\d)–(?=\d)", "--", safe) if name == "pages" else safe


def _safe(text: str, escape: Callable[[str], str]) -> str:
    made = escape(text).strip().replace("~", r"\nobreakspace{}")
    # BibTeX counts braces, those behind a backslash too.
    return _left_to_pybtex(made.replace(r"\{", r"\textbraceleft{}").replace(r"\}", r"\textbraceright{}"))


def _left_to_pybtex(text: str) -> str:
    """Return LaTeX without the escapes that pybtex's writer puts in by itself."""
    return re.sub(r"\\([%&#_])", r"\1", text)


def _shut(text: str) -> str:
    return f"{{{text}}}"
