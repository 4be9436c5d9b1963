"""Every check of the published claims, in the order of their numbers."""

from collections.abc import Callable, Iterator, Sequence

from metawright.audit.claims import (
    announced,
    bias,
    citations,
    eligibility,
    families,
    flow,
    heterogeneity,
    intervals,
    others,
    references,
    reports,
    spread,
    sums,
    tallies,
    treatment,
    wording,
)
from metawright.audit.claims.finding import ClaimFinding, NotRun
from metawright.audit.claims.material import Material
from metawright.audit.claims.recomputed import recomputed
from metawright.audit.documents import AuditedClaim

Check = Callable[[Material], Iterator[ClaimFinding | NotRun]]

CHECKS: tuple[Check, ...] = (
    intervals.p_from_interval,
    intervals.interval_symmetry,
    wording.direction,
    wording.significance,
    wording.one_result_two_places,
    wording.conclusion,
    intervals.reference_distribution,
    heterogeneity.q_i2_p,
    heterogeneity.weights,
    heterogeneity.pooled_in_range,
    citations.trials_cited,
    citations.trials_marked,
    citations.forest_rows,
    citations.number_of_trials,
    citations.one_topic_two_statements,
    sums.arm_sums,
    sums.pool_totals,
    sums.analysed_of_randomised,
    eligibility.eligible_but_absent,
    eligibility.time_point_rule,
    bias.counts,
    bias.grade_rule,
    bias.vocabulary,
    bias.quality,
    bias.blinding,
    references.points_to,
    tallies.tally,
    tallies.countries,
    tallies.years,
    spread.implied_sd,
    spread.whole_numbers,
    spread.baseline_plus_change,
    spread.p_of_arms,
    families.multiplicity,
    families.difference_in_words,
    others.same_trials_elsewhere,
    others.first,
    others.cited_review,
    others.trials_own_results,
    flow.flow,
    reports.size,
    reports.unit,
    reports.trial_country,
    reports.intervention,
    reports.baseline,
    reports.most_within,
    treatment.contaminated_control,
    treatment.off_treatment,
    treatment.clock,
    treatment.treatment_length,
    announced.announced_items,
    announced.guidance,
    announced.search,
    announced.selection_rule,
)


def check_claims(m: Material, entries: Sequence[AuditedClaim]) -> tuple[list[ClaimFinding], list[NotRun]]:
    """Run every check.

    Parameters
    ----------
    m : Material
    entries : sequence of mappings
        The claims beside the recomputed pools (see `metawright.audit.compare.compare_claims`).

    Returns
    -------
    findings : list of ClaimFinding
        Passed checks included, in the order of `CHECKS`.
    not_run : list of NotRun
        What could not run, and what it needs.
    """
    results = [result for check in CHECKS for result in check(m)]
    results += recomputed(m, entries)
    findings = [result for result in results if isinstance(result, ClaimFinding)]
    not_run = [result for result in results if isinstance(result, NotRun)]
    return sorted(findings, key=lambda item: item.code), list(dict.fromkeys(not_run))
