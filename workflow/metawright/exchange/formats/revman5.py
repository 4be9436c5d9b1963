"""RevMan 5 review files (`.rm5`): the XML of analyses, trials and judgements."""

import io
import re
from collections.abc import Iterator
from html import escape
from html.entities import html5
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from metawright.exchange.draft import CannotRead, Draft, number, plain_text, unused_name, year
from metawright.exchange.import_format import ImportFormat, Source
from metawright.exchange.revman import CONTINUOUS, CONTRAST, DICHOTOMOUS, O_E, Analysis, DataRow, add_analyses
from metawright.exchange.risk import add_judgements
from metawright.measures.registry import all_measures
from metawright.reading.text_files import decode

#: Largest file that is read; the largest published ones have some 20 MB.
LARGEST = 100_000_000
DEEPEST = 200

_KINDS = {"DICH": DICHOTOMOUS, "CONT": CONTINUOUS, "IV": CONTRAST, "IPD": O_E}
_CELLS = {
    "events1": "EVENTS_1", "events2": "EVENTS_2", "n1": "TOTAL_1", "n2": "TOTAL_2", "mean1": "MEAN_1",
    "mean2": "MEAN_2", "sd1": "SD_1", "sd2": "SD_2", "o_e": "O_E", "variance": "VAR", "se": "SE",
    "estimate": "ESTIMATE",
}  # fmt: skip
_RESULTS = {
    "k": "STUDIES", "estimate": "EFFECT_SIZE", "ci_low": "CI_START", "ci_high": "CI_END", "tau2": "TAU2",
    "q": "CHI2", "q_df": "DF", "i2": "I2", "statistic": "Z",
}  # fmt: skip
_CHARACTERISTICS = ("CHAR_METHODS", "CHAR_PARTICIPANTS", "CHAR_INTERVENTIONS", "CHAR_OUTCOMES", "CHAR_NOTES")
#: Review Manager's words for measures, with its older ones.
_WORDS = {word: one.revman for one in all_measures() for word in (one.revman, *one.revman_aliases) if word}
_DIFFERENCES = tuple(
    word for one in all_measures() if not one.is_ratio for word in (one.revman, *one.revman_aliases) if word
)


def read_revman5(content: bytes, file: str) -> Draft:
    """Read a RevMan 5 file.

    Parameters
    ----------
    content : bytes
        The file. A document type or entity declaration is refused: RevMan writes none, and they are how XML makes a
        reader open other files or fill the memory.
    file : str
        Its name, for the source.

    Raises
    ------
    CannotRead
        If it is not the XML of an intervention review.
    """
    root, mended = _parse(content, file)
    if root.tag != "COCHRANE_REVIEW":
        raise CannotRead(f"{file}: the XML is not a RevMan review (its root is {root.tag}, expected COCHRANE_REVIEW)")
    if root.get("TYPE", "INTERVENTION") not in ("INTERVENTION", "FLEXIBLE"):
        raise CannotRead(f"{file}: a review of the type {root.get('TYPE')} has no comparisons of two arms to import")
    draft = Draft(title=_text(root.find("COVER_SHEET/TITLE")) or file, source=f"RevMan 5 file {file}")
    for note in mended:
        draft.note(note)
    names = _studies(root, draft)
    analyses = [
        _analysis(comparison, outcome, names)
        for comparison in root.iterfind("ANALYSES_AND_DATA/COMPARISON")
        for outcome in comparison
        if outcome.tag.removesuffix("_OUTCOME") in _KINDS
    ]
    if not analyses:
        raise CannotRead(f"{file}: there is no analysis with data in this review")
    skipped = [o.tag for c in root.iterfind("ANALYSES_AND_DATA/COMPARISON") for o in c if o.tag == "OTHER_OUTCOME"]
    if skipped:
        draft.note(f"{len(skipped)} tables of “other data” (text, not numbers) are left out.")
    add_analyses(draft, analyses)
    _judgements(root, draft, names)
    for path, what in (
        ("STUDIES_AND_REFERENCES/STUDIES/EXCLUDED_STUDIES/STUDY", "excluded trials"),
        ("STUDIES_AND_REFERENCES/STUDIES/AWAITING_STUDIES/STUDY", "trials awaiting classification"),
        ("STUDIES_AND_REFERENCES/STUDIES/ONGOING_STUDIES/STUDY", "ongoing trials"),
        ("SOF_TABLES/SOF_TABLE", "summary-of-findings tables"),
    ):
        count = len(root.findall(path))
        if count:
            draft.note(f"{count} {what} are not carried over.")
    draft.note("The review's text, references, figures and footnotes stay in the RevMan file.")
    return draft


