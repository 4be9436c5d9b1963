"""A review of many outcomes, made of the small ones in memory: the same outcomes again and again under other names."""

import json
import re

from metawright.report.large.front import render_front
from metawright.report.large.outcome import OutcomePages
from tests.report.examined_review import examined_review
from tests.report.rendering import HTML, SVG

TIMES = 4
FILES = ("results.json", "../pooling/pooled.csv")


def copies(results, times=TIMES):
    """The results of a review with every outcome *times* times; the first copy is the outcome itself."""
    keys = list(results["protocol"]["outcomes"])
    made = [_renamed(results, keys, number) for number in range(times)]

    def every(*path):
        lists = made
        for name in path:
            lists = [(one or {}).get(name) for one in lists]
        return [entry for one in lists for entry in one or ()]

    whole = dict(results)
    whole |= {name: every(name) for name in ("cells", "unused_rows", "cleaning_log")}
    whole["protocol"] = results["protocol"] | {"outcomes": {k: b for m in made for k, b in m["outcomes"].items()}}
    whole["periods"] = {key: block for one in made for key, block in (one["periods"] or {}).items()}
    whole["multiplicity"] = [
        entry
        | {"size": times * entry["size"], "tests": [test for one in made for test in one["multiplicity"][n]["tests"]]}
        for n, entry in enumerate(results["multiplicity"])
    ]
    lists = ("recovered", "choices", "findings", "conflicts")
    whole["extraction"] = results["extraction"] | {name: every("extraction", name) for name in lists}
    whole["counts"] = {key: n * times if isinstance(n, int) else n for key, n in results["counts"].items()}
    whole["counts"]["studies"] = results["counts"]["studies"]
    if results.get("certainty"):
        lists = ("cells", "summary_of_findings", "weights", "by_judgement")
        whole["certainty"] = results["certainty"] | {name: every("certainty", name) for name in lists}
    if results.get("audit"):
        whole["audit"] = results["audit"] | {"findings": every("audit", "findings")}
    return whole


def _renamed(results, keys, number):
    taken = ("cells", "unused_rows", "cleaning_log", "periods", "multiplicity", "extraction", "certainty", "audit")
    part = {name: results.get(name) for name in taken} | {"outcomes": results["protocol"]["outcomes"]}
    if not number:
        return part
    text = json.dumps(part, ensure_ascii=False)
    for key in sorted(keys, key=len, reverse=True):
        text = re.sub(rf'"{re.escape(key)}"', f'"{key}-{number}"', text)
    text = re.sub(r'"(row|row_ids)": "([\d;]+)"', lambda found: f'"{found[1]}": "{_rows(found[2], number)}"', text)
    return json.loads(text)


def _rows(text, number):
    return ";".join(str(int(row) + 1000 * number) for row in text.split(";"))


def rated_review():
    """Copies of a small review, one of them rated, with values that were read differently from what was typed."""
    large = copies(examined_review())
    rated = {
        "outcome": "score-2",
        "period": "short",
        "rating": "low",
        "suggested": "low",
        "rating_status": "suggested",
        "basis": "suggested",
        "domains": {},
        "model": "FE-z",
    }
    row = {"outcome": "score-2", "period": "short", "participants": "3", "effect": "", "certainty": "low"}
    row |= {"suggested": "low", "notes": ["imprecise"], "absolute": None}
    blocks = {
        "choices": {},
        "thresholds": [],
        "not_rated": None,
        "cells": [rated],
        "summary_of_findings": [row],
        "weights": [],
        "by_judgement": [],
    }
    log = {"file": "extraction.csv", "row": "1", "column": "", "rule": "delimiter", "before": ";", "after": ","}
    lines = [log] + [log | {"row": r, "column": "n", "rule": "trimmed"} for r in ("2", "1002", "2002")]
    return large | {"certainty": blocks, "cleaning_log": lines}


def write(results, folder, changes=None, figures=True):
    """Write front page and pages of a review into *folder*, with the files that they link to."""
    report = folder / "report"
    (report / "outcomes").mkdir(parents=True)
    (folder / "pooling").mkdir()
    (folder / "pooling" / "pooled.csv").write_text("a\n")
    (report / "results.json").write_text(json.dumps(results))
    page = render_front(results, HTML, {"risk_of_bias": SVG}, {"risk_of_bias": "Bars."}, FILES, changes)
    (report / "report.html").write_text(page, encoding="utf-8")
    pages = OutcomePages(results, HTML, changes)
    for key in results["protocol"]["outcomes"]:
        own = {f"forest.{key}": SVG} if figures else {}
        text = pages.render(key, own, dict.fromkeys(own, "In words."))
        (report / "outcomes" / f"{key}.html").write_text(text, encoding="utf-8")
    return report
