"""The report as a page that pandoc turns into a Word document, and that document made the same on every run."""

import io
import re
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from math import fsum

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup, escape

from metawright.report.latex_tables import layout
from metawright.report.methods.section import CITATION
from metawright.report.sections.methods import cited
from metawright.report.sections.register import appendices, article
from metawright.report.sections.section import WORD, Source
from metawright.report.tables.summary import summary_table
from metawright.words.numbers import preset, preset_of

TEMPLATE = "report.word.j2"
WIDE, HIGH = 17.0, 22.0  # centimetres that a figure may take
_PER_CM = 300.0 / 2.54
_A4 = (
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" '
    'w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>'
)
_LINE, _PANDOC_LINE = 9638, 7920  # width of the text in twentieths of a point, here and as pandoc takes it
_EMU_PER_CM = 360000
_PARAGRAPH = re.compile(r"<w:p>.*?</w:p>", re.S)
_EXTENT = re.compile(r'(<(?:wp:extent|a:ext) )cx="\d+" cy="\d+"')
_RELATION = re.compile(r"<Relationship [^>]*>")
_GRID = re.compile(r'(<w:gridCol w:w=")(\d+)"')
_APP = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<Properties '
    'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Application>{}</Application></Properties>\n"
)
#: Sizes of styles in half points: cells and lists small, captions and text as in an article.
_SIZES = {"Compact": 16, "BodyText": 21, "FirstParagraph": 21, "TableCaption": 19, "Title": 36}


def render_word(
    results: Mapping, templates: Mapping[str, str], alt_texts: Mapping[str, str], sizes: Mapping[str, tuple[int, int]]
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
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    body = members["word/document.xml"].decode()
    body = _GRID.sub(lambda found: f'{found[1]}{round(int(found[2]) * _LINE / _PANDOC_LINE)}"', body)
    body = _PARAGRAPH.sub(lambda found: _drawn(found[0], members) if "<w:drawing>" in found[0] else found[0], body)
    members["word/document.xml"] = re.sub(r"<w:sectPr ?/>|<w:sectPr>.*?</w:sectPr>", _A4, body, flags=re.S).encode()
    styles = members["word/styles.xml"].decode()
    for name, size in _SIZES.items():
        styles = re.sub(
            rf'(<w:style [^>]*w:styleId="{name}"[^>]*>)(.*?)(</w:style>)',
            lambda found, size=size: found[1] + _sized(found[2], size) + found[3],
            styles,
            flags=re.S,
        )
    members["word/styles.xml"] = styles.encode()
    core = members["docProps/core.xml"].decode()
    core = re.sub(r"<dcterms:(created|modified)[^>]*>.*?</dcterms:\1>", "", core, flags=re.S)
    members["docProps/core.xml"] = core.encode()
    members["docProps/app.xml"] = _APP.format(escape(maker)).encode()
    return members


def _drawn(paragraph: str, members: Mapping[str, bytes]) -> str:
    """Give a picture its size on this page, as pandoc fits it to a narrower one, and keep its caption beside it."""
    relations = members["word/_rels/document.xml.rels"].decode()
    key = re.search(r'r:embed="([^"]+)"', paragraph)[1]
    relation = next(one for one in _RELATION.findall(relations) if f'Id="{key}"' in one)
    size = _fitted(*png_size(members["word/" + re.search(r'Target="([^"]+)"', relation)[1]]))
    wide, high = (round(float(size[side]) * _EMU_PER_CM) for side in ("width", "height"))
    paragraph = _EXTENT.sub(rf'\g<1>cx="{wide}" cy="{high}"', paragraph)
    if "<w:pPr>" not in paragraph:
        return paragraph.replace("<w:p>", "<w:p><w:pPr><w:keepNext/></w:pPr>", 1)
    return re.sub(r"<w:pPr>(<w:pStyle [^>]*/>)?", r"<w:pPr>\1<w:keepNext/>", paragraph, count=1)


def _sized(style: str, size: int) -> str:
    sizes = f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
    style = re.sub(r"<w:szC?s? [^>]*/>", "", style)
    if "<w:rPr>" in style:
        return style.replace("</w:rPr>", f"{sizes}</w:rPr>", 1)
    return f"{style.replace('<w:rPr />', '').replace('<w:rPr/>', '')}<w:rPr>{sizes}</w:rPr>"


def widths(columns: Sequence[Mapping]) -> list[str]:
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
