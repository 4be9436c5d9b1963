"""Participants: sums over arms and pools, and how many of them were analysed: V10."""

from collections.abc import Iterator

from metawright.audit.claims.finding import ClaimFinding, NotRun, about_claim, about_statement, listed
from metawright.audit.claims.material import Material
from metawright.audit.claims.printed import has

_ARMS, _POOL, _LEFT = "arm_sums", "pool_totals", "analysed_of_randomised"


def arm_sums(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V10: the table's numbers of participants sum to the printed totals; and what they sum to with the trials' own."""
    stated = {row["refers_to"].strip(): row for row in m.stated("participants")}
    sums = _sums(m, printed=True)
    if not stated or sums is None:
        needed = (
            "totals in words (statements.csv, participants), n_experimental and n_control of each trial (studies.csv)"
        )
        yield NotRun("V10", _ARMS, "totals", needed)
        return
    terms = {arm: [m.printed(row["study"], f"n_{arm}") for row in m.studies] for arm in ("experimental", "control")}
    wrong = [arm for arm, row in stated.items() if arm in sums and int(row["value"]) != sums[arm]]
    first = next(iter(stated.values()))
    yield ClaimFinding(
        "V10",
        _ARMS,
        "error" if wrong else "pass",
        "totals",
        "; ".join(
            f"{arm}: printed {row['value']}, the table sums to {sums[arm]}"
            for arm, row in stated.items()
            if arm in sums
        ),
        **about_statement(first),
        inputs={arm: row["value"] for arm, row in stated.items()},
        computed={**sums, "terms": terms},
    )
    known = _sums(m, printed=False)
    if known is None:
        return
    moved = [arm for arm, row in stated.items() if arm in known and int(row["value"]) != known[arm]]
    if moved and not wrong:
        parts = [f"{arm} {known[arm]} instead of {stated[arm]['value']}" for arm in moved]
        yield ClaimFinding(
            "V10",
            _ARMS,
            "error",
            "totals_by_reports",
            f"with the sizes that the trials report the totals are {listed(parts)}, if the other cells stand",
            **about_statement(stated[moved[0]]),
            inputs={arm: stated[arm]["value"] for arm in moved},
            computed=known,
            rests_on="trial reports",
        )


def _sums(m: Material, printed: bool) -> dict[str, int] | None:
    """Return the participants by arm and in all; None where those of a trial are not known."""
    experimental, control = (_sum(m, arm, printed) for arm in ("experimental", "control"))
    if experimental is None or control is None:
        return None
    return {"experimental": experimental, "control": control, "total": experimental + control}


def _sum(m: Material, arm: str, printed: bool) -> int | None:
    cells = [(m.printed if printed else m.fact)(row["study"], f"n_{arm}") for row in m.studies]
    return sum(map(int, cells)) if cells and all(cell.isdigit() for cell in cells) else None


def pool_totals(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V10: the participants of a pool are those of its trials."""
    for claim in m.claims:
        for arm in ("experimental", "control"):
            name = f"n_{arm}"
            if not has(claim, name):
                continue
            rows = [row for row in m.claim_trials if row["claim"].strip() == claim["claim"]]
            cells = [row.get(name) or "" for row in rows]
            if not cells:
                cells = [
                    m.printed(study, name) for study in m.trials_cited(claim["outcome"], claim.get("period") or "")
                ]
            if not cells or not all(cell.strip().isdigit() for cell in cells):
                yield NotRun(
                    "V10", _POOL, f"{claim['claim']}.{arm}", "participants of each of its trials (claim_trials.csv)"
                )
                continue
            total = sum(map(int, cells))
            about = about_claim(claim) | {"about": f"{claim['claim']}.{arm}"}
            yield ClaimFinding(
                "V10",
                _POOL,
                "pass" if total == int(claim[name]) else "error",
                verdict=f"{claim[name]} in the {arm} arms, the trials sum to {total}",
                inputs={name: claim[name]},
                computed={"sum": total},
                **about,
            )


def analysed_of_randomised(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V10: trials that analysed fewer than they randomised, while the review does not say which number it used."""
    rows = [row for row in m.trial_reports if row["kind"].strip() == "analysed"]
    if not rows or m.stated("n_used"):
        if not rows:
            yield NotRun(
                "V10", _LEFT, "trials", "how many of those randomised were analysed (trial_reports.csv, analysed)"
            )
        return
    parts, shares = [], {}
    for row in rows:
        low, high = (int(number) for number in row["value"].split(" of "))
        shares[f"{row['study']} {row.get('refers_to', '')}".strip()] = low / high
        parts.append(f"{m.label(row['study'])} {row['value']}{' ' + row['refers_to'] if row.get('refers_to') else ''}")
    yield ClaimFinding(
        "V10",
        _LEFT,
        "note",
        "trials",
        f"fewer analysed than randomised: {'; '.join(parts)}. Which of the two numbers was used is not stated",
        study=";".join(dict.fromkeys(row["study"] for row in rows)),
        computed=shares,
        rests_on="trial reports",
        location="; ".join(dict.fromkeys(row["source"] for row in rows if row.get("source"))),
    )
