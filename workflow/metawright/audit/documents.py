"""What the audit leaves: findings, every claim beside the recomputed pool, and what missing trials must show."""

from typing import NotRequired, TypedDict


class AuditHead(TypedDict):
    """What a finding is, and where it stands; `origin` is `rows`, `check` or `curated`."""

    id: str
    severity: str
    code: str
    check: str
    origin: str
    rests_on: str
    file: str
    row: str
    claim: str
    study: str
    outcome: str
    period: str
    column: str
    value: str
    expected: str
    quote: str
    location: str


class AuditRow(AuditHead):
    """A row of the audit's `findings.csv`: what went in and what came out as text."""

    inputs: str
    computed: str
    message: str


class AuditFinding(AuditHead):
    """A finding of the audit: what went in and what came out as objects, by what the check calls them."""

    inputs: dict[str, object]
    computed: dict[str, object]
    message: str


class NotRunEntry(TypedDict):
    """A check that lacked something (see `metawright.audit.claims.finding.NotRun`)."""

    code: str
    check: str
    about: str
    missing: str


class AuditCounts(TypedDict):
    """Findings by severity, and by origin and severity; and how many checks could not run."""

    severity: dict[str, int]
    origin: dict[str, dict[str, int]]
    not_run: int


class AuditDocument(TypedDict):
    """The audit of a review, `audit/audit.json`."""

    findings: list[AuditFinding]
    not_run: list[NotRunEntry]
    counts: AuditCounts


class Claim(TypedDict):
    """A row of `claims.csv`: a published result, numbers exactly as printed.

    The keys are those of `workflow/schemas/claims.schema.yaml`; people may have further columns.
    """

    claim: str
    outcome: str
    period: NotRequired[str]
    section: NotRequired[str]
    k: NotRequired[str]
    refs_cited: NotRequired[str]
    refs_expanded: NotRequired[str]
    estimate: NotRequired[str]
    ci_low: NotRequired[str]
    ci_high: NotRequired[str]
    p_op: NotRequired[str]
    p: NotRequired[str]
    q: NotRequired[str]
    q_df: NotRequired[str]
    q_p_op: NotRequired[str]
    q_p: NotRequired[str]
    i2: NotRequired[str]
    tau2: NotRequired[str]
    model: NotRequired[str]
    tau2_method: NotRequired[str]
    weighting: NotRequired[str]
    n_experimental: NotRequired[str]
    n_control: NotRequired[str]
    words: NotRequired[str]
    quote: NotRequired[str]
    note: NotRequired[str]


class EstimateAndLimits(TypedDict):
    """An estimate with its interval."""

    estimate: float
    ci_low: float
    ci_high: float


class ClaimBesidePool(TypedDict):
    """How far the numbers of a published claim are those of our own pool."""

    claim: str
    available: int
    expected: int | None
    awaiting: list[str]
    not_cited: list[str]
    differences: EstimateAndLimits | None
    same_significance: bool | None
    p_agrees: bool | None


class ClaimCheck(ClaimBesidePool):
    """A published claim held against our own pool (see `metawright.audit.published.check_claim`)."""

    status: str
    reason: str


class PublishedNumbers(TypedDict):
    """What a claim prints; empty where it does not."""

    estimate: str
    ci_low: str
    ci_high: str
    p_op: str
    p: str


class RecomputedNumbers(TypedDict):
    """Our own result on the scale that people read."""

    estimate: float | None
    ci_low: float | None
    ci_high: float | None
    p: float | None


class RecomputedPool(RecomputedNumbers):
    """Our own result on the scale of the files."""

    tau2_method: str | None
    interval: str | None
    k: int


class FittingSpecification(TypedDict):
    """A combination of choices that gives the printed numbers (see `metawright.audit.specifications`)."""

    choices: dict[str, str]
    used: str
    k: int
    estimate: float
    ci_low: float
    ci_high: float
    p: float
    excludes_zero: bool
    words: str


class ClaimComparison(TypedDict):
    """A claim beside the recomputed pool of its cell (see `metawright.audit.compare.compare_claims`)."""

    claim: str
    outcome: str
    period: str
    main: bool
    measure: str
    model: str | None
    section: str
    quote: str
    words: str
    check: ClaimCheck
    significance: str
    published: PublishedNumbers
    pooled_published: EstimateAndLimits | None
    recomputed: RecomputedNumbers
    pooled_recomputed: RecomputedPool | None
    specifications: int


class Ranged(TypedDict):
    """Lowest and highest value over the rounding of all printed numbers, and the one at the printed numbers."""

    low: float
    high: float
    value: float


class RangedOpen(TypedDict):
    """A range whose value at the printed numbers is not determined, or whose end is not bounded (None)."""

    low: float | None
    high: float | None
    value: float | None


class Remainder(TypedDict):
    """What the missing trials must show together."""

    trials: int
    estimate: Ranged
    se: Ranged
    ci_low: Ranged
    ci_high: Ranged
    p: Ranged
    p_t: Ranged | None
    implied_sd: Ranged | None


class HartungKnappVerdict(TypedDict):
    """Whether a published pool can be significant with the Hartung-Knapp interval."""

    verdict: str
    words: str
    q_below: Ranged
    q_at_least: Ranged
    q_with_remainder: Ranged
    probability_if_homogeneous: float
    conditions: str


class NarrowestModified(TypedDict):
    """The narrowest modified Hartung-Knapp interval."""

    low: float
    high: float
    includes_null: bool | None


class PoolWithout(TypedDict):
    """A published pool without some of its trials."""

    estimate: Ranged
    se: Ranged
    ci_low: Ranged
    ci_high: Ranged
    p: Ranged
    significant: bool | None


class RecommendedImplied(TypedDict):
    """The recommended result with the one missing trial as implied."""

    estimate: Ranged
    ci_low: Ranged
    ci_high: Ranged
    p: Ranged
    tau2: Ranged
    i2_q: Ranged


class FeasibleHead(TypedDict):
    """A published pool, its known trials, and what is said of it where these allow nothing (None, and empty)."""

    label: str
    k: int
    known: list[str]
    missing: list[str]
    estimate: float
    se: float
    share: dict[str, Ranged]
    consistent: bool | None
    remainder: Remainder | None
    hksj: HartungKnappVerdict | None
    without: dict[str, PoolWithout]


class FeasibleBounds(TypedDict, total=False):
    """What the known trials leave open, where they carry no more information than the pool has."""

    q: RangedOpen
    i2: RangedOpen
    q_of_known: Ranged
    q_limit_of_rule: float | None
    mhksj: NarrowestModified
    reml_hksj: RecommendedImplied
    sizes_that_keep_the_verdict: dict[str, int]


class FeasibleSet(FeasibleHead, FeasibleBounds):
    """What a published pool allows (see `metawright.audit.feasible.feasible`).

    Where the known trials carry more information than the pool has, only `words` follows `without`.
    """

    words: str
    n: NotRequired[str]


class FeasibleClaim(TypedDict):
    """What a claim's pool allows, for each version of the numbers of participants."""

    claim: str
    outcome: str
    period: str
    sets: list[FeasibleSet]


class FeasibleDocument(TypedDict):
    """What missing trials must show, `reconstruction/feasible.json`: a reconstruction, not data."""

    label: str
    claims: list[FeasibleClaim]


class AuditedClaim(ClaimComparison):
    """A claim beside the recomputed pool, with the choices that would give its numbers, of `claims_check.json`."""

    fits: list[FittingSpecification] | None
    feasible: FeasibleClaim | None


#: Columns of the audit's `findings.csv`, in their order.
AUDIT_COLUMNS = tuple(AuditRow.__annotations__)
