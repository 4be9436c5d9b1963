"""The included studies and the works that the methods cite, as BibTeX."""

import re
from collections.abc import Mapping

from metawright.report.methods.section import cited_keys, methods_section
from metawright.words.references import works

_SPECIAL = {"\\": r"\textbackslash{}", **{sign: f"\\{sign}" for sign in "&%$#_{}"}, "~": r"\textasciitilde{}"}
_FIELDS = ("title", "journal", "year", "volume", "pages", "doi", "url")


def bibtex(results: Mapping) -> str:
    """Return a bibliography in UTF-8, as biber and current BibTeX styles read it.

    Parameters
    ----------
    results : mapping
        The document of `gather_results`.

    Returns
    -------
    str
        An entry per included study with a title, by its study key, then one per cited work.
    """
    studies = (results["studies"] or {"rows": []})["rows"]
    entries = [_study(row) for row in studies if row["reference"].get("title")]
    entries += [_work(work) for work in works(cited_keys(methods_section(results)))]
    return "\n".join(entries)


def _study(row: Mapping) -> str:
    reference = row["reference"]
    fields = {"author": reference.get("first_author", "") and f"{_name(reference['first_author'])} and others"}
    fields |= {name: reference.get(name, "") for name in _FIELDS}
    notes = [f"{name.upper()} {reference[name]}" for name in ("pmid", "pmcid") if reference.get(name)]
    return _entry(row["study"], fields | {"note": ", ".join([*notes, reference.get("registration", "")]).strip(", ")})


def _work(work: Mapping[str, str]) -> str:
    authors = " and ".join(_name(one) for one in work["authors"].split(", "))
    where = re.fullmatch(r"(.*?) (\d{4});(\w+)(?:\([^)]*\))?:(.*)", work["where"])
    fields = {"author": authors, "title": work["title"]}
    if where:
        fields |= dict(zip(("journal", "year", "volume", "pages"), where.groups(), strict=True))
    else:
        fields["howpublished"] = work["where"]
    return _entry(work["key"], fields | {"doi": work["doi"]})


def _name(text: str) -> str:
    """Return `Zucchi, E` for `Zucchi E`: a family name with initials behind it."""
    family, _, initials = text.strip().rpartition(" ")
    return f"{family}, {initials}" if family and initials.isupper() else text.strip()


def _entry(key: str, fields: Mapping[str, str]) -> str:
    plain = ("doi", "url")
    lines = [
        f"  {name} = {{{text if name in plain else _escaped(text)}}}," for name, text in fields.items() if text.strip()
    ]
    kind = "article" if fields.get("journal") else "misc"
    return "\n".join([f"@{kind}{{{re.sub(r'[^A-Za-z0-9:._-]+', '-', key)},", *lines, "}", ""])


def _escaped(text: str) -> str:
    return "".join(_SPECIAL.get(sign, sign) for sign in text).replace("–", "--")
