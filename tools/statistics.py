"""Derive the value tables of docs/statistics.md: ours, metafor's and the published value side by side.

Ours are computed on the spot; metafor's and the published ones are read from tests/oracle, where their origin stands.
`python tools/statistics.py` writes the page.
"""

import re
import sys
from functools import cache
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from metawright.heterogeneity.profile_likelihood import profile_likelihood  # noqa: E402
from metawright.heterogeneity.q import q_statistics  # noqa: E402
from metawright.heterogeneity.subgroups import common_subgroups, separate_subgroups  # noqa: E402
from metawright.measures.registry import measure_of  # noqa: E402
from metawright.pooling.fit import fit  # noqa: E402
from metawright.pooling.prediction import prediction_interval  # noqa: E402
from metawright.pooling.q_profile import q_profile  # noqa: E402
from metawright.pooling.quantiles import chi_square_upper  # noqa: E402
from metawright.pooling.rule import Rule, fit_rule  # noqa: E402
from metawright.pooling.tables import pool_tables  # noqa: E402
from metawright.pooling.tau2 import TAU2_METHODS, estimate_tau2  # noqa: E402
from tests.oracle.reading import arms, effects, reference, rows, table  # noqa: E402

PAGE = ROOT / "docs" / "statistics.md"
PUBLISHED = ROOT / "tests" / "oracle" / "published"
NAMES = {
    "viechtbauer2005_1": "Viechtbauer 2005, 1",
    "viechtbauer2005_2": "Viechtbauer 2005, 2",
    "raudenbush1985": "Raudenbush 1985",
    "clasp": "CLASP, log OR",
    "bcg": "BCG, log RR",
    "collins1985b_pre": "Collins 1985, log OR",
}
#: A row of a table: example, quantity, our value, metafor's (None: it has none), the published one as printed ("").
Row = tuple[str, str, float, float | None, str]


@cache
def examples() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Effects and variances of the published examples."""
    lines = table(PUBLISHED / "data.csv")
    names = dict.fromkeys(line["example"] for line in lines)
    return {
        name: tuple(np.array([float(line[key]) for line in lines if line["example"] == name]) for key in "yv")
        for name in names
    }


@cache
def printed() -> dict[tuple[str, str], str]:
    """Published values, as printed."""
    return {(line["example"], line["quantity"]): line["published"] for line in table(PUBLISHED / "values.csv")}


@cache
def metafor() -> dict[tuple[str, str], float]:
    """metafor's values for the published examples."""
    return {(line["example"], line["quantity"]): float(line["value"]) for line in table(PUBLISHED / "metafor.csv")}


def ours(example: str, quantity: str) -> float:
    """Our value of a quantity, which is named as in tests/oracle/published."""
    y, v = examples()[example]
    first, *rest = quantity.split()
    if first in TAU2_METHODS and rest[0] in ("tau2", "tau"):
        found = estimate_tau2(y, v, first)
        return found.se if rest[-1] == "se" else found.value ** (0.5 if rest == ["tau"] else 1)
    if first in TAU2_METHODS:
        return getattr(fit(y, v, first, rest[0] if len(rest) > 1 else "z"), rest[-1])
    if first == "HC":
        return getattr(fit(y, v, "DL", "HC"), rest[0])
    if first == "prediction":
        return getattr(prediction_interval(fit(y, v, "REML", "z"), rest[0]), rest[1])
    if first == "profile":
        return getattr(profile_likelihood(y, v, rest[0]), rest[1])
    if first == "Q-profile":
        return getattr(q_profile(y, v), "_".join(rest))
    if first == "test-based":
        return getattr(q_statistics(y, v), "_".join(rest))
    return getattr(q_statistics(y, v), {"q": "q", "q_p": "p"}[first])


def rows_of(example: str, *quantities: str) -> list[Row]:
    """One row per quantity of a published example."""
    return [
        (NAMES[example], q, ours(example, q), metafor().get((example, q)), printed().get((example, q), ""))
        for q in quantities
    ]


def limits(example: str, *models: str) -> list[Row]:
    """Estimate and limits of several models."""
    return rows_of(example, *(f"{model} {what}" for model in models for what in ("estimate", "ci_low", "ci_high")))


def tau2_rows() -> list[Row]:
    """Every estimator, on four examples."""
    methods = TAU2_METHODS[1:]
    found = [
        row for e in ("viechtbauer2005_1", "viechtbauer2005_2") for row in rows_of(e, *(f"{m} tau2" for m in methods))
    ]
    found += rows_of("clasp", *(f"{m} tau" for m in methods))
    return found + rows_of("collins1985b_pre", *(f"{m} tau2" for m in methods))


