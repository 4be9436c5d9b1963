"""The protocol of a review: checked beyond its schema, and completed with its defaults."""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import TypeGuard

from metawright.checking.appraisal import check_appraisal
from metawright.checking.sensitivity import check_sensitivity
from metawright.measures.kinds import BINARY
from metawright.measures.registry import all_measures, measure_keys, measure_of, measures_of_kind
from metawright.reading.characters import fold
from metawright.reading.problems import Problem, one_of
from metawright.reading.protocol import Period, Protocol
from metawright.reading.schemas import Schema, check_document, with_defaults
from metawright.reading.yaml_lines import Document, read_yaml

#: The one period of a review that declares none.
WHOLE: Period = {
    "key": "all",
    "label": "All time points",
    "from": 0,
    "to": None,
    "closed": "both",
    "pick": "latest",
    "timepoints": [],
}

#: Words that a period's key cannot be: files of a whole outcome have them where those of a period have its key.
RESERVED = ("periods", "multiverse")


def read_protocol(text: str, schema: Schema, file: str) -> tuple[Protocol | None, list[Problem]]:
    """Return the completed protocol, and what is wrong with it.

    Parameters
    ----------
    text : str
        Content of `protocol.yaml`.
    schema : Mapping
        Its JSON Schema.
    file : str
        The name that problems carry.

    Returns
    -------
    protocol : dict or None
        With all defaults, labels filled in, and always at least one period. If there are problems, what of it
        the other files can still be held against; None if that is nothing.
    problems : list of Problem
        Everything that is wrong, not only the first thing.
    """
    document = read_yaml(text, file)
    if not document.problems and not isinstance(document.content, dict):
        return None, [Problem(file, 1, "", "", "expected keys such as `title:` and `outcomes:` at the top")]
    problems = check_document(document, schema, file)
    if not isinstance(document.content, dict):
        return None, problems
    problems += _cross_checks(document, file)
    content = _sound_part(document.content, schema) if problems else document.content
    return (complete(content, schema) if content else None), problems


def complete(content: dict[str, object], schema: Schema) -> Protocol:
    """Return *content* with the schema's defaults, labels, and the period `all` where none is declared."""
    # A test holds the type against the schema, whose defaults are filled in here.
    protocol: Protocol = with_defaults(content, schema)
    for key, outcome in protocol["outcomes"].items():
        outcome["key"] = key
        outcome.setdefault("label", key)
    protocol["periods"] = protocol["periods"] or [{**WHOLE, "timepoints": []}]
    for period in protocol["periods"]:
        period.setdefault("label", period["key"])
    for role in ("experimental", "control"):
        protocol["arms"].setdefault(role, [])
    return protocol


def _sound_part(content: dict[str, object], schema: Schema) -> dict[str, object] | None:
    """Return the outcomes and arms of a faulty protocol that are well formed, so that rows can be checked as well."""
    measures = schema["$defs"]["measure"]["enum"]
    outcomes, arms = content.get("outcomes"), content.get("arms")
    if not isinstance(outcomes, dict) or not outcomes:
        return None
    sound = {}
    for key, outcome in outcomes.items():
        block = outcome if isinstance(outcome, dict) else {}
        measure = block.get("measure")
        aliases = [word for word in _list(block.get("aliases")) if isinstance(word, str)]
        sound[key] = {"measure": measure if measure in measures else None, "aliases": aliases}
    words = {
        role: [word for word in _list(names) if isinstance(word, str)]
        for role, names in (arms if isinstance(arms, dict) else {}).items()
        if role in ("experimental", "control")
    }
    return {"outcomes": sound, "arms": words}


def _cross_checks(document: Document, file: str) -> list[Problem]:
    """Check what a schema cannot say; skips whatever has not the right form."""
    found: list[Problem] = []

    def problem(path: tuple, value: object, what: str) -> None:
        name = ".".join(map(str, path))
        found.append(Problem(file, document.line(path), name, "" if value is None else str(value), what))

    content = document.content
    _check_periods(_dicts(content.get("periods")), problem)
    _check_models(_dicts(content.get("models")), problem)
    outcomes = content.get("outcomes")
    _check_units(content, problem)
    check_sensitivity(content, problem)
    check_appraisal(content, problem)
    words: dict[str, str] = {}
    for key, outcome in (outcomes if isinstance(outcomes, dict) else {}).items():
        aliases = outcome.get("aliases") if isinstance(outcome, dict) else None
        for word in [key, *_list(aliases)]:
            owner = words.setdefault(fold(str(word)), key)
            if owner != key:
                problem(("outcomes", key), word, f"means the outcome '{owner}' already; a word belongs to one outcome")
        scale = outcome.get("scale") if isinstance(outcome, dict) else None
        low, high = (scale.get("min"), scale.get("max")) if isinstance(scale, dict) else (None, None)
        if _is_number(low) and _is_number(high) and low >= high:
            problem(("outcomes", key, "scale"), low, f"is not below the scale's max {high}")
    arms = content.get("arms")
    roles = {"experimental": "experimental", "control": "control", "contrast": "contrast"}
    for role, names in (arms if isinstance(arms, dict) else {}).items():
        for word in _list(names):
            owner = roles.setdefault(fold(str(word)), role)
            if owner != role:
                problem(("arms", role), word, f"means '{owner}' already; a word belongs to one role")
    return found


