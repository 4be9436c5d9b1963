"""The risk-of-bias table against the text, its own rule and the trials' reports: V12."""

from collections.abc import Iterator

from metawright.appraisal.grade import grade
from metawright.appraisal.judgements import DOMAIN_LABELS, OVERALL, read_judgement
from metawright.appraisal.risk_of_bias import risk_of_bias
from metawright.appraisal.signalling import is_question, read_answer
from metawright.audit.claims.finding import ClaimFinding, NotRun, about_statement, listed
from metawright.audit.claims.material import Material
from metawright.audit.published import split
from metawright.reading.characters import fold

_COUNT, _GRADE, _WORDS, _QUALITY, _BLINDING = "counts", "grade_rule", "vocabulary", "quality", "blinding"


def _table(m: Material) -> dict[str, dict[str, str | None]]:
    """Return the judgements that hold by trial and domain; what the review printed as overall result is among them."""
    table: dict[str, dict[str, str | None]] = {}
    for study in risk_of_bias(m.risk_of_bias, (), m.protocol["appraisal"])["studies"]:
        levels = {domain: item["judgement"] for domain, item in study["judgements"].items()}
        printed = {"grade": study["grade_printed"], "overall": study["overall_printed"]}
        table[study["study"]] = levels | {name: text for name, text in printed.items() if text}
    return table


def _name(m: Material, domain: str) -> str:
    return (m.protocol["appraisal"].get("domains") or {}).get(domain) or DOMAIN_LABELS.get(domain, domain)


