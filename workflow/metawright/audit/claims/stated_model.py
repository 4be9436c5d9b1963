"""How a claim says that it was pooled: by which weights, and with which estimator of tau²."""

from collections.abc import Mapping

from metawright.audit.claims.material import Material
from metawright.measures.kinds import BINARY
from metawright.measures.registry import measure_of
from metawright.pooling.tracks import headline


def weighting(m: Material, claim: Mapping[str, str]) -> str:
    """Return `inverse_variance`, `mantel_haenszel` or `peto`; empty where a claim does not say which.

    The column `weighting` of claims.csv says it, else the measure. Of binary outcomes fixed effects have three kinds
    of weights, and a measure called `RR` tells none of them; all other outcomes have inverse variances alone. Random
    effects are weighted by inverse variances, RevMan's "M-H, Random" too.
    """
    said = (claim.get("weighting") or "").strip()
    measure = measure_of(m.measure(claim["outcome"]))
    if said or measure.kind is not BINARY:
        return said or "inverse_variance"
    if (claim.get("model") or "").strip() == "random":
        return "inverse_variance"
    return measure.weighing.key if measure.weighing.of_tables else ""


def fixed_inverse_variance(m: Material, claim: Mapping[str, str]) -> bool:
    """Whether a claim is said to be a fixed effect weighted by inverse variances."""
    return (claim.get("model") or "").strip() == "fixed" and weighting(m, claim) == "inverse_variance"


def may_be_fixed_inverse_variance(m: Material, claim: Mapping[str, str]) -> bool:
    """Whether a claim has inverse variances as weights and does not say that its effects are random."""
    return (claim.get("model") or "").strip() != "random" and weighting(m, claim) == "inverse_variance"


def tau2_methods(m: Material, claim: Mapping[str, str]) -> set[str]:
    """Return the estimators of tau² that a claim can have used (`FE` for none of them); empty where nothing says so.

    The columns `model` and `tau2_method` of claims.csv say it, else the model of the protocol's own track: what the
    review set out to do.
    """
    model, said = ((claim.get(name) or "").strip() for name in ("model", "tau2_method"))
    if model == "fixed":
        return {"FE"}
    if said:
        return {said}
    declared = headline(m.protocol["models"], "protocol") or {}
    sides = [declared["rule"][name] for name in ("fixed", "random")] if "rule" in declared else [declared]
    methods = {side["tau2_method"] for side in sides if "tau2_method" in side}
    return methods - {"FE"} if model == "random" else methods
