"""Risk of bias: the judgements in order, the grade by the review's rule, and where the printed grade differs."""

from collections.abc import Iterable, Mapping, Sequence

from metawright.appraisal.documents import JudgedStudy, Judgement, RiskOfBiasDocument
from metawright.appraisal.grade import grade
from metawright.appraisal.instruments import INSTRUMENTS
from metawright.appraisal.judgements import LEVELS, OVERALL, domain_label, overall_level, read_judgement
from metawright.appraisal.raters import settle
from metawright.appraisal.signalling import domain_level, is_question, read_answer
from metawright.files.tables import TextRow
from metawright.reading.protocol import AppraisalSettings

#: Rows of `risk_of_bias.csv` by study and domain.
_Cells = Mapping[tuple[str, str], TextRow]


def risk_of_bias(
    rows: Iterable[TextRow], studies: Iterable[TextRow], appraisal: AppraisalSettings
) -> RiskOfBiasDocument:
    """Read the judgements of a review.

    Parameters
    ----------
    rows : iterable of mappings
        Rows of `risk_of_bias.csv`: study, domain, judgement, support. A row with the domain `grade` (or, for
        instruments that have one, `overall`) holds what the review printed as the overall result. For RoB 2 a row
        with the domain `2.6`, say, answers that signalling question: the algorithm judges where nobody did. With a
        column `rater` two people judged; rows of the rater `final` decide.
    studies : iterable of mappings
        Rows of `studies.csv`, which give order and labels; empty where the review has none.
    appraisal : mapping
        The protocol's block: `instrument`, `domains` (label by key), `grade` (the rule); all optional.

    Returns
    -------
    dict
        `instrument`; `domains`: key and label in order; `studies`: study, label, `judgements` by domain
        (`judgement` None where missing, `support`), `grade` by the rule, `grade_printed`, and, where the
        instrument has one, `overall` and `overall_printed` (None otherwise); `counts` by domain and level;
        `agreement` of two raters (see `metawright.appraisal.raters`), None with one; `remarks` in sentences.

    Raises
    ------
    ValueError
        If two rows give one trial different judgements on one domain.
    """
    instrument = appraisal.get("instrument") or "RoB1"
    settled = settle(rows, instrument)
    cells = _cells(settled.rows)
    domains = _domains(cells, appraisal.get("domains") or {}, instrument)
    labels = {row["study"]: row.get("label") or row["study"] for row in studies}
    order = [*labels, *dict.fromkeys(study for study, _ in cells if study not in labels)]
    results: list[JudgedStudy] = []
    remarks = list(settled.remarks)
    for study in order:
        result, found = _appraise(study, labels.get(study, study), cells, list(domains), instrument, appraisal)
        results.append(result)
        remarks += found
    undeclared = dict.fromkeys(
        d for _, d in cells if d not in domains and d not in OVERALL and not is_question(d, instrument)
    )
    remarks += [f"The domain {domain} is not among those of the protocol and is left out." for domain in undeclared]
    return {
        "instrument": instrument,
        "domains": [{"key": key, "label": label} for key, label in domains.items()],
        "studies": results,
        "counts": {key: _count(results, key, LEVELS[instrument]) for key in domains},
        "agreement": settled.agreement,
        "remarks": remarks,
    }


def _cells(rows: Iterable[TextRow]) -> dict[tuple[str, str], TextRow]:
    """Return the rows by study and domain, in the order of the file."""
    cells: dict[tuple[str, str], TextRow] = {}
    for row in rows:
        key = (row["study"].strip(), row["domain"].strip())
        earlier = cells.setdefault(key, row)
        if earlier["judgement"].strip() != row["judgement"].strip():
            raise ValueError(f"two different judgements for study {key[0]}, domain {key[1]}")
    return cells


