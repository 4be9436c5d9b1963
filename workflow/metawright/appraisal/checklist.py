"""The 27 items of PRISMA 2020 (Page 2021): what a report fills, fills in part, and leaves to the authors."""

from collections.abc import Collection

from metawright.appraisal.documents import ChecklistItem

FILLED, PARTLY, AUTHORS = "filled", "partly", "authors"

# number, topic, who fills it, where it stands or what is left; what it needs from the review folder
_ITEMS = (
    ("1", "Title", PARTLY, "title of the protocol; that it is a systematic review is for the authors to say", ""),
    ("2", "Abstract", AUTHORS, "the abstract", ""),
    ("3", "Rationale", AUTHORS, "the rationale", ""),
    ("4", "Objectives", PARTLY, "the question of the protocol", ""),
    (
        "5",
        "Eligibility criteria",
        AUTHORS,
        "inclusion and exclusion criteria; periods and outcomes stand in the methods",
        "",
    ),
    ("6", "Information sources", AUTHORS, "sources and dates of the search", ""),
    ("7", "Search strategy", AUTHORS, "the full strategies", ""),
    ("8", "Selection process", AUTHORS, "how many people screened", ""),
    (
        "9",
        "Data collection process",
        PARTLY,
        "cleaning and recovery of numbers; with two extractions, their agreement",
        "",
    ),
    ("10a", "Data items: outcomes", FILLED, "outcomes, periods and the choice of time points, from the protocol", ""),
    ("10b", "Data items: other variables", PARTLY, "columns of the table of characteristics", "studies"),
    (
        "11",
        "Study risk of bias assessment",
        PARTLY,
        "instrument, rule for grades, agreement of two raters; who judged is for the authors",
        "risk_of_bias",
    ),
    ("12", "Effect measures", FILLED, "measure of each outcome", ""),
    (
        "13a",
        "Synthesis: eligibility of studies",
        FILLED,
        "which trial enters which pool, with the reason for each row left out",
        "",
    ),
    ("13b", "Synthesis: preparation of data", FILLED, "recovered values with their lineage", ""),
    ("13c", "Synthesis: tables and figures", FILLED, "tables and forest plots", ""),
    ("13d", "Synthesis: methods", FILLED, "models, estimators, intervals, software", ""),
    ("13e", "Synthesis: heterogeneity", FILLED, "statistics of heterogeneity", ""),
    (
        "13f",
        "Synthesis: sensitivity analyses",
        FILLED,
        "leave-one-out, two tracks, all combinations of choices",
        "",
    ),
    ("14", "Reporting bias assessment", PARTLY, "assessed from ten trials on, else said that it cannot be", ""),
    ("15", "Certainty assessment", PARTLY, "suggestions with their numbers; decisions are for the authors", ""),
    ("16a", "Study selection: flow", PARTLY, "flow diagram from the counts, with their arithmetic", "screening"),
    ("16b", "Study selection: excluded studies", AUTHORS, "studies that nearly met the criteria", ""),
    ("17", "Study characteristics", FILLED, "table of characteristics", "studies"),
    ("18", "Risk of bias in studies", FILLED, "judgements and their support", "risk_of_bias"),
    ("19", "Results of individual studies", FILLED, "forest plots and table of effects", ""),
    ("20a", "Results of syntheses: characteristics", PARTLY, "trials and risk of bias of each pool", ""),
    ("20b", "Results of syntheses: estimates", FILLED, "pooled effects with intervals and heterogeneity", ""),
    (
        "20c",
        "Results of syntheses: causes of heterogeneity",
        PARTLY,
        "leave-one-out, influence, declared subgroups; further causes are for the authors",
        "",
    ),
    (
        "20d",
        "Results of syntheses: sensitivity",
        FILLED,
        "leave-one-out, tracks, all choices, pools by risk of bias",
        "",
    ),
    ("21", "Reporting biases", PARTLY, "small-study tests from ten trials on", ""),
    ("22", "Certainty of evidence", PARTLY, "suggested rating of each outcome and period, Summary of Findings", ""),
    ("23a", "Discussion: interpretation", AUTHORS, "the interpretation", ""),
    ("23b", "Discussion: limitations of the evidence", AUTHORS, "limitations of the evidence", ""),
    ("23c", "Discussion: limitations of the review", AUTHORS, "limitations of the process", ""),
    ("23d", "Discussion: implications", AUTHORS, "implications", ""),
    ("24a", "Registration", AUTHORS, "registration number", ""),
    ("24b", "Protocol", PARTLY, "protocol.yaml travels with the report", ""),
    ("24c", "Amendments", AUTHORS, "amendments", ""),
    ("25", "Support", AUTHORS, "funding", ""),
    ("26", "Competing interests", AUTHORS, "competing interests", ""),
    ("27", "Availability of data, code and other materials", FILLED, "data, code and software versions", ""),
)


def checklist(files: Collection[str]) -> list[ChecklistItem]:
    """Return the checklist of a review.

    Parameters
    ----------
    files : collection of str
        Optional files that the review folder has.

    Returns
    -------
    list of dict
        `item`, `topic`, `filled` (`filled`, `partly` or `authors`), `where`. An item whose file is absent is left to
        the authors, and says so.
    """
    rows: list[ChecklistItem] = []
    for item, topic, who, where, needs in _ITEMS:
        absent = bool(needs) and needs not in files
        words = f"the review folder has no {needs} file" if absent else where
        rows.append({"item": item, "topic": topic, "filled": AUTHORS if absent else who, "where": words})
    return rows
