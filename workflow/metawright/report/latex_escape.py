"""Text made safe for LaTeX: whatever stands in a review's files prints, and never breaks the build.

The targets are pdfLaTeX with T1 fonts (Latin Modern) and UTF-8 input. Letters that those fonts have stay as
they are, so that a co-author reads names in the source; signs and single Greek letters become commands; words in Greek
and Cyrillic letters are spelled in Latin ones (`metawright.words.latin`), and so are letters of all other scripts (by
anyascii: Wang for a Chinese name, `:grinning:` for an emoji); what has neither glyph nor spelling, a rare sign say,
becomes `\\unprintable{223C}`, which prints its code point and may be redefined under another engine.
"""

import re
import unicodedata
from functools import cache, lru_cache

from anyascii import anyascii

from metawright.report.latex_commands import COMMANDS, one_line
from metawright.words.latin import in_latin

_ASCII = COMMANDS | {
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "`": r"\textasciigrave{}",
}
# Latin letters of the T1 encoding outside Latin-1, and punctuation that prints as it stands.
_LATIN = frozenset(
    [chr(code) for code in range(0x00A1, 0x0180) if code not in (0x00AD, 0x0126, 0x0127, 0x0138, 0x0149, 0x017F)]
    + [chr(code) for code in range(0x0218, 0x021C)]
) - frozenset("ĿŀŦŧ²³¹")
_PUNCTUATION = frozenset("‘’‚“”„–—…•‹›€™‰†‡")
_SIGNS = {
    "\u00a0": "~",
    "\u00ad": r"\-",
    "\u2009": r"\,",
    "\u202f": r"\,",
    "\u2010": "-",
    "\u2011": "-",
    "²": r"\textsuperscript{2}",
    "³": r"\textsuperscript{3}",
    "¹": r"\textsuperscript{1}",
    "−": r"\ensuremath{-}",
    "±": r"\ensuremath{\pm}",
    "∓": r"\ensuremath{\mp}",
    "×": r"\ensuremath{\times}",
    "÷": r"\ensuremath{\div}",
    "≤": r"\ensuremath{\leq}",
    "≥": r"\ensuremath{\geq}",
    "≠": r"\ensuremath{\neq}",
    "≈": r"\ensuremath{\approx}",
    "≡": r"\ensuremath{\equiv}",
    "∞": r"\ensuremath{\infty}",
    "∑": r"\ensuremath{\sum}",
    "√": r"\ensuremath{\surd}",
    "·": r"\ensuremath{\cdot}",
    "→": r"\ensuremath{\rightarrow}",
    "←": r"\ensuremath{\leftarrow}",
    "↑": r"\ensuremath{\uparrow}",
    "↓": r"\ensuremath{\downarrow}",
    "′": r"\ensuremath{'}",
    "″": r"\ensuremath{''}",
    "∆": r"\ensuremath{\Delta}",
    "Ω": r"\ensuremath{\Omega}",
    "µ": r"\ensuremath{\mu}",
}
_GREEK = (
    {"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "varepsilon", "ζ": "zeta"}
    | {"η": "eta", "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu"}
    | {"ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau"}
    | {"υ": "upsilon", "φ": "varphi", "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma"}
    | {"Δ": "Delta", "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma"}
    | {"Φ": "Phi", "Ψ": "Psi", "Ω": "Omega"}
)
_ACCENTS = {
    "\u0300": "`",
    "\u0301": "'",
    "\u0302": "^",
    "\u0303": "~",
    "\u0304": "=",
    "\u0306": "u",
    "\u0307": ".",
    "\u0308": '"',
    "\u030a": "r",
    "\u030b": "H",
    "\u030c": "v",
    "\u0323": "d",
    "\u0327": "c",
    "\u0328": "k",
    "\u0331": "b",
}
_MATH_ACCENTS = {
    "\u0300": "grave",
    "\u0301": "acute",
    "\u0302": "hat",
    "\u0303": "tilde",
    "\u0304": "bar",
    "\u0306": "breve",
    "\u0307": "dot",
    "\u0308": "ddot",
    "\u030c": "check",
}
#: Arabic letters without a sound of their own (a long vowel, and what only stretches a word), and what picks one of
#: several forms of the character before it.
_SILENT = frozenset("\u0627\u0640") | frozenset(map(chr, range(0xFE00, 0xFE10)))
#: Letters with an accent that T1 fonts have as one glyph and that others may be put over.
_TWO_IN_ONE = frozenset("ÀÁÂÃÄÅÈÉÊËÌÍÎÏÒÓÔÕÖÙÚÛÜÝàáâãäåèéêëìíîïòóôõöùúûüýĂă")
# A letter and the accents that Unicode has no joint character for; or any other character.
_CLUSTERS = re.compile("(.)([\u0300-\u036f]+)|.", re.DOTALL)
# ASCII that means nothing to LaTeX, but for pairs that are signs of their own and what may begin an argument.
_PLAIN = re.compile(r"[A-Za-z0-9 .:;()/+=?!'\-,@\[\]*]*")
_PAIRS = re.compile(r"--|''|,,|^[\[*]")
# Letter pairs that T1 fonts join into another sign.
_LIGATURES = re.compile(r"-(?=-)|'(?=')|,(?=,)")


def escape_latex(text: object) -> str:
    """Return *text* for the body of a LaTeX document.

    Parameters
    ----------
    text : object
        Any value; its `str`. Line ends become spaces, control characters vanish.

    Returns
    -------
    str
        Only characters that pdfLaTeX prints, nothing that acts as a command, balanced braces. A `[` or `*` at the
        start is protected, so that it is not read as an argument of a `\\\\` before it.
    """
    return _escaped(str(text))


@lru_cache(maxsize=2**14)
def _escaped(text: str) -> str:
    if _PLAIN.fullmatch(text) and not _PAIRS.search(text):
        return text
    plain = in_latin(one_line(text))
    plain = _LIGATURES.sub(lambda found: found.group() + "\0", unicodedata.normalize("NFC", plain))
    made = "".join(
        _accented(*found.groups()) if found[1] else _escape_char(found[0]) for found in _CLUSTERS.finditer(plain)
    )
    return f"{{{made[0]}}}{made[1:]}" if made[:1] in ("[", "*") else made


def plain_letters(text: str) -> str:
    """Return what of *text* may stand in a title that a PDF viewer shows: letters, digits, simple punctuation."""
    kept = (char for char in unicodedata.normalize("NFC", text) if char in _LATIN or char.isascii())
    return re.sub(r"[^\w .,:;()/?!'+-]|_", "", "".join(kept)).strip()


def _accented(letter: str, marks: str) -> str:
    """Put accents over or under a letter, the first one nearest to it."""
    known, base = _ACCENTS, _escape_char(letter)
    # Text fonts put a second accent over letters that have the first one built in; mathematics over any.
    built_in = unicodedata.normalize("NFC", letter + marks[0]) in _TWO_IN_ONE
    stacked = len(marks) > 1 and letter.isascii() and not built_in
    mathematical = letter in _GREEK or (stacked and _MATH_ACCENTS.keys() >= set(marks))
    if mathematical:
        known, base = _MATH_ACCENTS, rf"\{_GREEK[letter]}" if letter in _GREEK else rf"\mathrm{{{letter}}}"
    if not known.keys() >= set(marks) or not letter.isalpha():
        return _escape_char(letter) + "".join(map(_escape_char, marks))
    for mark in marks:
        base = rf"\{known[mark]}{{{base}}}"
    return rf"\ensuremath{{{base}}}" if mathematical else base


@cache
def _escape_char(char: str) -> str:
    if char == "\0":  # between letters that would be joined
        return "{}"
    if char.isascii():
        return _ASCII.get(char, char)
    if char in _SIGNS:
        return _SIGNS[char]
    if char in _GREEK:
        return rf"\ensuremath{{\{_GREEK[char]}}}"
    if char in _LATIN or char in _PUNCTUATION:
        return char
    made = _decomposed(char) or _spelled(char)
    return made if made or char in _SILENT else rf"\unprintable{{{ord(char):04X}}}"


def _spelled(char: str) -> str:
    """Spell a letter, vowel sign, digit or punctuation mark of another script in ASCII, and an emoji by its name."""
    kind, spelled = unicodedata.category(char), anyascii(char)
    named = len(spelled) > 2 and spelled[0] == spelled[-1] == ":"
    known = kind[0] in "LNP" or kind in ("Mn", "Mc") or named
    return "".join(_ASCII.get(one, one) for one in spelled) if known else ""


def _decomposed(char: str) -> str:
    """Spell a character by its parts: a letter with an accent, or what a circled or narrow form stands for."""
    if unicodedata.category(char) == "Zs":
        return " "
    letter, *marks = unicodedata.normalize("NFD", char)
    if marks and letter.isascii() and _ACCENTS.keys() >= set(marks):
        return _accented(letter, "".join(marks))
    plain = unicodedata.normalize("NFKD", char)
    if plain == char or not plain.isascii():
        return ""
    spelled = "".join(_ASCII.get(one, one) for one in plain)
    kind = unicodedata.decomposition(char).partition(" ")[0]
    if kind == "<super>":
        return rf"\textsuperscript{{{spelled}}}"
    if kind == "<sub>":
        return rf"\textsubscript{{{spelled}}}"
    return f"({spelled})" if kind == "<circle>" else spelled
