"""Names in Greek and Cyrillic letters, spelled in Latin ones where a typeface lacks theirs."""

import re
import unicodedata

# ISO 9:1995 for Russian, Ukrainian, Bulgarian, Serbian and Macedonian; its soft and hard sign left out.
_CYRILLIC = dict(zip("абвгдезийклмнопрстуфхцэ", "abvgdezijklmnoprstufhcè", strict=True)) | {
    "ё": "ë", "ж": "ž", "ч": "č", "ш": "š", "щ": "ŝ", "ъ": "", "ы": "y", "ь": "", "ю": "û", "я": "â", "і": "ì",
    "ї": "ï", "є": "ê", "ґ": "g", "ђ": "đ", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "ć", "џ": "dž", "ѓ": "ǵ", "ќ": "ḱ",
    "ѕ": "dz", "ў": "ŭ",
}  # fmt: skip
# ISO 843:1997 letter by letter, eta and omega without their bars.
_GREEK = dict(zip("αβγδεζηικλμνξοπρσςτυφω", "avgdeziiklmnxoprsstyfo", strict=True)) | {"θ": "th", "χ": "ch", "ψ": "ps"}
_WORDS = re.compile("[\u0370-\u03ff\u1f00-\u1fff]{2,}|[\u0400-\u04ff]+")


def in_latin(text: str) -> str:
    """Return *text* with its words in Greek or Cyrillic letters spelled in Latin letters.

    A single Greek letter is a sign, such as that of a variance, and stays.
    """
    return _WORDS.sub(lambda found: "".join(map(_letter, found.group())), text)


def _letter(char: str) -> str:
    small = char.lower()
    spelled = _CYRILLIC.get(small)
    if spelled is None:
        bare = "".join(one for one in unicodedata.normalize("NFD", small) if not unicodedata.combining(one))
        spelled = _GREEK.get(bare, _CYRILLIC.get(bare, char if bare == small else bare))
    return spelled if char == small else spelled.capitalize()
