"""The claim against our own pool of the same trials: V20."""

from collections.abc import Iterator, Mapping, Sequence

from metawright.audit.claims.finding import ClaimFinding, ClaimPlace, NotRun, about_claim, listed
from metawright.audit.claims.material import Material
from metawright.audit.documents import AuditedClaim, FeasibleClaim
from metawright.audit.published import decimals
from metawright.pooling.position import OUTSIDE

_CHECK = "claimed_against_recomputed"


class _Fields(ClaimPlace):
    """Fields that every finding about a claim has."""

    inputs: Mapping[str, object]
    computed: Mapping[str, object]


def recomputed(m: Material, entries: Sequence[AuditedClaim]) -> Iterator[ClaimFinding | NotRun]:
    """V20: the main claim about each cell: does the number come out again?

    Reproduced: estimate and both limits as printed, each to its last digit, and the same significance. Else the
    specification that fits, if the trials at hand allow one. With trials missing, what can be said without them.
    """
    by_key = {claim["claim"]: claim for claim in m.claims}
    for entry in entries:
        if not entry["main"]:
            continue
        claim, check = by_key[entry["claim"]], entry["check"]
        fields: _Fields = {
            **about_claim(claim),
            "outcome": entry["outcome"],
            "period": entry["period"],
            "inputs": {k: v for k, v in entry["published"].items() if v},
            "computed": _computed(entry),
        }
        if check["status"] == "reproduced":
            yield ClaimFinding("V20", _CHECK, "pass", verdict=f"reproduced: {_own(entry)}", **fields)
        elif check["status"] == "not_checkable":
            needed = listed(m.label(study) for study in check["awaiting"]) or "its trials"
            yield NotRun("V20", _CHECK, claim["claim"], f"numbers of {needed} (extraction.csv)")
            if entry["feasible"]:
                yield from _bound(entry["feasible"], fields)
        elif check["reason"] == "p_only":
            severity, verdict = _p_only(entry)
            yield ClaimFinding("V20", _CHECK, severity, verdict=verdict, **fields)
        elif check["reason"] == "incomplete":
            yield ClaimFinding("V20", _CHECK, "note", verdict=_incomplete(m, entry), **fields)
        else:
            fits = entry["fits"]
            tail = (
                f"; it fits {fits[0]['words']}"
                if fits
                else f"; none of {entry['specifications']} specifications gives it"
            )
            flips = check["same_significance"] is False
            verdict = f"not reproduced: {_own(entry)}{tail}"
            yield ClaimFinding(
                "V20", _CHECK, "inconsistency", verdict=verdict + ("; significance differs" if flips else ""), **fields
            )


def _own(entry: AuditedClaim) -> str:
    own = entry["recomputed"]
    if own["estimate"] is None:
        return "no result"
    p = "" if own["p"] is None else f", P = {own['p']:.4f}"
    places = {name: max(2, decimals(entry["published"][name])) for name in ("estimate", "ci_low", "ci_high")}
    estimate, low, high = (f"{own[name]:.{digits}f}" for name, digits in places.items())
    return f"{estimate} [{low}, {high}]{p}"


def _computed(entry: AuditedClaim) -> dict[str, object]:
    return {
        "status": entry["check"]["status"],
        **entry["recomputed"],
        "specifications": entry["specifications"],
        "fits": [item["words"] for item in entry["fits"] or ()],
    }


def _p_only(entry: AuditedClaim) -> tuple[str, str]:
    """Return severity and verdict of a claim that prints nothing but P."""
    check, printed = entry["check"], f"P {entry['published']['p_op']} {entry['published']['p']}"
    fits = entry["fits"] or []
    if not check["p_agrees"]:
        tail = f"; it fits {fits[0]['words']}" if fits else ""
        return "inconsistency", f"{printed} is not reproduced: {_own(entry)}{tail}"
    line = f"{printed} is reproduced at its precision: {_own(entry)}"
    if check["same_significance"] is False:
        side = "excludes" if entry["significance"] in OUTSIDE else "includes"
        sizes = next((item["words"] for item in fits if "as printed" in item["choices"]["n"]), "")
        line += f". The interval {side} the null value, the words “{entry['words']}” say otherwise"
        return "inconsistency", f"{line}{f'; {sizes}' if sizes else ''}; borderline"
    return "pass", line


def _incomplete(m: Material, entry: AuditedClaim) -> str:
    check = entry["check"]
    words = f"{check['available']} of {check['expected']} trials have numbers: {_own(entry)}"
    if check["awaiting"]:
        words += f"; missing: {listed(m.label(study) for study in check['awaiting'])}"
    if check["same_significance"] is False:
        words += ". Without them the significance is the other one: it rests on what is not available"
    return words + _hksj(entry)


def _hksj(entry: AuditedClaim) -> str:
    if not entry["feasible"]:
        return ""
    found = [item["hksj"] for item in entry["feasible"]["sets"] if item["hksj"]]
    if {hksj["verdict"] for hksj in found} == {"impossible"}:
        hksj = found[0]
        return (
            f". The published pool is {hksj['words']}: that needs Q below {hksj['q_below']['value']:.3f}, the known"
            " trials"
            f" alone have {hksj['q_at_least']['value']:.2f}"
        )
    return ""


def _bound(claim: FeasibleClaim, fields: _Fields) -> Iterator[ClaimFinding]:
    """What the published numbers say of the Hartung-Knapp interval when no trial has numbers."""
    item = claim["sets"][0]
    hksj, mhksj = item["hksj"], item.get("mhksj")
    if hksj is None or mhksj is None:
        return
    inside = "includes" if mhksj["includes_null"] else "excludes"
    bound: _Fields = {**fields, "computed": {"hksj": hksj, "mhksj": mhksj}}
    yield ClaimFinding(
        "V20",
        "bounds_without_data",
        "pass",
        verdict=f"no trial has numbers. With the Hartung-Knapp interval it is significant only if Q is below"
        f" {hksj['q_below']['value']:.3f}; the modified one is at least {mhksj['low']:.2f} to {mhksj['high']:.2f},"
        " which"
        f" {inside} the null value",
        **bound,
    )