def counts(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V12: a count of trials in the text, with its references, against the judgements of the table.

    The trials that the text counts are those with `low`; a trial counted that is not low, and a trial that is low and
    not counted, contradict the table.
    """
    stated, table = m.stated("risk_of_bias_count"), _table(m)
    if not stated or not table:
        needed = (
            "the table of judgements (risk_of_bias.csv) and counts in the text (statements.csv, risk_of_bias_count)"
        )
        yield NotRun("V12", _COUNT, "domains", needed)
        return
    for row in stated:
        domain = row["refers_to"].strip()
        low = {study for study, levels in table.items() if levels.get(domain) == "low"}
        named = {m.study_of[ref] for ref in split(row.get("refs")) if ref in m.study_of}
        value = len(table) if fold(row["value"]) == "all" else int(row["value"])
        named = set(table) if fold(row["value"]) == "all" else named
        words = [
            f"{m.label(study)} is {table.get(study, {}).get(domain) or 'not judged'} in the table"
            for study in table
            if study in named - low
        ]
        if named and low - named:
            words.append(f"the table has {len(low)} of {len(table)} low")
        elif not named and value != len(low):
            words.append(f"{value} in the text, {len(low)} low in the table")
        yield ClaimFinding(
            "V12",
            _COUNT,
            "inconsistency" if words else "pass",
            row["id"],
            f"{_name(m, domain)}: {'; '.join(words) or 'text and table agree'}",
            study=";".join(sorted(named - low)),
            inputs={"value": row["value"], "refs": row.get("refs", "")},
            computed={"low": sorted(low)},
            **about_statement(row),
        )


def grade_rule(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V12: the printed grade of each trial is the one that the review's rule gives, and text and table count alike."""
    table, rule = _table(m), m.protocol["appraisal"].get("grade")
    printed = {study: letter for study, levels in table.items() if (letter := levels.get("grade"))}
    if not rule or not printed:
        yield NotRun("V12", _GRADE, "grades", "the rule (protocol: appraisal.grade) and the printed grades")
        return
    domains = list(m.protocol["appraisal"].get("domains") or {}) or sorted(
        {d for v in table.values() for d in v} - set(OVERALL)
    )
    own = {study: grade({domain: levels.get(domain) for domain in domains}, rule) for study, levels in table.items()}
    wrong = [f"{m.label(s)}: printed {g}, the rule gives {own[s]}" for s, g in printed.items() if own[s] != g]
    for row in m.stated("grade_count"):
        found = {study for study, letter in printed.items() if letter == row["refers_to"].strip()}
        named = {m.study_of[ref] for ref in split(row.get("refs")) if ref in m.study_of}
        if len(found) != int(row["value"]) or (named and named != found):
            wrong.append(f"{row['value']} with grade {row['refers_to']} in the text, {len(found)} in the table")
    by_grade = {letter: [s for s, g in printed.items() if g == letter] for letter in sorted(set(printed.values()))}
    tallies = ", ".join(f"{letter}: {len(found)}" for letter, found in by_grade.items())
    yield ClaimFinding(
        "V12",
        _GRADE,
        "inconsistency" if wrong else "pass",
        "grades",
        "; ".join(wrong) or f"every grade is as the rule gives it ({tallies})",
        location="risk-of-bias table",
        computed={"grades": own, "printed": by_grade},
    )


def vocabulary(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V12: every judgement is one of the instrument's words."""
    instrument = m.protocol["appraisal"].get("instrument") or "RoB1"
    if not m.risk_of_bias:
        yield NotRun("V12", _WORDS, "table", "the table of judgements (risk_of_bias.csv)")
        return
    strange: dict[tuple[str, str], list[str]] = {}
    for row in m.risk_of_bias:
        domain = row["domain"].strip()
        text = (row.get("judgement_as_printed") or row["judgement"]).strip()
        level, remark = read_judgement(text, domain, instrument)
        known = domain in OVERALL or (is_question(domain, instrument) and read_answer(text) is not None)
        if text and not known and (level is None or remark):
            strange.setdefault((domain, text), []).append(row["study"].strip())
    for (domain, text), studies in strange.items():
        level, _ = read_judgement(text, domain, instrument)
        reading = f"read as {level}" if level else "counted as not judged"
        yield ClaimFinding(
            "V12",
            _WORDS,
            "ambiguity",
            f"{domain}.{text}",
            f"{_name(m, domain)}: “{text}” for {len(studies)} trials is none of the instrument's words; {reading}",
            quote=text,
            location="risk-of-bias table",
            study=";".join(studies),
            inputs={"judgement": text},
        )
    if not strange:
        yield ClaimFinding("V12", _WORDS, "pass", "table", "every judgement is one of the instrument's words")


def quality(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V12: "of high quality" against the grades, or where there are none against the domains at high risk."""
    table = _table(m)
    for row in m.stated("quality"):
        grades = [letter for levels in table.values() if (letter := levels.get("grade"))]
        best = min(grades, default="")
        risky = [study for study, levels in table.items() if "high" in levels.values()]
        top = grades.count(best) if grades else len(table) - len(risky)
        if fold(row["value"]) != "high" or not table:
            continue
        fine = 2 * top > len(table) and not risky
        counts_ = ", ".join(f"{letter}: {grades.count(letter)}" for letter in sorted(set(grades)))
        high = {study: sum(level == "high" for level in table[study].values()) for study in risky}
        parts = [f"{m.label(s)} has {n} domain{'' if n == 1 else 's'} at high risk" for s, n in high.items()]
        yield ClaimFinding(
            "V12",
            _QUALITY,
            "pass" if fine else "inconsistency",
            row["id"],
            f"grades are {counts_ or 'not printed'}; {listed(parts) or 'no domain at high risk'}: "
            + ("the words hold" if fine else f"“{row['value']}” does not follow from the table"),
            inputs={"value": row["value"]},
            computed={"high_domains": risky},
            **about_statement(row),
        )


def blinding(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V12: judgements on blinding against what the trials' reports say of it (studies.csv: blinding).

    A trial that blinded participants (or is double-blind) and is not judged low on performance, or blinded its
    assessors and is not judged low on detection: less favourable than the report. Low on performance without any
    blinding of participants reported, in a review that says itself that blinding was hardly possible: more favourable
    than what is known.
    """
    table = _table(m)
    known = {study: fold(m.fact(study, "blinding")) for study in table}
    if not any(known.values()):
        yield NotRun("V12", _BLINDING, "table", "who was blinded in each trial (studies.csv: blinding)")
        return
    difficult = next(iter(m.stated("blinding_difficult")), None)
    for study, words in known.items():
        participants = "double-blind" in words or "participants" in words
        assessors = (participants and "double-blind" in words) or "assessor" in words
        for domain, blinded in (("performance", participants), ("detection", assessors)):
            level = table[study].get(domain)
            if blinded and level in ("unclear", "high"):
                yield ClaimFinding(
                    "V12",
                    _BLINDING,
                    "inconsistency",
                    f"{study}.{domain}",
                    f"{m.label(study)}: {_name(m, domain)} is {level}, its report says: {m.fact(study, 'blinding')};"
                    " the judgement is less favourable than the report",
                    study=study,
                    location="risk-of-bias table",
                    inputs={domain: level},
                    rests_on="trial reports",
                )
        if table[study].get("performance") == "low" and not participants and difficult:
            interventions = [m.fact(study, f"intervention_{arm}") for arm in ("experimental", "control")]
            versus = f" It compared: {' / '.join(interventions)}" if all(interventions) else ""
            yield ClaimFinding(
                "V12",
                _BLINDING,
                "inconsistency",
                f"{study}.performance",
                f"{m.label(study)}: performance bias is low, no blinding of participants is known"
                f" ({m.fact(study, 'blinding') or 'nothing stated'}), and the paper itself says that blinding is"
                " difficult."
                f"{versus}",
                study=study,
                inputs={"performance": "low"},
                rests_on="trial reports",
                **about_statement(difficult),
            )
