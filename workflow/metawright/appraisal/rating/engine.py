"""Rate one cell after GRADE: what the numbers suggest, what people decided, and when nothing may be said at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from metawright.appraisal.documents import DomainLevels, RatingDetail, RatingDocument
from metawright.appraisal.rating.domain import DOMAINS, Decision, Finding
from metawright.appraisal.rating.imprecision import Imprecision, imprecision
from metawright.appraisal.rating.inconsistency import inconsistency
from metawright.appraisal.rating.inputs import Inputs
from metawright.appraisal.rating.publication_bias import publication_bias
from metawright.appraisal.rating.raising import eligible_up
from metawright.appraisal.rating.risk_of_bias import risk_of_bias, withheld
from metawright.appraisal.rating.settings import Settings
from metawright.appraisal.rating.target import ONE_ARM, Scale, placed, scale_of
from metawright.files.known import known

RATINGS = ("very low", "low", "moderate", "high")

NO_DATA, NOT_RATED, PROVISIONAL = "no data", "not rated", "provisional"
SUGGESTED, MIXED, DECIDED = "suggested", "mixed", "decided"

NO_COMPARISON = "no comparison: this rating does not apply"
NO_ALLOCATION = "allocation of the trials not declared"
TOO_FEW = "fewer than {} of the known trials have numbers"
NO_RESULT = "no result"

_HALF = 0.5


@dataclass(frozen=True)
class Rating:
    """The rating of one cell.

    Attributes
    ----------
    status : str
        `no data`, `not rated`, `provisional`, `suggested`, `mixed` or `decided`.
    basis : str
        Who spoke: `suggested` (the numbers), `mixed`, or `decided` (people, in all five domains).
    start : str or None
        `high` or `low`; None where the allocation is not known.
    rating : str or None
        The word that counts; None where the cell is not rated.
    suggested : str or None
        The word that the numbers alone give.
    at_most : str or None
        The ceiling that the other domains leave where a cell is not rated.
    reasons : tuple of str
        Why it is not rated.
    levels, suggested_levels : dict
        Levels down by domain, as they count and as suggested; None: not judged, or does not apply.
    up, eligible_up : int
        Levels up that count, and that the numbers would allow.
    target : str or None
        What the rating is about.
    findings : dict of Finding
        By domain.
    decisions : dict of Decision
        By domain, and `start` and `rating_up`.
    imprecision : Imprecision or None
        Both steps of imprecision.
    remarks : tuple of str
        On the whole.
    """

    status: str
    basis: str
    start: str | None
    rating: str | None
    suggested: str | None
    at_most: str | None
    reasons: tuple[str, ...]
    levels: dict[str, int | None]
    suggested_levels: dict[str, int | None]
    up: int
    eligible_up: int
    target: str | None
    findings: dict[str, Finding]
    decisions: dict[str, Decision]
    imprecision: Imprecision | None
    remarks: tuple[str, ...]

    @property
    def reason(self) -> str:
        """Why it is not rated, in one line; empty where it is."""
        return "; ".join(self.reasons)

    def document(self) -> RatingDocument:
        """Return the rating as JSON has it: `have` over `ois` to two decimals, all else in full."""
        step = self.imprecision
        detail: RatingDetail | None = None
        if step:
            ratio = step.information.ratio
            detail = {
                "target": self.target,
                "ois": step.information.ois,
                "have": step.information.have,
                "r": None if ratio is None else round(ratio, 2),
                "A": step.crossing,
                "B": step.size,
                "why": list(step.why),
            }
        return {
            "status": self.status,
            "basis": self.basis,
            "start": self.start,
            "levels": _by_domain(self.levels),
            "rating": self.rating,
            "at_most": self.at_most,
            "reason": self.reason,
            "suggested": {"rating": self.suggested, "levels": _by_domain(self.suggested_levels)},
            "up": self.up,
            "eligible_up": self.eligible_up,
            "detail": detail,
            "footnotes": {
                domain: {"triggers": list(found.triggers), "remarks": list(found.remarks)}
                for domain, found in self.findings.items()
            },
            "remarks": list(self.remarks),
        }


def _by_domain(levels: Mapping[str, int | None]) -> DomainLevels:
    return {
        "risk_of_bias": levels["risk_of_bias"],
        "inconsistency": levels["inconsistency"],
        "indirectness": levels["indirectness"],
        "imprecision": levels["imprecision"],
        "publication_bias": levels["publication_bias"],
    }


def rate(inputs: Inputs, settings: Settings, decisions: Sequence[Decision] = ()) -> Rating:
    """Rate one cell.

    Parameters
    ----------
    inputs : Inputs
        What the cell's pool and people's judgements hold.
    settings : Settings
        Thresholds.
    decisions : sequence of Decision
        What people decided in place of a suggestion; of two on one domain the later one counts.

    Returns
    -------
    Rating
        Nothing is rated without judgements on risk of bias, without knowing how people came into the arms, or from
        less than half of the trials: then `status` is `not rated` and `reasons` say why.

    References
    ----------
    Core GRADE 1 to 7, BMJ 2025;389; GRADE guidelines 6, 18 and guidance 34. Thresholds marked in the schema of the
    protocol are defaults of this program.
    """
    decided = {decision.domain: decision for decision in decisions}
    start = _start(inputs, settings, decided)
    scale = placed(inputs, settings)
    if inputs.k == 0 or scale is None:
        none: dict[str, int | None] = dict.fromkeys(DOMAINS)
        status, reasons = (NO_DATA, ()) if inputs.k == 0 else (NOT_RATED, (NO_RESULT,))
        return Rating(
            status, SUGGESTED, start, None, None, None, reasons, none, none, 0, 0, None, {}, decided, None, ()
        )
    findings, step = _findings(inputs, scale, start, settings)
    suggested = {domain: found.levels for domain, found in findings.items()}
    levels: dict[str, int | None] = {
        domain: int(decided[domain].levels) if domain in decided else suggested[domain] for domain in DOMAINS
    }
    remarks = []
    if inputs.design == "uncontrolled" and levels["risk_of_bias"] == 0:
        levels["risk_of_bias"] = 1
        remarks.append("no comparison group: risk of bias takes one level at least")
    up, said = _up(inputs, decided)
    reasons = _reasons(inputs, settings, decided)
    own_start = _start(inputs, settings, {})
    own = _total(known(own_start), suggested, inputs.up or 0) if not _reasons(inputs, settings, {}) else None
    return Rating(
        status=NOT_RATED if reasons else PROVISIONAL if _partly(inputs) else _basis(decided),
        basis=_basis(decided),
        start=start,
        rating=None if reasons else _total(known(start), levels, up),
        suggested=own,
        at_most=_at_most(inputs, start, levels, settings) if reasons else None,
        reasons=tuple(reasons),
        levels=levels,
        suggested_levels=suggested,
        up=up,
        eligible_up=eligible_up(inputs, sum(level or 0 for level in levels.values()), settings),
        target=scale.target,
        findings=findings,
        decisions=decided,
        imprecision=step,
        remarks=(*remarks, *said),
    )


def _start(inputs: Inputs, settings: Settings, decided: dict[str, Decision]) -> str | None:
    if "start" in decided:
        return str(decided["start"].levels)
    if inputs.start:
        return inputs.start
    if inputs.design is None:
        return None
    if inputs.design == "non_randomised" and inputs.rob is not None and inputs.rob.instrument == "ROBINS-I":
        return settings.robins_start
    return "high" if inputs.design == "randomised" else "low"


def _findings(
    inputs: Inputs, scale: Scale, start: str | None, settings: Settings
) -> tuple[dict[str, Finding], Imprecision]:
    step = imprecision(inputs, scale, settings)
    spread = inconsistency(inputs, scale, settings)
    if spread.levels and step.finding.levels == 1 and not step.size and _only_by_spread(inputs, scale, settings):
        words = "counted once: only the spread of the trials makes the interval reach the line"
        finding = replace(step.finding, levels=0, triggers=(), remarks=(*step.finding.remarks, words))
        step = replace(step, finding=finding, why=(*step.why, words))
    controlled = inputs.design != "uncontrolled"
    findings = {
        "risk_of_bias": risk_of_bias(inputs.rob, start == "high", controlled, settings),
        "inconsistency": spread,
        "indirectness": Finding(inputs.indirectness, remarks=("not judged",) if inputs.indirectness is None else ()),
        "imprecision": step.finding,
        "publication_bias": publication_bias(inputs, settings),
    }
    if inputs.publication_bias is not None:
        findings["publication_bias"] = Finding(inputs.publication_bias)
    return findings, step


def _only_by_spread(inputs: Inputs, scale: Scale, settings: Settings) -> bool:
    """Whether the rated interval reaches over the line and that of the common-effect model does not."""
    if inputs.fixed is None:
        return False
    fixed = scale_of(replace(inputs, ci_low=inputs.fixed[0], ci_high=inputs.fixed[1], df=None), settings)
    return scale.crosses(scale.low, scale.high) and not scale.crosses(fixed.low, fixed.high)


def _reasons(inputs: Inputs, settings: Settings, decided: dict[str, Decision]) -> list[str]:
    """Say why a cell is not rated; a person's row on the risk of bias or the start lifts that reason."""
    if inputs.measure in ONE_ARM:
        return [NO_COMPARISON]
    reasons = []
    if "risk_of_bias" not in decided and (words := withheld(inputs.rob, settings)):
        reasons.append(words)
    if _start(inputs, settings, decided) is None:
        reasons.append(NO_ALLOCATION)
    if _share(inputs) < settings.known_trials:
        least = settings.known_trials
        reasons.append(TOO_FEW.format("half" if least == _HALF else f"{least:.0%}"))
    return reasons


