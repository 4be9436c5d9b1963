"""What was announced and not shown, and what a review has to say: V26 and the rule that selects the model."""

from collections.abc import Iterator

from scipy.special import chdtrc, chdtri

from metawright.audit.claims.finding import ClaimFinding, NotRun, Place, about_statement, listed
from metawright.audit.claims.material import Material
from metawright.reading.characters import fold

_ITEMS, _GUIDE, _SEARCH, _RULE = "announced_items", "guidance", "search", "selection_rule"

#: What readers of a systematic review need to find (Page 2021, by item of PRISMA 2020).
ITEMS = {
    "certainty": "a rating of the certainty of the evidence (items 15, 22)",
    "reporting_bias": "a statement on small-study effects or reporting bias (items 14, 21)",
    "harms": "harms",
    "survival": "survival",
    "registration": "a registration or protocol (item 24)",
    "sensitivity_analysis": "a sensitivity analysis (items 13f, 20d)",
}

#: Guidance and software that was replaced: last year in which it was current.
SUPERSEDED = {
    "cochrane handbook 5.1.0": (2019, "Cochrane Handbook 5.1.0 is of 2011; version 6 appeared in 2019"),
    "revman 5.3": (2020, "RevMan 5.3 is of 2014; 5.4 appeared in 2020"),
}


def announced_items(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V26: every analysis announced is reported; what a review should report and does not is named.

    `statements.csv` says of each item (kind `item`) whether it is announced, reported or absent.
    """
    rows = m.stated("item")
    if not rows:
        yield NotRun("V26", _ITEMS, "items", "what is announced, reported or absent (statements.csv, kind item)")
        return
    said: dict[str, dict[str, dict]] = {}
    for row in rows:
        said.setdefault(row["refers_to"].strip(), {}).setdefault(fold(row["value"]), dict(row))
    for item, values in said.items():
        if "announced" in values and "reported" not in values:
            yield ClaimFinding(
                "V26",
                _ITEMS,
                "omission",
                item,
                f"{ITEMS.get(item, item.replace('_', ' '))}: announced, none reported",
                inputs={"value": "announced"},
                **about_statement(values["announced"]),
            )
    absent = [item for item, values in said.items() if "absent" in values and "reported" not in values]
    if absent:
        yield ClaimFinding(
            "V26",
            _ITEMS,
            "omission",
            "absent",
            f"not found in the text: {listed(ITEMS.get(i, i) for i in absent)}",
            location="whole text",
            computed={"absent": absent},
        )


def guidance(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V26: guidance and software that had been replaced when the review was made (statements.csv, kind guidance)."""
    rows = m.stated("guidance")
    year = next((int(row["value"]) for row in m.stated("review_year")), None)
    if not rows or year is None:
        yield NotRun(
            "V26",
            _GUIDE,
            "methods",
            "guidance, software and year of the review (statements.csv: guidance, review_year)",
        )
        return
    old = [(row, *SUPERSEDED[fold(row["value"])]) for row in rows if fold(row["value"]) in SUPERSEDED]
    old = [item for item in old if year > item[1]]
    if old:
        yield ClaimFinding(
            "V26",
            _GUIDE,
            "note",
            "methods",
            f"outdated in {year}: {'; '.join(words for _, _, words in old)}",
            quote=" ... ".join(row["quote"] for row, _, _ in old),
            location="; ".join(row["location"] for row, _, _ in old),
            inputs={row["id"]: row["value"] for row, _, _ in old},
            computed={"year": year},
        )


def search(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V26: a search that can be repeated: terms joined by operators, and looking for the designs that are included."""
    terms, looked, included = (m.stated(kind) for kind in ("search_terms", "searched_for", "includes_design"))
    if not terms and not looked:
        yield NotRun("V26", _SEARCH, "search", "the search terms as printed (statements.csv, kind search_terms)")
        return
    words = []
    for row in terms:
        if not any(f" {operator} " in f" {row['value']} " for operator in ("AND", "OR", "NOT")):
            words.append("the search terms are printed without operators or fields")
    for row in looked:
        if included and fold(row["value"]) != fold(included[0]["value"]):
            words.append(f"it says to have searched for {row['value']}, and includes {included[0]['value']}")
    first = (looked or terms)[0]
    yield ClaimFinding(
        "V26",
        _SEARCH,
        "ambiguity" if words else "pass",
        "search",
        f"{'; '.join(words)}: the search cannot be repeated as printed" if words else "the search can be read",
        **about_statement(first),
    )


def selection_rule(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """The rule that selects fixed or random from P and I² leaves a gap where the two disagree.

    With `d = k - 1` the criteria part ways for Q between `d/(1 - i2_below/100)` and the chi-square quantile of
    `p_above`.
    """
    rule = next((model["rule"] for model in m.protocol["models"] if "rule" in model), None)
    if rule is None or rule["combine"] != "and":
        return
    gaps, sizes = (
        {},
        sorted({int(c["k"]) for c in m.claims if (c.get("k") or "").strip() and int(c["k"]) > 1} or {2, 3, 4, 5}),
    )
    for k in sizes:
        ends = sorted(((k - 1) / (1 - rule["i2_below"] / 100), float(chdtri(k - 1, rule["p_above"]))))
        gaps[k] = {"q": ends, "probability": float(chdtrc(k - 1, ends[0]) - chdtrc(k - 1, ends[1]))}
    parts = [f"k = {k}: Q from {gap['q'][0]:.2f} to {gap['q'][1]:.2f}" for k, gap in gaps.items()]
    said = next(iter(m.stated("selection_rule")), None)
    place: Place = about_statement(said) if said else {"location": "protocol.yaml"}
    yield ClaimFinding(
        "rule",
        _RULE,
        "ambiguity",
        "gap",
        f"the rule says nothing where P and I² disagree ({'; '.join(parts)})",
        computed={str(k): gap for k, gap in gaps.items()},
        **place,
    )