def _parse(content: bytes, file: str) -> tuple[Element, list[str]]:
    """Return the root of the file, and what had to be mended on the way to it."""
    if len(content) > LARGEST:
        raise CannotRead(f"{file}: larger than {LARGEST // 1_000_000} MB; this is no RevMan file")
    try:
        return _tree(content, file), []
    except (ParseError, ValueError, LookupError) as error:
        first = str(error)
    decoded = decode(content)
    if decoded.error:
        raise CannotRead(f"{file}, line {decoded.row}: '{decoded.value}' {decoded.error}")
    text, mended = _mended(decoded.text)
    mended += [f"The file is {before}, whatever it says of itself; read as such." for _, before, _ in decoded.notes]
    try:
        if "unknown encoding" not in first:  # what it is encoded in is then anybody's guess
            return _tree(text.encode("utf-8", errors="replace"), file), mended
    except (ParseError, ValueError):
        pass
    mend = "open it in RevMan and save it again, or mend it there with an editor"
    raise CannotRead(f"{file}: cannot be read as XML ({first}); {mend}")


def _mended(text: str) -> tuple[str, list[str]]:
    """Return XML without what programs other than RevMan leave in it, and a sentence on each kind of it.

    The declaration goes, since the text is encoded anew; an entity of HTML becomes its character; control characters
    go; `&` and `<` that begin nothing become text.
    """
    text = _REFERENCE.sub(_legal, _DECLARATION.sub("", text, count=1))
    notes = []
    for what, pattern, replacement in _MENDS:
        text, count = pattern.subn(replacement, text)
        if count:
            notes.append(f"{what}: {count} in the file's XML, read as text.")
    return text, notes


def _character(match: re.Match) -> str:
    """Return the character that HTML calls so, or the words themselves with their `&` as text."""
    found = html5.get(f"{match[1]};", "") if match[1] else ""
    return escape(found) if found else f"&amp;{match[0][1:]}"