def _share(inputs: Inputs) -> float:
    """Trials with numbers as a share of those known to belong to the cell."""
    return inputs.k / max(inputs.k, inputs.eligible_trials or 0)


def _partly(inputs: Inputs) -> bool:
    return _share(inputs) < 1.0


def _basis(decided: dict[str, Decision]) -> str:
    judged = [domain in decided for domain in DOMAINS]
    return DECIDED if all(judged) else MIXED if decided else SUGGESTED


def _up(inputs: Inputs, decided: dict[str, Decision]) -> tuple[int, list[str]]:
    up = int(decided["rating_up"].levels) if "rating_up" in decided else inputs.up or 0
    if up and inputs.design == "uncontrolled":
        return 0, ["without a comparison group nothing is rated up"]
    return up, []


def _total(start: str, levels: Mapping[str, int | None], up: int) -> str:
    place = RATINGS.index(start) - sum(level or 0 for level in levels.values()) + up
    return RATINGS[max(0, min(place, len(RATINGS) - 1))]


def _at_most(inputs: Inputs, start: str | None, levels: dict[str, int | None], settings: Settings) -> str | None:
    """Return the ceiling that the judged domains leave; None where most trials lack numbers or nothing is compared."""
    if inputs.measure in ONE_ARM or _share(inputs) < settings.known_trials:
        return None
    least = {"risk_of_bias": 1} if inputs.design == "uncontrolled" and levels["risk_of_bias"] is None else {}
    return _total(start or "high", levels | least, 0)