def _domains(cells: Iterable[tuple[str, str]], declared: Mapping[str, str], instrument: str) -> dict[str, str]:
    """Return the label of each domain: as declared, else the domains of the file."""
    if declared:
        return dict(declared)
    found = dict.fromkeys(domain for _, domain in cells if domain not in OVERALL)
    answered = {f"D{domain[0]}" for domain in found if is_question(domain, instrument)}
    found = {domain: None for domain in found if not is_question(domain, instrument)}
    if answered:
        found = dict.fromkeys(key for key in INSTRUMENTS[instrument].domains if key in answered or key in found) | found
    return {key: domain_label(key, instrument) for key in found}


def _appraise(
    study: str, label: str, cells: _Cells, domains: Sequence[str], instrument: str, appraisal: AppraisalSettings
) -> tuple[JudgedStudy, list[str]]:
    judgements: dict[str, Judgement] = {}
    remarks: list[str] = []
    for domain in domains:
        row = cells.get((study, domain), {})
        level, remark = read_judgement(row.get("judgement") or "", domain, instrument)
        judgements[domain] = {"judgement": level, "support": (row.get("support") or "").strip()}
        if remark:
            remarks.append(f"{label}, {domain}: {remark}.")
        if instrument == "RoB2" and domain in INSTRUMENTS[instrument].domains:
            remarks += _answered(judgements[domain], study, label, domain, cells)
    levels = [item["judgement"] for item in judgements.values()]
    printed = {name: (cells.get((study, name), {}).get("judgement") or "").strip() or None for name in OVERALL}
    rule, has_overall = appraisal.get("grade") or {}, INSTRUMENTS[instrument].overall
    result: JudgedStudy = {
        "study": study,
        "label": label,
        "judgements": judgements,
        "grade": grade({name: item["judgement"] for name, item in judgements.items()}, rule) if rule else None,
        "grade_printed": printed["grade"],
        "overall": overall_level(levels, instrument, appraisal.get("concerns_to_high")) if has_overall else None,
        "overall_printed": _as_level(printed["overall"], instrument) if has_overall else None,
    }
    missing = [domain for domain, item in judgements.items() if item["judgement"] is None]
    if len(missing) == len(domains):
        remarks.append(f"{label}: not appraised.")
    elif missing:
        consequence = "; no grade is computed" if rule else ""
        remarks.append(f"{label}: no judgement on {', '.join(missing)}{consequence}.")
    for what, by_rule, stated in (
        ("grade", result["grade"], result["grade_printed"]),
        ("overall judgement", result["overall"], result["overall_printed"]),
    ):
        if None not in (by_rule, stated) and by_rule != stated:
            remarks.append(f"{label}: the printed {what} is {stated}, the rule gives {by_rule}.")
    return result, remarks


def _answered(judgement: Judgement, study: str, label: str, domain: str, cells: _Cells) -> list[str]:
    """Fill a judgement from the answers to the signalling questions where nobody judged; say where the two differ."""
    texts = {q: row["judgement"] for (of, q), row in cells.items() if of == study and q.startswith(f"{domain[1]}.")}
    answers = {question: read_answer(text) for question, text in texts.items()}
    remarks = [
        f"{label}, {question}: “{texts[question].strip()}” is no answer to a signalling question: not answered."
        for question, answer in answers.items()
        if answer is None
    ]
    level = domain_level(domain, {question: answer or "" for question, answer in answers.items()})
    if level and judgement["judgement"] is None:
        judgement["judgement"] = level
        judgement["support"] = judgement["support"] or "by the answers to the signalling questions"
    elif level and level != judgement["judgement"]:
        remarks.append(f"{label}, {domain}: judged {judgement['judgement']}; the signalling questions give {level}.")
    return remarks


def _as_level(text: str | None, instrument: str) -> str | None:
    """Return a printed overall judgement in the instrument's words where it is one of them."""
    return None if text is None else read_judgement(text, "overall", instrument)[0] or text


def _count(results: Iterable[JudgedStudy], domain: str, levels: Iterable[str]) -> dict[str, int]:
    found = [result["judgements"][domain]["judgement"] for result in results]
    return {level: found.count(level) for level in levels}
