"""The works that the methods section cites, from `references.bib` beside this module."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from pybtex.database import Entry, Person, parse_string
from pybtex.richtext import Text

from metawright.files.known import known

INSTRUMENT_WORKS = {"RoB1": "higgins2011", "RoB2": "sterne2019"}
#: The person that stands for all further authors in BibTeX.
OTHERS = "others"


@cache
def library() -> Mapping[str, Entry]:
    """Return every work of `references.bib` by its key."""
    text = Path(__file__).with_suffix(".bib").read_text(encoding="utf-8")
    return dict(known(parse_string(text, "bibtex").entries).items())


def works(keys: Iterable[str]) -> list[dict[str, str]]:
    """Return `[{"key", "authors", "title", "where", "doi"}]` for *keys*, each once, in their order."""
    found = []
    for key in dict.fromkeys(keys):
        entry = library()[key]
        fields = {name: plain(text) for name, text in known(entry.fields).items()}
        authors = ", ".join(_name(person) for person in known(entry.persons)["author"])
        found.append(
            {
                "key": key,
                "authors": authors,
                "title": fields["title"],
                "where": _where(str(entry.type), fields),
                "doi": fields.get("doi", ""),
            }
        )
    return found


def plain(text: str) -> str:
    """Return the text of a BibTeX field without its markup: `&` for `\\\\&`, `7–10` for `7--10`, no braces."""
    return str(Text.from_latex(text))


def _name(person: Person) -> str:
    family = [*known(person.prelast_names), *known(person.last_names)]
    given = [*known(person.first_names), *known(person.middle_names)]
    return "et al" if family == [OTHERS] and not given else plain(" ".join(family + given))


def _where(kind: str, fields: Mapping[str, str]) -> str:
    if kind == "book":
        return f"{fields['address']}: {fields['publisher']}; {fields['year']}"
    return f"{fields['journal']} {fields['year']};{fields['volume']}:{fields['pages']}"