def heterogeneity_rows() -> list[Row]:
    """Q, I2 and H2 with their intervals, and the intervals of tau2."""
    found = rows_of(
        "bcg", "q", "q_p", "DL i2", "DL h2", "REML i2", "REML h2", "test-based i2 low", "test-based i2 high"
    )
    found += rows_of("bcg", *(f"Q-profile {what} {side}" for what in ("tau2", "i2", "h2") for side in ("low", "high")))
    for example in ("collins1985b_pre", "viechtbauer2005_2"):
        found += rows_of(example, "Q-profile tau2 low", "Q-profile tau2 high")
    names = [f"profile {method} {side}" for method in ("ML", "REML") for side in ("low", "high")]
    return found + rows_of("collins1985b_pre", *names)


def measure_rows() -> list[Row]:
    """Effect and variance of the first trial of a set, as it stands in the oracle."""
    found = []
    published = {
        "MD pooled": ("-20", "40.5863"),
        "SMD exact": ("-0.3552", "0.0131"),
        "ROM": ("-0.3102", "0.0094"),
    }
    n1, m1, s1, n2, m2, s2 = arms("normand1999")
    blocks = reference("normand1999")
    pooled_sd = blocks["pooled_from_tables"]["effects"]["MD_pooled_sd"]
    cases = {
        "MD": ({}, blocks["measures"]["MD"]),
        "MD pooled": ({"variance": "pooled"}, pooled_sd),
        "SMD RevMan": ({}, blocks["measures"]["SMD_RevMan"]),
        "SMD exact": ({"smd": "exact"}, blocks["measures"]["SMD"]),
        "ROM": ({}, blocks["measures"]["ROM"]),
    }
    for label, (options, block) in cases.items():
        effect = measure_of(label.split()[0]).effect_of(n1, m1, s1, n2, m2, s2, **options)
        for what, position in (("y", 0), ("v", 1)):
            value = published.get(label, ("", ""))[position]
            found.append(("Normand 1999", f"{label} {what}", getattr(effect, what)[0], block[what][0], value))
    second = measure_of("ROM").effect_of(n1, m1, s1, n2, m2, s2, second_order=True)
    for what, value in (("y", "-0.24527"), ("v", "0.07079")):
        found.append(("Normand 1999, trial 5", f"ROM second order {what}", getattr(second, what)[4], None, value))
    cells = arms("bcg")
    for measure, block in reference("bcg")["measures"].items():
        effect = measure_of(measure).effect_of(*cells)
        for what in "yv":
            found.append(("BCG", f"{measure} {what}", getattr(effect, what)[0], block[what][0], ""))
    return found


def table_rows() -> list[Row]:
    """Mantel-Haenszel and Peto."""
    cells, blocks, found = arms("bcg"), reference("bcg")["pooled_from_tables"], []
    published = {
        "MH_RR": ("-0.4537", "-0.5308", "-0.3766", "152.5676"),
        "MH_OR": ("-0.4734", "-0.5538", "-0.3930", "163.9426"),
        "MH_RD": ("-0.0033", "", "", "386.7759"),
        "PETO": ("-0.4744", "-0.5541", "-0.3948", "167.7302"),
    }
    for measure, values in published.items():
        theirs = blocks[measure] if measure == "PETO" else blocks[measure]["metafor"]
        result = pool_tables(*cells, measure, mh_exact=True)
        for what, value in zip(("estimate", "ci_low", "ci_high", "q"), values, strict=True):
            found.append(("BCG", f"{measure} {what}", getattr(result, what), theirs[what], value))
    found += [
        ("BCG", "MH_RD se, Sato", pool_tables(*cells, "MH_RD", mh_exact=True).se, blocks["MH_RD"]["metafor"]["se"], ""),
        ("BCG", "MH_RD se, Greenland-Robins", pool_tables(*cells, "MH_RD").se, blocks["MH_RD"]["revman"]["se"], ""),
    ]
    for measure in ("MH_RR", "MH_OR"):
        result, theirs = pool_tables(*cells, measure, "DL"), blocks[measure]["revman_random"]
        for what in ("tau2", "estimate", "se"):
            found.append(("BCG", f"{measure} random {what}", getattr(result, what), theirs[what], ""))
    return found


