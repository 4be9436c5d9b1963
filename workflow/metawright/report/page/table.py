"""A table of `metawright.report.tables` as HTML. A template takes many times as long; most of a report is tables."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from metawright.report.tables.table import TableData


_MARKS = frozenset("&<>\"'")
#: A head that is shorter does not break; running text that is longer may.
_SHORT, _LONG = 26, 32


def html_table(table: TableData | None, kind: str, anchor: str) -> Markup:
    """Return a table that scrolls sideways where it does not fit, and its notes.

    Parameters
    ----------
    table : mapping or None
        From `metawright.report.tables.table.table`; nothing comes of None.
    kind : str
        A further class; with `quiet` the caption is hidden, which stands in a heading beside it then.
    anchor : str
        Id of the table.
    """
    if not table:
        return Markup("")
    quiet = ' class="hidden"' if "quiet" in kind else ""
    parts = [
        f'<div class="table {_safe(kind)}" role="region" tabindex="0" aria-labelledby="{anchor}-caption">\n'
        f'<table id="{anchor}">\n<caption{quiet} id="{anchor}-caption">{_safe(table["caption"])}</caption>\n'
        "<thead><tr>\n"
    ]
    columns = [(column["align"], " wide" if column["wide"] else "") for column in table["columns"]]
    for (align, wide), column in zip(columns, table["columns"], strict=True):
        parts.append(f'<th scope="col" class="{align}{wide}">{_safe(column["label"])}</th>\n')
    parts.append("</tr></thead>\n<tbody>\n")
    for row in table["rows"]:
        parts.append("<tr>\n")
        for place, (one, (align, wide)) in enumerate(zip(row, columns, strict=False)):
            text, note = one["text"], one["note"]
            small = f"<small>{_safe(note)}</small>" if note else ""
            if not place:
                short = " short" if len(text) < _SHORT else ""
                parts.append(f'<th scope="row" class="{align}{short}">{_safe(text)}{small}</th>\n')
                continue
            wrap = " wrap" if len(text) > _LONG else ""
            own = f" {_safe(one['kind'])}" if one["kind"] else ""
            parts.append(f'<td class="{align}{wide}{wrap}{own}"><span>{_safe(text)}</span>{small}</td>\n')
        parts.append("</tr>\n")
    parts.append("</tbody>\n</table>\n</div>\n")
    parts += [f'<p class="note">{_safe(note)}</p>\n' for note in table["notes"]]
    return Markup("".join(parts))


@cache
def _words(text: str) -> str:
    return str(escape(text))


def _safe(text: str) -> str:
    """Return *text* escaped; most texts of a table are numbers, which need nothing."""
    return text if _MARKS.isdisjoint(text) else _words(text)
