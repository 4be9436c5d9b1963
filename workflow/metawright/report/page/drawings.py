"""Figures inside the page: one typeface and one copy of every style for all, coordinates as a screen needs."""

import html
import re
from collections.abc import Iterable, Mapping

from metawright.figures.kit.embedded_fonts import font_faces, with_usual
from metawright.report.svg import inline_svg

_FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}\s*")
_ROUND_JOINS = re.compile(r"#[\w-]+ \*\s*\{stroke-linejoin: round; stroke-linecap: butt\}\s*")
_EMPTY_STYLE = re.compile(r"<style[^>]*>\s*</style>\s*")
_EMPTY_DEFS = re.compile(r"<defs>\s*</defs>\s*")
_WORDS = re.compile(r"\s*<(title|desc)\b[^>]*>.*?</\1>\s*", re.S)
_OWN_TITLE = re.compile(r"<title\b[^>]*>(.*?)</title>", re.S)
_TAG = re.compile(r"<[^>!?]+>")
_LONG_NUMBER = re.compile(r"(?<![\w.#-])(-?[1-9]\d*\.\d\d)\d+(?![\w.])")
_STYLE = re.compile(r'\sstyle="([^"]*)"')
_LONE = re.compile(r"<g>\s*(<(?:text|path|use|rect|circle|line)\b[^>]*(?:/>|>[^<]*</(?:text)>))\s*</g>")
_SPACE = re.compile(r">\s+<")
_TEXT = re.compile(r"<text\b([^>]*)>(.*?)</text>", re.S)

#: What every figure sets on all its elements; without weight, so that an element's own class wins.
COMMON = ":where(.drawing svg *){stroke-linejoin:round;stroke-linecap:butt}"


class Drawings:
    """The figures of one page; `style` is complete once every figure was added.

    Parameters
    ----------
    figures : mapping
        SVG text by the figure's name.
    alt_texts : mapping
        What each figure shows, in words.
    shared : bool
        Whether further pages follow: the typeface then has all usual signs, so that one subset does for nearly all.
    """

    def __init__(self, figures: Mapping[str, str], alt_texts: Mapping[str, str], shared: bool = False) -> None:
        self._classes: dict[str, str] = {}
        self.drawn = {name: self._drawn(name, svg, alt_texts.get(name, "").strip()) for name, svg in figures.items()}
        embedded = [svg for svg in figures.values() if "@font-face" in svg]
        used = characters(embedded)
        if shared:
            used = {style: set(with_usual(signs)) if signs else signs for style, signs in used.items()}
        faces = font_faces({**used}) if embedded else ""
        rules = [f".drawing .{name}{{{style}}}" for style, name in self._classes.items()]
        self.style = "\n".join(filter(None, [faces, COMMON, *rules]))

    def _drawn(self, name: str, svg: str, alt: str) -> dict:
        title = _OWN_TITLE.search(svg)
        words = html.unescape(title[1]).strip() if title else alt.split("\n")[0] or name
        body = _WORDS.sub("", _ROUND_JOINS.sub("", _FONT_FACE.sub("", svg)))
        body = _EMPTY_DEFS.sub("", _EMPTY_STYLE.sub("", body))
        body = inline_svg(body, f"fig-{name}", words)
        body = _TAG.sub(lambda tag: self._slim(tag[0]), body)
        body = _SPACE.sub("><", _LONE.sub(r"\1", body))
        if not alt:
            return {"svg": body, "alt": alt}
        words_id = f"words-{re.sub(r'[^A-Za-z0-9_.-]+', '-', name)}"
        return {
            "svg": body.replace("<svg ", f'<svg aria-describedby="{words_id}" ', 1),
            "alt": alt,
            "words_id": words_id,
        }

    def _slim(self, tag: str) -> str:
        """Return a tag with two decimals of what is above 1, and a class in place of its style."""
        # Of what `split` returns every second part is what the pattern keeps.
        tag = "".join(_LONG_NUMBER.split(" ".join(tag.split())))
        found = _STYLE.search(tag) if "style" in tag else None
        if not found or " class=" in tag:
            return tag
        style = found[1].replace("; ", ";").replace(": ", ":").strip(";")
        name = self._classes.setdefault(style, f"d{len(self._classes)}")
        return f'{tag[: found.start()]} class="{name}"{tag[found.end() :]}'


def characters(figures: Iterable[str]) -> dict[str, set[str]]:
    """Return the characters of all text in *figures* by typeface style: `regular`, `bold`, `italic`."""
    used: dict[str, set[str]] = {"regular": set(), "bold": set(), "italic": set()}
    for svg in figures:
        for attributes, content in _TEXT.findall(svg):
            look = attributes + content
            bold = re.search(r"font-weight[:=]\s*\"?(?:bold|[6-9]00)", look)
            style = "bold" if bold else "italic" if re.search(r"font-style[:=]\s*\"?(?:italic|oblique)", look) else ""
            used[style or "regular"] |= set(html.unescape(re.sub(r"<[^>]*>", "", content)))
    return used
