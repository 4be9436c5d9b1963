"""Overall grades by a review's own rule, such as A/B/C from the share of domains at low risk."""

from collections.abc import Mapping

_QUANTIFIERS = {"all": all, "any": any, "none": lambda truths: not any(truths)}


def grade(levels: list[str | None], rule: Mapping[str, str]) -> str | None:
    """Return the grade of one trial.

    Parameters
    ----------
    levels : list of str or None
        The judgement on each domain, None where there is none.
    rule : mapping
        Grade and condition, tried in order: `all_low`, `none_low`, `any_high` and so on (`all`, `any` or `none`
        and a level, with `_` for spaces). `otherwise` names the grade where no condition holds.

    Returns
    -------
    str or None
        None where a judgement is missing or no condition holds.

    Raises
    ------
    ValueError
        If a condition is not of that form.
    """
    conditions = {name: _parts(condition) for name, condition in rule.items() if name != "otherwise"}
    if not levels or None in levels:
        return None
    for name, (quantifier, level) in conditions.items():
        if quantifier(item == level for item in levels):
            return name
    return rule.get("otherwise")


def _parts(condition: str) -> tuple:
    word, _, level = condition.partition("_")
    if word not in _QUANTIFIERS or not level:
        raise ValueError(f"unknown condition {condition!r} in the rule for grades")
    return _QUANTIFIERS[word], level.replace("_", " ")