def subgroup_rows() -> list[Row]:
    """The test for subgroup differences, BCG by allocation."""
    block = reference("bcg")["measures"]["RR"]
    y, v = effects(block)
    group = [rows("bcg")[row - 1][block["subgroup"]["column"]] for row in block["rows_used"]]
    found = []
    for method in ("FE", "DL", "REML"):
        test, theirs = separate_subgroups(y, v, group, method).difference, block["subgroup"][method]
        found += [("BCG", f"{method}, separate tau2: Q", test.q, theirs["separate_tau2"]["q"], "")]
        found += [("BCG", f"{method}, separate tau2: P", test.p, theirs["separate_tau2"]["p"], "")]
        if method != "FE":
            test = common_subgroups(y, v, group, method).difference
            found += [("BCG", f"{method}, common tau2: Q", test.q, theirs["common_tau2"]["qm"], "")]
    test, theirs = (
        common_subgroups(y, v, group, "REML", "HKSJ").difference,
        block["subgroup"]["REML"]["common_tau2_HKSJ"],
    )
    return [*found, ("BCG", "REML with HKSJ, common tau2: F", test.q, theirs["qm"], "")]


def rule_table() -> str:
    """Where the two criteria of the printed rule disagree, found by trying Q on either side of each limit."""
    lines = []
    for k in (2, 3, 4, 5, 8, 10, 20):
        cut = {"P": chi_square_upper(k - 1, 0.1), "I2": 2.0 * (k - 1)}
        low, high = sorted(cut.values())
        alone = min(cut, key=cut.get)
        seen = [_rule_on(k, q) for q in (low - 1e-6, low + 1e-6, high - 1e-6, high + 1e-6)]
        if seen != [("fixed", False), ("fixed", True), ("fixed", True), ("random", False)]:
            raise AssertionError(k, seen)
        lines.append((k, f"{low:.3f} to {high:.3f}", alone))
    return _markdown(("k", "Q where they disagree", "which is high alone"), lines)


def _rule_on(k: int, q: float) -> tuple[str, bool]:
    """The rule's choice for k effects of variance 1 whose Q is *q*."""
    pattern = np.linspace(-1.0, 1.0, k)
    result = fit_rule(pattern * np.sqrt(q / np.sum(pattern**2)), np.ones(k), Rule())
    return result.chosen, result.discordant


def tables() -> dict[str, str]:
    """Every derived table, by its name on the page."""
    found = {name: _markdown(HEAD, [_cells(row) for row in part]) for name, part in value_rows().items()}
    return {**found, "rule": rule_table()}


def value_rows() -> dict[str, list[Row]]:
    """The rows of every table of values."""
    three = ("z", "t", "HKSJ")
    return {
        "measures": measure_rows(),
        "tables": table_rows(),
        "fixed": limits("bcg", "FE z") + limits("raudenbush1985", "FE HKSJ"),
        "tau2": tau2_rows(),
        "tau2_se": rows_of("viechtbauer2005_1", *(f"{method} tau2 se" for method in TAU2_METHODS[1:])),
        "intervals": limits("bcg", *(f"REML {name}" for name in (*three, "mHKSJ", "IQWiG6", "hybrid")))
        + limits("raudenbush1985", "REML z", "REML HKSJ", "DL HKSJ")
        + limits("viechtbauer2005_1", "REML z", "REML HKSJ", "REML mHKSJ", "PM HKSJ", "PM t")
        + rows_of("bcg", "HC estimate", "HC ci_low", "HC ci_high"),
        "heterogeneity": heterogeneity_rows(),
        "prediction": rows_of(
            "bcg",
            *(f"prediction {name} {side}" for name in ("V", "HTS", "HK", "HK-PR", "S") for side in ("low", "high")),
        ),
        "subgroups": subgroup_rows(),
    }


HEAD = ("example", "quantity", "ours", "metafor", "published")


def _cells(row: Row) -> tuple[str, ...]:
    example, quantity, value, theirs, published = row
    return example, quantity, _number(value), "" if theirs is None else _number(theirs), published


def _number(x: float) -> str:
    """Seven significant digits; 0 stays 0."""
    return "0" if x == 0 else f"{x:.7g}"


def _markdown(head: tuple, lines: list[tuple]) -> str:
    text = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in text)


def page(text: str) -> str:
    """Return *text* with each table between its markers `<!-- values: name -->` and `<!-- end -->`."""
    made = tables()
    return re.sub(
        r"<!-- values: (\w+) -->.*?<!-- end -->",
        lambda match: f"<!-- values: {match[1]} -->\n{made[match[1]]}\n<!-- end -->",
        text,
        flags=re.DOTALL,
    )


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
