"""RoB 2: from the answers to the signalling questions to the judgement on each domain (Sterne 2019).

Deviations from intended interventions (domain 2) follow the algorithm for the effect of assignment to intervention.
"""

import re
from collections.abc import Mapping

#: Answers as people write them, by the letter that the algorithms use; what does not apply counts as not answered.
ANSWERS = {
    "y": "Y", "yes": "Y", "py": "Y", "probably yes": "Y", "n": "N", "no": "N", "pn": "N", "probably no": "N",
    "ni": "NI", "no information": "NI", "na": "", "not applicable": "", "": "",
}  # fmt: skip
#: A question's number in `risk_of_bias.csv`, such as `2.6`.
QUESTION = re.compile(r"[1-5]\.[1-7]")

LOW, SOME, HIGH = "low", "some concerns", "high"


def is_question(domain: str, instrument: str) -> bool:
    """Return whether a row of `risk_of_bias.csv` holds the answer to a signalling question."""
    return instrument == "RoB2" and QUESTION.fullmatch(domain) is not None


def read_answer(text: str) -> str | None:
    """Return `Y` (or probably), `N`, `NI` or "" for an answer; None for words that are none."""
    return ANSWERS.get(" ".join(text.replace("_", " ").casefold().split()))


def domain_level(domain: str, answers: Mapping[str, str]) -> str | None:
    """Return the judgement that the algorithm of a domain gives.

    Parameters
    ----------
    domain : {"D1", "D2", "D3", "D4", "D5"}
    answers : mapping
        Answer by question, as `read_answer` returns it; absent ones are not answered.

    Returns
    -------
    str or None
        None where a question that decides is not answered.
    """
    return {"D1": _randomisation, "D2": _deviations, "D3": _missing, "D4": _measurement, "D5": _selection}[domain](
        lambda question: answers.get(question) or None
    )


def _randomisation(answer) -> str | None:
    sequence, concealed, imbalance = (answer(f"1.{n}") for n in (1, 2, 3))
    if concealed == "N":
        return HIGH
    if concealed is None or imbalance is None:
        return None
    if concealed == "NI":
        return HIGH if imbalance == "Y" else SOME
    if sequence is None:
        return None
    return SOME if imbalance == "Y" or sequence == "N" else LOW


def _deviations(answer) -> str | None:
    parts = [_awareness(answer), _analysis(answer)]
    if HIGH in parts:
        return HIGH
    return None if None in parts else SOME if SOME in parts else LOW


def _awareness(answer) -> str | None:
    aware = [answer("2.1"), answer("2.2")]
    if aware == ["N", "N"]:
        return LOW
    if None in aware:
        return None
    deviations = answer("2.3")
    if deviations != "Y":
        return {"N": LOW, "NI": SOME, None: None}[deviations]
    affected = answer("2.4")
    if affected in ("N", None):
        return SOME if affected else None
    return {"Y": SOME, "N": HIGH, "NI": HIGH, None: None}[answer("2.5")]


def _analysis(answer) -> str | None:
    appropriate = answer("2.6")
    if appropriate in ("Y", None):
        return LOW if appropriate else None
    return {"N": SOME, "Y": HIGH, "NI": HIGH, None: None}[answer("2.7")]


def _missing(answer) -> str | None:
    if answer("3.1") in ("Y", None):
        return LOW if answer("3.1") else None
    if answer("3.2") in ("Y", None):
        return LOW if answer("3.2") else None
    if answer("3.3") in ("N", None):
        return LOW if answer("3.3") else None
    return {"N": SOME, "Y": HIGH, "NI": HIGH, None: None}[answer("3.4")]


def _measurement(answer) -> str | None:
    method, differs = answer("4.1"), answer("4.2")
    if "Y" in (method, differs):
        return HIGH
    if None in (method, differs):
        return None
    best = LOW if differs == "N" else SOME
    if answer("4.3") in ("N", None):
        return best if answer("4.3") else None
    if answer("4.4") in ("N", None):
        return best if answer("4.4") else None
    return {"N": SOME, "Y": HIGH, "NI": HIGH, None: None}[answer("4.5")]


def _selection(answer) -> str | None:
    plan, chosen = answer("5.1"), [answer("5.2"), answer("5.3")]
    if "Y" in chosen:
        return HIGH
    if None in chosen or plan is None:
        return None
    return LOW if chosen == ["N", "N"] and plan == "Y" else SOME
