"""The methods section, written from the protocol."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypedDict

from metawright.appraisal.grade import condition_words
from metawright.audit.published import REPRODUCED
from metawright.report.methods.certainty import certainty
from metawright.report.methods.extraction import extraction
from metawright.report.methods.measures import cite, measures
from metawright.report.methods.models import models
from metawright.report.methods.periods import periods
from metawright.report.methods.sensitivity import sensitivity
from metawright.report.methods.simulation import simulation
from metawright.report.methods.spread import spread
from metawright.words.names import bound, join
from metawright.words.references import INSTRUMENT_WORKS

if TYPE_CHECKING:
    from metawright.reading.protocol import Protocol
    from metawright.report.documents import Results, Software


CITATION = re.compile(r"\[(@[\w-]+(?:; @[\w-]+)*)\]")
SOFTWARE_NAMES = {
    "python": "Python",
    "metawright": "Metawright",
    "snakemake": "Snakemake",
    "numpy": "NumPy",
    "scipy": "SciPy",
    "matplotlib": "Matplotlib",
    "jinja2": "Jinja2",
}
SOFTWARE_WORKS = {
    "snakemake": "moelder2021",
    "numpy": "harris2020",
    "scipy": "virtanen2020",
    "matplotlib": "hunter2007",
}


class MethodsPart(TypedDict):
    """A part of the methods section: its heading and paragraphs."""

    heading: str
    paragraphs: list[str]


def methods_section(results: Results) -> list[MethodsPart]:
    """Write the methods section.

    Parameters
    ----------
    results : mapping
        The document of `gather_results`.

    Returns
    -------
    list of dict
        `{"heading", "paragraphs"}`; a citation stands in the text as `[@key]` or `[@key; @key]`, with the
        keys of `metawright.words.references`.
    """
    protocol = results["protocol"]
    assumed = any(
        "n_assumed_randomised" in (arm.get("flags") or "")
        for cell in results["cells"]
        for study in cell["studies"]
        for arm in study["arms"]
    )
    parts = [
        ("Outcomes and effect measures", measures(protocol, results["arm_words"], assumed)),
        ("Periods and time points", periods(protocol)),
        ("From the reports to one effect per trial", extraction(results)),
        ("Statistical models", models(protocol)),
        ("Heterogeneity and prediction", spread(protocol)),
        ("Sensitivity analysis", sensitivity(results)),
        ("Simulation of the review’s own configuration", simulation(results)),
        ("Risk of bias", _risk_of_bias(results)),
        ("Certainty of the evidence", certainty(results)),
        ("Trials awaiting data and published claims", _claims(results)),
        ("Departures from the protocol", _deviations(protocol)),
        ("Software", _software(results["software"])),
    ]
    return [
        {"heading": heading, "paragraphs": [bound(text) for text in paragraphs if text]}
        for heading, paragraphs in parts
        if paragraphs
    ]


def cited_keys(section: Sequence[MethodsPart]) -> list[str]:
    """Return the keys cited in a methods section, each once, in the order of first mention."""
    text = " ".join(paragraph for part in section for paragraph in part["paragraphs"])
    found = [key.strip().lstrip("@") for marks in CITATION.findall(text) for key in marks.split(";")]
    return list(dict.fromkeys(found))


def _risk_of_bias(results: Results) -> list[str]:
    if results["risk_of_bias"] is None:
        return []
    appraisal = results["protocol"].get("appraisal") or {}
    instrument = appraisal.get("instrument", "RoB1")
    name = {"RoB1": "the Cochrane risk-of-bias tool", "RoB2": "the RoB 2 tool"}.get(instrument, instrument)
    tool = cite(INSTRUMENT_WORKS.get(instrument, ""))
    text = f"Risk of bias was judged with {name}{tool}; the judgements are those of the review."
    grade = dict(appraisal.get("grade") or {})
    otherwise = grade.pop("otherwise", None)
    if grade:
        rules = [f"{name} if {condition_words(rule, appraisal.get('domains') or {})}" for name, rule in grade.items()]
        text += f" The overall grade is {', '.join(rules)}{f', otherwise {otherwise}' if otherwise else ''}."
    return [text]


def _claims(results: Results) -> list[str]:
    paragraphs = []
    if any(cell["awaiting"] for cell in results["cells"]):
        paragraphs.append(
            "Trials that belong to a pool but whose numbers are not available are listed as awaiting data. "
            "Nothing is "
            "filled in for them: no number is borrowed, imputed or solved back from a published pool. A pool that "
            "lacks such trials is marked as incomplete and is not the review’s result."
        )
    if any(cell["claims"] for cell in results["cells"]):
        paragraphs.append(
            "Published results stand beside our own. A claim counts as reproduced when, for the protocol’s headline, "
            f"{REPRODUCED} and the significance is the same; "
            "it is partly checkable when some of its trials await data or when only P is printed, and not "
            "checkable "
            "without data."
        )
    return paragraphs


def _deviations(protocol: Protocol) -> list[str]:
    """Say what was done otherwise than registered; silence is not proof that nothing was."""
    told = [text.strip() for text in (protocol.get("report") or {}).get("deviations") or ()]
    if not told:
        return ["No departure from a registered or published protocol is declared."]
    return [" ".join(text if text[-1] in ".!?" else f"{text}." for text in told)]


def _software(software: Sequence[Software]) -> list[str]:
    names = [
        f"{SOFTWARE_NAMES.get(item['name'], item['name'])} {item['version']}"
        f"{cite(SOFTWARE_WORKS.get(item['name'], ''))}"
        for item in software
    ]
    if not names:
        return []
    return [
        f"Analyses were run with {join(names)}. All numbers are carried at full double precision and "
        "rounded once, for "
        "display, half away from zero."
    ]
