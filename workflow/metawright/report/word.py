"""The report as a page that pandoc turns into a Word document, and that document made the same on every run."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from math import fsum
from typing import TYPE_CHECKING, cast

from docx import Document
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.oxml.shape import CT_Inline
from docx.section import Section
from docx.shape import InlineShape
from docx.shared import Cm, Emu, Pt, Twips
from docx.text.paragraph import Paragraph
from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup, escape

from metawright.report.latex_tables import layout
from metawright.report.methods.section import CITATION
from metawright.report.sections.methods import cited
from metawright.report.sections.register import appendices, article
from metawright.report.sections.section import WORD, Source
from metawright.report.tables.summary import summary_table
from metawright.words.numbers import preset, preset_of

if TYPE_CHECKING:
    from docx.opc.part import XmlPart
    from docx.styles.style import CharacterStyle

    from metawright.report.documents import Results
    from metawright.report.latex_tables import LaidColumn


TEMPLATE = "report.word.j2"
WIDE, HIGH = 17.0, 22.0  # centimetres that a figure may take
_PER_CM = 300.0 / 2.54
#: Width of the text in twentieths of a point, here and as pandoc takes it.
_LINE, _PANDOC_LINE = 9638, 7920
_APP = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<Properties '
    'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Application>{}</Application></Properties>\n"
)
#: Sizes of styles in points: cells and lists small, captions and text as in an article.
_SIZES = {"Compact": 8, "Body Text": 10.5, "First Paragraph": 10.5, "Table Caption": 9.5, "Title": 18}


def render_word(
    results: Results, templates: Mapping[str, str], alt_texts: Mapping[str, str], sizes: Mapping[str, tuple[int, int]]
) -> str:
    """Render the page.

    Parameters
    ----------
    results : mapping
        The document of `gather_results`.
    templates : mapping
        Text of every template by its name under `templates/`, `report.word.j2` and `word/...`.
    alt_texts, sizes : mapping
        Words, and width and height in dots, of every figure by its name.

    Returns
    -------
    str
        HTML without style or script; its pictures lie beside it as `<name>.png`.
    """
    environment = Environment(
        loader=DictLoader(dict(templates)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    with preset(preset_of(results["protocol"])):
        source = Source(results, WORD, list(sizes))
        shown = {"article": article(source), "appendices": appendices(source)}
        shown["summary_table"] = summary_table(results)
    shown |= {"place": source.place, "review": results["review"]}
    environment.filters |= {"layout": layout, "widths": widths}
    environment.filters["cite"] = _citations(cited(results))
    environment.globals["number"] = _numbers()
    environment.globals["pictures"] = {
        name: {"alt": alt_texts.get(name, "").strip(), **_fitted(*size)} for name, size in sizes.items()
    }
    return environment.get_template(TEMPLATE).render(**shown)


def png_size(content: bytes) -> tuple[int, int]:
    """Return width and height of a PNG in dots.

    Raises
    ------
    ValueError
        If *content* is no PNG.
    """
    if content[:8] != b"\x89PNG\r\n\x1a\n":
        raise ValueError("not a PNG")
    return struct.unpack(">II", content[16:24])


def settled(document: bytes, maker: str) -> dict[str, bytes]:
    """Return the members of a Word document of pandoc on an A4 page, in sizes for tables, without a date.

    Parameters
    ----------
    document : bytes
        What pandoc wrote.
    maker : str
        Name and version of the program, `pandoc 3.1`, which the document then names.

    Returns
    -------
    dict
        Content by name, for `metawright.files.zips.write_zip`, which sorts and dates them alike on every run.
    """
    word = Document(io.BytesIO(document))
    _on_a4(word.sections[-1])
    for table in word.tables:
        for column in table.columns:
            if column.width is not None:
                column.width = Twips(round(column.width.twips * _LINE / _PANDOC_LINE))
    for inline in word.element.body.xpath(".//w:p//wp:inline"):
        _draw(inline, word)
    for name, size in _SIZES.items():
        if name in word.styles:
            _resize(cast("CharacterStyle", word.styles[name]), size)
    package = word.part.package
    assert package is not None
    core = cast("XmlPart", package.part_related_by(RELATIONSHIP_TYPE.CORE_PROPERTIES)).element
    for when in core.xpath("dcterms:created | dcterms:modified"):
        core.remove(when)
    buffer = io.BytesIO()
    word.save(buffer)
    with zipfile.ZipFile(buffer) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    return members | {"docProps/app.xml": _APP.format(escape(maker)).encode()}


def _on_a4(section: Section) -> None:
    section.page_width, section.page_height = Twips(11906), Twips(16838)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Twips(1134)
    section.header_distance = section.footer_distance = Twips(567)
    section.gutter = Twips(0)


def _draw(inline: CT_Inline, word: WordDocument) -> None:
    """Give a picture its size on this page, as pandoc fits it to a narrower one, and keep its caption beside it."""
    blob = word.part.related_parts[inline.graphic.graphicData.pic.blipFill.blip.embed].blob
    size, shape = _fitted(*png_size(blob)), InlineShape(inline)
    shape.width, shape.height = (Emu(round(float(size[side]) * Cm(1))) for side in ("width", "height"))
    (paragraph,) = inline.xpath("ancestor::w:p[1]")
    Paragraph(paragraph, word).paragraph_format.keep_with_next = True


def _resize(style: CharacterStyle, points: float) -> None:
    """Set the size of a style's letters, those of complex scripts too, of which python-docx knows nothing."""
    style.font.size = Pt(points)
    (size,) = style.element.xpath("./w:rPr/w:sz")
    for other in style.element.xpath("./w:rPr/w:szCs"):
        other.getparent().remove(other)
    size.addnext(OxmlElement("w:szCs", {qn("w:val"): size.get(qn("w:val"))}))


def widths(columns: Sequence[LaidColumn]) -> list[str]:
    """Return the widths of the columns of a table in percent of the line.

    Those of the article, but a table that fills most of the line fills it: Word's typefaces are wider than LaTeX's.
    """
    shares = [float(column["width"]) for column in columns]
    total = fsum(shares)
    return [f"{100 * share / (total if total > 0.55 else total**0.5):.2f}" for share in shares]


def _fitted(width: int, height: int) -> dict[str, str]:
    scale = min(1.0, WIDE / (width / _PER_CM), HIGH / (height / _PER_CM))
    return {"width": f"{width / _PER_CM * scale:.2f}", "height": f"{height / _PER_CM * scale:.2f}"}


def _numbers() -> Callable[[str], str]:
    """Return a function that counts: `Table 1.`, `Table 2.`, `Figure 1.`."""
    last: dict[str, int] = {}

    def number(kind: str) -> str:
        last[kind] = last.get(kind, 0) + 1
        return f"{kind} {last[kind]}."

    return number


def _citations(order: list[str]) -> Callable[[str], Markup]:
    """Return the filter that turns `[@key; @key]` into the numbers of the references, in brackets."""

    def cite(text: str) -> Markup:
        def numbers(found: re.Match) -> str:
            keys = (key.strip().lstrip("@") for key in found.group(1).split(";"))
            return f"({', '.join(str(order.index(key) + 1) for key in keys)})"

        return escape(CITATION.sub(numbers, text))

    return cite