def _check_periods(periods: list[tuple[int, dict]], problem: Callable[[tuple, object, str], None]) -> None:
    keys: set[object] = set()
    names: dict[str, object] = {}
    spans = []
    for index, period in periods:
        path = ("periods", index)
        key, low, high = period.get("key"), period.get("from"), period.get("to")
        if key in keys:
            problem((*path, "key"), key, "is the key of two periods; each needs its own")
        if key in RESERVED:
            problem((*path, "key"), key, "is a word that results keep for themselves; choose another key")
        keys.add(key)
        closed = period.get("closed", "both")
        if _is_number(low) and _is_number(high) and (high < low or (high == low and closed == "left")):
            problem((*path, "to"), high, f"is not after `from` ({low}); a period runs from its first to its last month")
        elif _is_number(low) and "to" in period and (high is None or _is_number(high)):
            spans.append((low, float("inf") if high is None else high, closed, key, path))
        if period.get("pick") == "closest_to_target" and "target" not in period:
            problem(path, None, "`pick: closest_to_target` needs the month to aim at; add `target:`")
        for label in _list(period.get("timepoints")):
            owner = names.setdefault(fold(str(label)), key)
            if owner != key:
                problem((*path, "timepoints"), label, f"belongs to the period '{owner}' already")
    spans.sort(key=lambda span: span[:2])
    for (_, end, closed, key, _), (start, _, _, _, path) in pairwise(spans):
        if start < end or (start == end and closed == "both"):
            what = f"lies inside the period '{key}' that ends at {end}; periods must not overlap"
            problem((*path, "from"), start, f"{what} (use `closed: left` where one begins as the other ends)")


def _check_units(content: Mapping[str, object], problem: Callable[[tuple, object, str], None]) -> None:
    """Check averages over time points and scales that point the other way against the measures."""
    outcomes = content.get("outcomes")
    blocks = outcomes if isinstance(outcomes, dict) else {}
    named = {key: block.get("measure") for key, block in blocks.items() if isinstance(block, dict)}
    measures = {key: measure_of(name) for key, name in named.items() if name in measure_keys()}
    for index, period in _dicts(content.get("periods")):
        path = ("periods", index)
        if period.get("pick") != "average_with_rho":
            continue
        if "rho" not in period:
            problem(path, None, "`pick: average_with_rho` needs the correlation of the time points; add `rho:`")
        tables = [key for key, measure in measures.items() if measure.weighing.of_tables]
        if tables:
            alone = one_of(one.key for one in measures_of_kind(BINARY) if not one.weighing.of_tables)
            what = f"cannot average tables, which {tables[0]} pools ({named[tables[0]]}); use {alone} there"
            problem((*path, "pick"), period["pick"], what)
    for key, measure in measures.items():
        if _list(blocks[key].get("reversed_studies")) and not measure.reversible:
            known = ", ".join(one.key for one in all_measures() if one.reversible)
            what = f"cannot be turned round by its sign; `reversed_studies` is for {known}"
            problem(("outcomes", key, "reversed_studies"), measure.key, what)


def _check_models(models: list[tuple[int, dict]], problem: Callable[[tuple, object, str], None]) -> None:
    keys = set()
    for index, model in models:
        path = ("models", index)
        if model.get("key") in keys:
            problem((*path, "key"), model["key"], "is the key of two models; each needs its own")
        keys.add(model.get("key"))
        own = [name for name in ("tau2_method", "interval") if name in model]
        if "rule" in model and own:
            problem(path, None, f"a model with a `rule` takes its `{own[0]}` from the rule; remove one of the two")
        if "rule" not in model and len(own) < 2:
            problem(path, None, "a model needs `tau2_method` and `interval`, or a `rule`")


def _list(value: object) -> list:
    return value if isinstance(value, list) else []


def _dicts(value: object) -> list[tuple[int, dict]]:
    return [(index, item) for index, item in enumerate(_list(value)) if isinstance(item, dict)]


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
