"""The protocol's blocks `appraisal` and `certainty`, held against the rest of the protocol."""

from collections.abc import Callable, Mapping

from metawright.appraisal.grade import parse
from metawright.appraisal.instruments import INSTRUMENTS
from metawright.reading.problems import did_you_mean

_FORMS = "all_low, any_high, none_low, at_least_5_low, at_most_1_unclear, `domain is low`, or several joined by ` and `"


def check_appraisal(content: Mapping[str, object], problem: Callable[[tuple, object, str], None]) -> None:
    """Check the rule for grades, and the outcomes and periods that people decided on; skips what has not the form.

    Parameters
    ----------
    content : Mapping
        The protocol as read.
    problem : callable
        Takes path, value and what is wrong with it.
    """
    _check_grade(content.get("appraisal"), problem)
    block = content.get("certainty")
    outcomes, periods = content.get("outcomes"), content.get("periods")
    keys = [period.get("key") for period in periods if isinstance(period, dict)] if isinstance(periods, list) else []
    known = {
        "outcome": list(outcomes) if isinstance(outcomes, dict) else [],
        "period": keys or ["all"],
    }
    for name in ("overrides", "baseline_risks"):
        items = block.get(name) if isinstance(block, dict) else None
        for index, item in enumerate(items if isinstance(items, list) else []):
            for field, words in known.items():
                value = item.get(field) if isinstance(item, dict) else None
                if isinstance(value, str) and words and value not in words:
                    hint = did_you_mean(value, words) or f"; expected {', '.join(map(str, words))}"
                    problem(("certainty", name, index, field), value, f"is no {field} of the protocol{hint}")


def _check_grade(block: object, problem: Callable[[tuple, object, str], None]) -> None:
    rule = block.get("grade") if isinstance(block, dict) else None
    if not isinstance(block, dict) or not isinstance(rule, dict):
        return
    tool, domains = INSTRUMENTS.get(block.get("instrument") or "RoB1"), block.get("domains")
    domains = domains if isinstance(domains, dict) else {}
    for name, condition in rule.items():
        if name == "otherwise" or not isinstance(condition, str):
            continue
        path = ("appraisal", "grade", name)
        try:
            parts = parse(condition)
        except ValueError:
            problem(path, condition, f"is no condition; expected {_FORMS}")
            continue
        for level, domain, _ in parts:
            if tool and level not in tool.words:
                problem(path, condition, f"has a level that {tool.key} does not have; expected {', '.join(tool.words)}")
            if domain and domains and domain not in domains:
                hint = did_you_mean(domain, list(domains)) or f"; expected {', '.join(domains)}"
                problem(path, condition, f"names a domain that `appraisal.domains` does not have{hint}")
