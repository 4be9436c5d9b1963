"""Characters that look like others: spaces, dashes and digits as word processors and web pages set them."""

import re
from functools import lru_cache

_SPACES = (
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
    "\t\n\r\v\f\x85\u2028\u2029"
)
_INVISIBLE = (
    "\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u207b\ufe58\ufe63"

UNUSUAL_SPACES = dict.fromkeys(map(ord, _SPACES), " ")
INVISIBLE = dict.fromkeys(map(ord, _INVISIBLE))
DASHES = dict.fromkeys(map(ord, _DASHES), "-")
FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}

_ALL = {**UNUSUAL_SPACES, **INVISIBLE, **DASHES, **FULL_WIDTH}
_RUN = re.compile(r"\s+")


def plain_text(text: str) -> str:
    """Return *text* without invisible characters and surrounding space, every run of spaces as one space."""
    if not text.isascii():
        text = text.translate(INVISIBLE).translate(UNUSUAL_SPACES)
    return _RUN.sub(" ", text).strip()


@lru_cache(maxsize=1 << 16)
def fold(word: str) -> str:
    """Return *word* as names are matched: without case, surrounding space and the differences of typesetting."""
    if not word.isascii():
        word = word.translate(_ALL)
    return _RUN.sub(" ", word).strip().casefold()
