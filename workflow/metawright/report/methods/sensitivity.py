"""Methods text: what was examined beside the declared models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metawright.measures.kinds import BINARY
from metawright.measures.registry import measure_of
from metawright.report.methods.measures import cite
from metawright.report.methods.spread import leave_one_out
from metawright.words.names import join
from metawright.words.numbers import format_number

if TYPE_CHECKING:
    from metawright.reading.protocol import Protocol
    from metawright.report.documents import Results


FAMILIES = {
    "review": "all outcomes and periods of the review",
    "outcome": "the periods of an outcome",
    "period": "the outcomes of a period",
}


def sensitivity(results: Results) -> list[str]:
    """Return the paragraphs on sensitivity analyses: of those that were run, as the protocol sets them."""
    protocol = results["protocol"]
    paragraphs = leave_one_out(protocol)
    block = protocol.get("sensitivity")
    if not block or not any(cell.get("sensitivity") for cell in results["cells"]):
        return paragraphs
    return [
        *paragraphs,
        _refits(),
        _choices(block["multiverse"], protocol),
        _bayes(block["priors"]),
        _periods(block["periods"]) if len(protocol["periods"]) > 1 else "",
        _properties(block),
        _strength(block, protocol),
    ]


def _refits() -> str:
    return (
        "Deletion diagnostics are those of Viechtbauer and Cheung"
        f"{cite('viechtbauer2010')}, with the coordinates of Baujat and colleagues{cite('baujat2002')}; pools of three "
        "or more trials are also refitted as their trials accumulate, and on all subsets of their trials"
        f"{cite('olkin2012')} (a random sample of subsets above 15 trials)."
    )


def _choices(block: Mapping, protocol: Protocol) -> str:
    rule = any("rule" in model for model in protocol["models"])
    kinds = [name for name in block["models"] if name != "rule" or rule]
    words = {"rule": "the review’s rule", "FE": "the fixed effect", "RE": "random effects"}
    return (
        f"Every combination of reasonable choices was fitted{cite('steegen2016', 'simonsohn2020')}: "
        f"{join(words[name] for name in kinds)}, the estimators of τ² {join(block['tau2_methods'])}, the intervals "
        f"{join(block['intervals'])}, and, where they make a difference to the data, the time point taken from a "
        "period, recovered values, participants analysed or randomised, the sampling variance, the measure, and trials "
        "left out for risk of bias or contamination. Combinations that give the same numbers count once. There is "
        "no P value over specifications: their shares describe the choices, not the truth."
    )


def _bayes(block: Mapping) -> str:
    priors = [prior.get("label") or prior["key"] for prior in block["tau"]]
    if not priors:
        return ""
    empirical = any(prior["family"] in ("log_student_t", "log_normal") for prior in block["tau"])
    mean = block.get("mean")
    flat = f"normal({mean['mean']:g}, {mean['sd']:g})" if mean else "flat"
    works = ["rover2020", "friede2017", *(["rhodes2015"] if empirical else [])]
    return (
        f"A Bayesian random-effects analysis by quadrature{cite(*works)} stands beside the models, with these priors "
        f"of τ, each by itself and in units of the outcome’s standard deviation where they are made for standardised "
        f"effects: {join(priors)}; the prior of the mean effect is {flat}."
    )


def _periods(block: Mapping) -> str:
    rho = join(format_number(value, 1) for value in block["rho"])
    return (
        "Periods share trials, so that their pools are correlated and the usual test between subgroups does not apply. "
        "They are compared on the stacked estimates of trials and periods by generalised least squares, for "
        f"correlations of {rho} of a trial’s two estimates, with cluster-robust standard errors (CR2, Satterthwaite"
        f"{cite('pustejovsky2018')}) beside them. The usual test is shown only to show its error."
    )


def _properties(block: Mapping) -> str:
    parts = []
    labels = {name: [one.get("label") or one["column"] for one in block[name]] for name in ("subgroups", "moderators")}
    if labels["subgroups"]:
        parts.append(
            f"Trials were divided by {join(labels['subgroups'])}, with τ² of each group and in common; the "
            "test between groups takes their Wald standard errors, and beside it stands the F test with the "
            "Hartung–Knapp factor."
        )
    if labels["moderators"]:
        parts.append(
            f"Effects were regressed on {join(labels['moderators'])} by REML with Hartung–Knapp intervals; P values "
            f"come also from permutations{cite('higgins2004')}."
        )
    return " ".join(parts)


def _strength(block: Mapping, protocol: Protocol) -> str:
    family = block["multiplicity"]
    binary = any(measure_of(outcome["measure"]).kind is BINARY for outcome in _outcomes(protocol))
    read = "Odds and risk ratios are judged by Harbord’s and Peters’ tests, never by Egger’s. " if binary else ""
    works = ["mavridis2020", *(["white2008"] if binary else [])]
    return (
        "Small-study effects are assessed where the rated model pools ten trials or more, by Egger’s and Begg’s tests, "
        f"trim and fill, and PET-PEESE{cite('egger1997', 'duval2000')}. {read}What missing participants could "
        f"change is shown where every trial states how many were randomised and analysed{cite(*works)}. P values are "
        f"adjusted by Holm and by Benjamini and Hochberg{cite('holm1979', 'benjamini1995')} within "
        f"{FAMILIES[family['family']]}. Information sizes are for a power of "
        f"{format_number(100 * block['information_size']['power'], 0)}%, divided by one minus diversity"
        f"{cite('wetterslev2008')}, wherever a difference that matters is declared."
    )


def _outcomes(protocol: Protocol) -> list[Mapping]:
    return list(protocol["outcomes"].values())
