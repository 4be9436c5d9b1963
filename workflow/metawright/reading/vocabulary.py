"""The words of a protocol as people write them: outcomes and arms."""

import re
from collections.abc import Mapping
from functools import lru_cache

from metawright.reading.characters import fold
from metawright.reading.protocol import ArmWords, Outcome

#: How the reason of a row begins that lacks a number; such a row may still have its number recovered.
NOT_REPORTED = "not reported: "


_SUM = re.compile(
    r"(?:(?:sub|grand|zwischen|gesamt|sous)[ -]?)?(?:totals?|totale|summe)(?: (?:events|participants|effect|n))?"
    r"|overall(?: (?:effect|estimate|result|total)s?)?|gesamt(?:ergebnis|effekt)?|insgesamt"
    r"|(?:summary|combined) (?:effect|estimate|result)s?|pooled(?: (?:effect|estimate|result)s?)?"
)


@lru_cache(maxsize=1 << 14)
def is_sum(name: str) -> bool:
    """Whether a study is called what tables call the line of their sums or pooled results: `Total (95% CI)`."""
    return _SUM.fullmatch(re.sub(r"\s*[(\[].*[)\]]|[:*.]", "", fold(name)).strip()) is not None


def outcome_words(outcomes: Mapping[str, Outcome]) -> dict[str, str]:
    """Return every word, folded, that means an outcome, with the outcome's key."""
    return {fold(word): key for key, outcome in outcomes.items() for word in (key, *outcome.get("aliases", []))}


def arm_words(arms: ArmWords) -> dict[str, str]:
    """Return every word, folded, that means an arm, with its role."""
    words = {role: role for role in ("experimental", "control", "contrast")}
    for role in ("experimental", "control"):
        words.update({fold(name): role for name in arms[role]})
    return words