_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_REFERENCE = re.compile(r"&#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}));")
_MENDS = (
    ("Control characters", re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"), ""),
    (
        "Signs and entities that XML does not know (a bare &, &nbsp;)",
        re.compile(r"&(?!(?:#\d+|#x[0-9a-fA-F]+|amp|lt|gt|quot|apos);)(?:(\w+);)?"),
        _character,
    ),
    ("Signs < that begin no element", re.compile(r"<(?![A-Za-z_/!?])"), "&lt;"),
)


def _legal(match: re.Match) -> str:
    """Return the number of a character as it stands, or nothing where XML has no such character."""
    code = int(match[1], 16) if match[1] else int(match[2])
    ranges = ((0x20, 0xD7FF), (0xE000, 0xFFFD), (0x10000, 0x10FFFF))
    return match[0] if code in (9, 10, 13) or any(low <= code <= high for low, high in ranges) else ""


def _tree(content: bytes, file: str) -> Element:
    depth = 0
    # The stubs of `xml.etree` leave out `root`, which its documentation describes.
    steps: Any = iterparse(io.BytesIO(content), ("start", "end"), forbid_dtd=True)
    try:
        for step, _ in steps:
            depth += 1 if step == "start" else -1
            if depth > DEEPEST:
                raise CannotRead(f"{file}: elements nested more than {DEEPEST} deep; not read")
    except DefusedXmlException:
        what = "declares a document type or entities, which RevMan never does; not read"
        raise CannotRead(f"{file}: {what}") from None
    return steps.root


def _studies(root: Element, draft: Draft) -> dict[str, str]:
    """Fill the trials of *draft* and return the name of each by RevMan's identifier."""
    names: dict[str, str] = {}
    texts = {item.get("STUDY_ID"): item for item in root.iter("INCLUDED_CHAR")}
    for study in root.iterfind("STUDIES_AND_REFERENCES/STUDIES/INCLUDED_STUDIES/STUDY"):
        name = unused_name(
            " ".join(study.get("NAME", "").split()) or study.get("ID", "").strip() or "unnamed", names.values()
        )
        names[study.get("ID", name)] = name
        row = {"study": name, "label": name, "year": year(study.get("YEAR", ""))}
        for item in study.iter("IDENTIFIER"):
            if item.get("TYPE") == "DOI" and re.fullmatch(r"10\.\S+", item.get("VALUE", "").strip()):
                row.setdefault("doi", item.get("VALUE", "").strip())
        if study.get("ID") in texts:
            row |= {tag[5:].lower(): _text(texts[study.get("ID")].find(tag)) for tag in _CHARACTERISTICS}
        draft.studies.append(row)
    return names


def _analysis(comparison: Element, outcome: Element, names: dict[str, str]) -> Analysis:
    kind = outcome.tag.removesuffix("_OUTCOME")
    measure = outcome.get("EFFECT_MEASURE", "")
    measure = _WORDS.get(measure, measure)
    if measure == "OTHER" or not measure:
        measure = _text(outcome.find("EFFECT_MEASURE")) or "other effect measure"
    groups = {group.get("NO", str(i)): group for i, group in enumerate(outcome.findall(f"{kind}_SUBGROUP"), start=1)}
    totals = outcome.get("TOTALS", "YES")
    ratio = _KINDS[kind] in (DICHOTOMOUS, O_E) and measure not in _DIFFERENCES
    if _KINDS[kind] == CONTRAST:
        ratio = outcome.get("LOG_DATA") == "YES" or ("LOG_DATA" not in outcome.attrib and measure not in _DIFFERENCES)
    return Analysis(
        group=comparison.get("NO", ""),
        item=outcome.get("NO", ""),
        name=_text(outcome.find("NAME")),
        comparison=_text(comparison.find("NAME")),
        kind=_KINDS[kind],
        method=outcome.get("METHOD", "IV"),
        measure=measure,
        model=("DL", "z") if outcome.get("RANDOM") == "YES" else ("FE", "z"),
        pooled={"YES": "overall", "SUB": "subgroups"}.get(totals, "none"),
        ratio=ratio,
        swapped=outcome.get("SWAP_EVENTS") == "YES",
        level=number(outcome.get("CI_TOTAL", "95")) or 95.0,
        unit=outcome.get("UNITS", ""),
        labels=(_text(outcome.find("GROUP_LABEL_1")), _text(outcome.find("GROUP_LABEL_2"))),
        favours=(_text(outcome.find("GRAPH_LABEL_1")), _text(outcome.find("GRAPH_LABEL_2"))),
        rows=list(_rows(outcome, kind, groups, names)),
        subgroups={key: _text(group.find("NAME")) for key, group in groups.items()},
        results={"": _result(outcome), **{key: _result(group) for key, group in groups.items()}},
    )


def _rows(outcome: Element, kind: str, groups: dict, names: dict[str, str]) -> Iterator[DataRow]:
    for group, parent in (("", outcome), *groups.items()):
        for item in parent.findall(f"{kind}_DATA"):
            cells = {name: item.get(attribute, "") for name, attribute in _CELLS.items()}
            study = names.get(item.get("STUDY_ID", ""), item.get("STUDY_ID", "").strip())
            yield DataRow(study, group, cells, _text(item.find("FOOTNOTE")))


def _result(element: Element) -> dict[str, str]:
    if element.get("ESTIMABLE", "YES") != "YES":
        return {}
    return {name: element.get(attribute, "") for name, attribute in _RESULTS.items()}


def _judgements(root: Element, draft: Draft, names: dict[str, str]) -> None:
    found, domains = [], []
    for item in root.iterfind("QUALITY_ITEMS/QUALITY_ITEM"):
        title = _text(item.find("NAME"))
        groups = {g.get("ID"): _text(g.find("NAME")) for g in item.findall("QUALITY_ITEM_DATA_ENTRY_GROUP")}
        for entry in item.iter("QUALITY_ITEM_DATA_ENTRY"):
            group = groups.get(entry.get("GROUP_ID"), "")
            name = f"{title}: {group}" if group and len(groups) > 1 else title
            domains.append(name)
            study = names.get(entry.get("STUDY_ID", ""))
            if study:
                found.append((study, name, entry.get("RESULT", ""), _text(entry.find("DESCRIPTION"))))
    add_judgements(draft, found, domains)


def _text(element: Element | None) -> str:
    return "" if element is None else plain_text(" ".join(element.itertext()))


def _is_revman5(source: Source) -> bool:
    return len(source.files) == 1 and _is_xml(next(iter(source.files.values()))[:256])


def _is_xml(start: bytes) -> bool:
    """Whether the first bytes of a file begin an element, in UTF-16 with its mark or in what holds ASCII."""
    encoding = "utf-16" if start.startswith((b"\xff\xfe", b"\xfe\xff")) else "latin-1"
    return start.removeprefix(b"\xef\xbb\xbf").decode(encoding, errors="ignore").lstrip()[:1] == "<"


def _read(source: Source) -> Draft:
    file, content = next(iter(source.files.items()))
    return read_revman5(content, file)


FORMAT = ImportFormat(
    name="RevMan 5",
    order=1,
    description="a RevMan 5 file (.rm5)",
    recognises=_is_revman5,
    read=_read,
)
