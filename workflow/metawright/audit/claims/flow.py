"""The flow of records: V24."""

from collections.abc import Iterator

from metawright.appraisal.screening import check_flow
from metawright.audit.claims.finding import ClaimFinding, NotRun
from metawright.audit.claims.material import Material

_FLOW = "flow"


def flow(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V24: every identity of the flow diagram that can be evaluated; one that cannot is an omission of the paper."""
    if m.screening is None:
        yield NotRun("V24", _FLOW, "flow", "the counts of the flow diagram (screening.yaml)")
        return
    pooled = {trial["study"] for pool in m.pools.values() for trial in pool["studies"]}
    # trials whose numbers are awaited are in the published pools, too
    pooled |= {row["study"].strip() for row in m.awaiting if (row.get("claim") or "").strip()}
    checks = check_flow(m.screening, len(m.studies) or None, len(pooled) or None)
    open_ = [check for check in checks if check["status"] == "open"]
    said = next(iter(m.stated("flow")), None)
    for check in checks:
        if check["status"] in ("closed", "wrong"):
            yield ClaimFinding(
                "V24",
                _FLOW,
                "pass" if check["status"] == "closed" else "error",
                check["id"],
                f"{check['words']}: {check['left']} and {check['right']}",
                location="flow of records",
                inputs=check["known"],
                computed={"left": check["left"], "right": check["right"]},
            )
    if open_:
        known = {name: value for check in open_ for name, value in check["known"].items()}
        missing = list(dict.fromkeys(name for check in open_ for name in check["missing"]))
        yield ClaimFinding(
            "V24",
            _FLOW,
            "omission",
            "open",
            f"the flow cannot be closed ({', '.join(check['id'] for check in open_)}): not printed are"
            f" {', '.join(missing)}" + (f". {said['note']}" if said and said.get("note") else ""),
            quote=said["quote"] if said else "",
            location=said["location"] if said else "flow of records",
            inputs=known,
            computed={"missing": missing},
        )
