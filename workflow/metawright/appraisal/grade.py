"""Overall grades by a review's own rule, such as A/B/C from the domains at low risk."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Levels = Mapping[str, str | None] | Sequence[str | None]
#: Judgements by domain; by number where domains are not named.
_ByDomain = Mapping[Any, str | None]

_COUNTED = re.compile(r"(all|any|none|at_least_(\d+)|at_most_(\d+))_(\w[\w ]*)")
_DOMAIN = re.compile(r"(\w+) is (\w[\w ]*)")


def grade(levels: Levels, rule: Mapping[str, str]) -> str | None:
    """Return the grade of one trial.

    Parameters
    ----------
    levels : mapping or sequence of str or None
        The judgement on each domain, by the domain's key where a condition names domains; None where there is none.
    rule : mapping
        Grade and condition, tried in order; `otherwise` names the grade where no condition holds. A condition is
        `all_low`, `any_high`, `none_low`, `at_least_5_low`, `at_most_1_unclear` (over the domains; `_` or a space
        within a level) or `allocation_concealment is low` (of one domain), or several of these joined by `and`.

    Returns
    -------
    str or None
        None where a judgement is missing or no condition holds.

    Raises
    ------
    ValueError
        If a condition is not of that form.
    """
    conditions = {name: parse(text) for name, text in rule.items() if name != "otherwise"}
    by_domain = levels if isinstance(levels, Mapping) else dict(enumerate(levels))
    if not by_domain or None in by_domain.values():
        return None
    for name, parts in conditions.items():
        if all(holds(by_domain) for _, _, holds in parts):
            return name
    return rule.get("otherwise")


def parse(condition: str) -> list[tuple[str, str | None, Callable[[_ByDomain], bool]]]:
    """Return the parts of a condition: level, domain (None: counted over all), and whether judgements fulfil it.

    Raises
    ------
    ValueError
        If the condition is not of the form that `grade` describes.
    """
    return [_part(text.strip(), condition) for text in condition.split(" and ")]


def _part(text: str, condition: str) -> tuple[str, str | None, Callable[[_ByDomain], bool]]:
    if named := _DOMAIN.fullmatch(text):
        domain, level = named[1], named[2].replace("_", " ")
        return level, domain, lambda levels: levels.get(domain) == level
    if counted := _COUNTED.fullmatch(text):
        word, least, most, level = counted[1], counted[2], counted[3], counted[4].replace("_", " ")

        def holds(levels: _ByDomain) -> bool:
            number = sum(one == level for one in levels.values())
            if least or most:
                return number >= int(least) if least else number <= int(most)
            return {"all": number == len(levels), "any": number > 0, "none": number == 0}[word]

        return level, None, holds
    raise ValueError(f"unknown condition {condition!r} in the rule for grades")


def condition_words(condition: str, labels: Mapping[str, str]) -> str:
    """Return a condition as a sentence has it: "at least 5 domains are at low risk".

    Parameters
    ----------
    condition : str
        As in `grade`.
    labels : mapping
        Label of each domain.
    """
    said = []
    for text in condition.split(" and "):
        text = text.strip()
        if named := _DOMAIN.fullmatch(text):
            said.append(f"{labels.get(named[1], named[1].replace('_', ' '))} is {_level_words(named[2])}")
        elif counted := _COUNTED.fullmatch(text):
            number = int(counted[2] or counted[3] or 0)
            verb = "domain is" if number == 1 else "domains are"
            words = {"all": "all domains are", "any": "any domain is", "none": "no domain is"}
            who = words.get(counted[1]) or f"{'at least' if counted[2] else 'at most'} {number} {verb}"
            said.append(f"{who} {_level_words(counted[4])}")
    return " and ".join(said)


def _level_words(level: str) -> str:
    level = level.replace("_", " ")
    return f"judged {level}" if " " in level else f"at {level} risk"
