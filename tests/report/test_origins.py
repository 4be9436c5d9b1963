"""Where numbers come from, and what follows from it: tables, sentences, methods; nothing where there is nothing."""

import copy

import pytest

from metawright.report.html import render_html
from metawright.report.latex import render_latex
from metawright.report.lineage import unused_rows
from metawright.report.methods.section import cited_keys, methods_section
from metawright.report.sections.extraction import CHOICES, EXTRACTORS, PLAUSIBILITY
from metawright.report.sections.extraction import RECOVERED as RECOVERED_VALUES
from metawright.report.sections.section import PAGE, Source
from metawright.report.sentences.cell import cell_sentences
from metawright.report.sentences.context import Context
from metawright.report.tables.effects import models_table, tracks_table
from metawright.report.tables.extraction import rules_table
from metawright.report.tables.origins import without_imputed_table
from metawright.report.tables.trials import trials_table
from tests.report.als_review import ARMS, PROTOCOL, als_documents, als_results, cell_of
from tests.report.rendering import HTML, LATEX, NASTY, tables_in

RECOVERED = {
    "row": "4", "study": "lunetta2016", "outcome": "ALSFRS-R", "timepoint": "T360", "arm": "experimental", "column": "sd",
    "route": "S7", "formula": "SD from quartiles (Wan 2014)", "inputs": "q1 20; q3 30.123456; n 30", "value": "7.6",
    "flags": "from_quantiles", "grid": "",
}  # fmt: skip
CHOICE = {
    "study": "lunetta2016", "outcome": "ALSFRS-R", "period": "long", "policy": "latest", "candidates": "9 m; T360",
    "chosen": "T360", "tie": "true", "reason": "the latest",
}  # fmt: skip
FINDING = {
    "id": "E001", "severity": "error", "check": "grim", "file": "extraction.csv", "row": "4", "study": "lunetta2016",
    "outcome": "ALSFRS-R", "column": "mean", "value": "27.5", "expected": "", "message": "no whole numbers have this mean",
}  # fmt: skip
AGREEMENT = {
    "rows": {"first": 4, "second": 4, "both": 4}, "extracted_once": [], "conflicts": 1, "open": 0,
    "columns": {"sd": {"pairs": 4, "equal": 3, "percent": 75.0, "kappa_reported": None, "numbers": 4, "icc": 0.9,
                       "bias": 0.1, "sd_of_differences": 0.1, "limit_low": -0.1, "limit_high": 0.3}},
}  # fmt: skip
CONFLICT = {
    "study": "lunetta2016", "outcome": "ALSFRS-R", "timepoint": "T360", "arm": "control", "column": "sd", "file": "extraction.csv",
    "row": "5", "value": "7.5", "second_file": "second_extraction.csv", "second_row": "5", "second_value": "7.6",
    "status": "adjudicated", "adjudicated": "7.6", "decided_by": "third author", "reason": "table",
}  # fmt: skip


def entered(arm, row, **more):
    empty = dict.fromkeys(("events", "estimate", "se", "ci_low", "ci_high", "ci_level", "made", "recovered"), "")
    line = {
        "outcome": "ALSFRS-R",
        "period": "long",
        "study": "lunetta2016",
        "timepoint": "T360",
        "arm": arm,
        "row_ids": row,
    }
    return empty | line | {"n": "30", "mean": "27.5", "sd": "7.6"} | more


ORIGINS = {
    "recovered": [RECOVERED],
    "choices": [CHOICE],
    "findings": [FINDING],
    "inputs": [entered("experimental", "4", recovered="sd S7"), entered("control", "5", made="combined")],
    "conflicts": [CONFLICT],
    "agreement": AGREEMENT,
    "file": "extraction.csv",
    "typed": {"4": {"study": "Lunetta", "mean": "27,5", "sd": "NR"}, "5": {"mean": "23.3"}},
}
LOG = [
    {"file": "extraction.csv", "row": "4", "column": "mean", "rule": "decimal_comma", "before": "27,5", "after": "27.5"},
    {"file": "extraction.csv", "row": "4", "column": "sd", "rule": "not_reported", "before": "NR", "after": ""},
]  # fmt: skip


def results(**more):
    pools = [copy.deepcopy(documents[0]) for documents in als_documents()]
    for pool in pools:
        for study in pool["studies"]:
            study["imputed"] = (pool["period"], study["study"]) == ("long", "lunetta2016")
    return als_results(pools=pools, origins=ORIGINS, cleaning_log=LOG, **more)


def texts(table):
    return [[one["text"] for one in row] for row in table["rows"]]


def test_a_trial_has_its_trace_from_the_typed_cell_to_the_recovered_value():
    study = cell_of(results(), "ALSFRS-R", "long")["studies"][0]
    first = study["trace"][0]
    assert first["typed"] == {"mean": "27,5", "sd": "NR"}
    assert [line["rule"] for line in first["rules"]] == ["decimal_comma", "not_reported"]
    assert [(line["column"], line["value"]) for line in first["recovered"]] == [("sd", 7.6)]
    assert study["choices"] == [CHOICE]
    assert results()["extraction"]["recovered"][0]["in_pool"] is True


def test_arms_stand_as_they_entered_recovered_numbers_with_their_mark():
    cell = cell_of(results(), "ALSFRS-R", "long")
    made = trials_table(Context(results(), cell), "t")
    row = made["rows"][0]
    assert [one["text"] for one in row[2:4]] == ["27.5 (7.6*), 30", "27.5 (7.6), 30"]
    assert row[0]["note"] == "arms combined"
    assert row[4]["text"].endswith("*")
    assert "S7, mean or SD from median and quartiles or range" in made["notes"][-1]
    assert "*" not in "".join(one["text"] for one in made["rows"][1])


def test_every_section_shows_only_what_there_is():
    sections = (RECOVERED_VALUES, CHOICES, PLAUSIBILITY, EXTRACTORS)
    bare = Source(als_results(), PAGE)
    assert [list(section.shown(bare)) for section in sections] == [[], [], [], []]
    shown = [one for section in sections for one in section.shown(Source(results(), PAGE))]
    assert [one.section for one in shown] == list(sections)
    recovered, choices, _, agreement, conflicts = tables_in(shown)
    full = {"recovered": recovered, "choices": choices, "agreement": agreement, "conflicts": conflicts}
    full["rules"] = rules_table(results())
    assert texts(full["recovered"])[0] == ["4", "Lunetta 2016", "ALSFRS-R", "SD 7.6*", "S7: mean or SD from median and quartiles or range", "q1 20; q3 30.1235; n 30"]  # fmt: skip
    assert full["choices"]["rows"][0][5]["note"] == "a tie"
    assert texts(full["agreement"])[0] == ["sd", "4", "3 (75.0%)", "–", "0.900", "0.100 [−0.100, 0.300]"]
    assert texts(full["conflicts"])[0][3:7] == ["7.5", "7.6", "7.6", "third author"]
    assert [row[1] for row in texts(full["rules"])] == ["1", "1"]
    for absent in ("Recovered values", "Two extractors", "Plausibility", "Choices and ties", "Where the numbers stand"):
        assert absent not in render_html(als_results(), HTML, {}, {})
        assert absent in render_html(results(), HTML, {}, {})
    assert r"\subsection{Recovered values}" in render_latex(results(), LATEX, ())
    assert r"\subsection{Recovered values}" not in render_latex(als_results(), LATEX, ())


def test_words_of_people_are_escaped():
    nasty = copy.deepcopy(ORIGINS)
    nasty["choices"][0]["candidates"] = nasty["findings"][0]["message"] = nasty["typed"]["4"]["mean"] = NASTY
    page = render_html(als_results(origins=nasty), HTML, {}, {})
    assert "<b>王" not in page
    assert r"\end{document} \"q\"" not in render_latex(als_results(origins=nasty), LATEX, ())


def test_methods_say_what_was_done_and_nothing_else():
    def text(found):
        parts = {part["heading"]: " ".join(part["paragraphs"]) for part in methods_section(found)}
        return parts.get("From the reports to one effect per trial", "")

    assert text(als_results()) == ""
    said = text(results())
    assert "Missing standard deviations of one trial were recovered: from the median with quartiles or range" in said
    assert "of 4 cells in the 4 rows that both have, 3 (75.0%) are equal" in said
    assert "One disagreement was settled by third author." in said
    assert "would have been refused (strict mode)" in said
    assert "one finding is shown, and nothing was changed because of it" in said
    assert {"wan2014", "luo2018", "shi2020", "shi2023"} <= set(cited_keys(methods_section(results())))
    lenient = results()
    lenient["protocol"] = lenient["protocol"] | {"cleaning": {"mode": "lenient"}}
    assert "(lenient mode)" in text(lenient)


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ("multi_arm: combine", "Several arms of one role in a trial were combined into one."),
        ("multi_arm: split_control", "each with its share of the arm in common"),
        ("crossover", "with a correlation of 0.5"),
        ("contaminated", "left out under the recommended track and kept under the review’s protocol and the other models"),
        ("reversed_studies", "was turned once"),
        ("final and change values", "share a pool"),
    ],
)  # fmt: skip
def test_methods_on_the_unit_of_analysis(policy, words):
    found = als_results(origins={"choices": [CHOICE | {"policy": policy}]})
    tracks = {"protocol": "keep", "recommended": "drop", "other": "keep"}
    found["protocol"] = found["protocol"] | {"crossover": {"rho": 0.5}, "contaminated": tracks}
    text = " ".join(text for part in methods_section(found) for text in part["paragraphs"])
    assert words in text


@pytest.mark.parametrize("pick", ["end_of_treatment", "average_with_rho", "closest_to_target", "longest_complete_n"])
def test_every_policy_of_a_period_has_its_words(pick):
    found = als_results()
    periods = [period | {"pick": pick} for period in PROTOCOL["periods"]]
    for declared in (periods, [periods[0] | {"key": "all"}]):
        found["protocol"] = PROTOCOL | {"periods": declared}
        found["cells"] = []
        assert methods_section(found)


def left_out(track, left=0):
    """The long-term cell in which a track leaves out the second trial (or both)."""
    found = als_results()
    cell = cell_of(found, "ALSFRS-R", "long")
    row = cell["tracks"][track]
    outside = [study["study"] for study in cell["studies"][left:]]
    single = {
        "tau2_method": None,
        "interval": "z",
        "status": "single_study" if left else "awaiting_data",
        "tau2": None,
        "i2": None,
    }
    numbers = (
        {"estimate": 4.2, "ci_low": 0.35, "ci_high": 8.05, "p": 0.03}
        if left
        else dict.fromkeys(("estimate", "ci_low", "ci_high", "p"))
    )
    row |= (
        single
        | numbers
        | {
            "excluded": outside,
            "k": left,
            "n": 60 * left,
            "n_experimental": 30 * left,
            "n_control": 30 * left,
            "rule": None,
        }
    )
    row |= {"weights": [100.0, None] if left else None, "pi_low": None, "pi_high": None, "candidates": []}
    for model in cell["models"]:
        if model["model"] == row["model"]:
            model.update(row)
    return found, cell


@pytest.mark.parametrize("track", ["protocol", "recommended"])
@pytest.mark.parametrize("left", [1, 0])
def test_a_track_that_leaves_trials_out_says_so_and_counts_its_own(track, left):
    found, cell = left_out(track, left)
    words = {one["kind"]: one["text"].replace("\u00a0", " ") for one in cell_sentences(found, cell)}
    end = (
        "one trial is left and there is nothing to pool: the mean difference was 4.20" if left else "no trial is left."
    )
    assert end in words[track]
    assert "control arm" in words[track]
    assert "This describes all two trials" in words["heterogeneity"]
    context = Context(found, cell)
    sizes = next(row for row in texts(tracks_table(context, "t")) if row[0] == "Trials (participants)")
    assert sizes[1 if track == "protocol" else 2] == (f"{left} (60)" if left else "0 (0)")
    notes = [row[0]["note"] for row in models_table(context, "m")["rows"]]
    assert any(f"({left} of 2 trials)" in note for note in notes)
    assert render_html(found, HTML, {}, {})
    assert render_latex(found, LATEX, ())


def test_a_repeat_without_recovered_values_is_told_and_tabled():
    found = results()
    cell = cell_of(found, "ALSFRS-R", "long")
    keep = ("model", "track", "status", "k", "estimate", "ci_low", "ci_high", "p", "i2", "tau2")
    models = [{key: row[key] for key in keep} | {"k": 2, "sign_changes": False, "significance_changes": row["track"] == "protocol"} for row in cell["models"]]  # fmt: skip
    cell["without_imputed"] = [{"without": "estimated", "studies": ["lunetta2016"], "routes": ["S7"], "models": models}]
    text = next(one["text"] for one in cell_sentences(found, cell) if one["kind"] == "without_imputed")
    assert text.startswith(
        "Without Lunetta 2016, whose numbers rest on estimated, bounded or borrowed values (route S7), "
    )
    assert text.endswith("(two trials); the significance changes under the review’s protocol.")
    made = texts(without_imputed_table(Context(found, cell), "w"))
    assert [row[0] for row in made] == ["All trials", "Without estimated values"]
    assert made[1][-1] == "significance (review’s protocol)"
    alone = [model | {"k": 1, "sign_changes": None, "significance_changes": None} for model in models]
    cell["without_imputed"][0]["models"] = alone
    text = next(one["text"] for one in cell_sentences(found, cell) if one["kind"] == "without_imputed")
    assert text.endswith("(one trial); a single trial’s interval is not compared with that of a pool.")
    nothing = [
        model | {"estimate": None, "significance_changes": None, "sign_changes": None, "k": 0} for model in models
    ]
    cell["without_imputed"][0]["models"] = nothing
    assert any(one["text"].endswith("no trial is left.") for one in cell_sentences(found, cell))
    assert "mcgrath2023" in cited_keys(methods_section(found))


def test_a_row_that_was_recovered_is_not_listed_as_unused():
    arms = [dict(arm, used="false", reason="not reported: sd") for arm in ARMS[:4]]
    effects = [
        {"used": "true", "row_ids": "2;3", "study": "a", "reason": ""},
        {"used": "false", "row_ids": "4", "study": "a", "reason": "not reported: sd (skewed)"},
        {"used": "false", "row_ids": "5", "study": "a", "reason": "not reported: sd"},
    ]
    listed = unused_rows(arms, effects)
    assert [(row["rows"], row["reason"]) for row in listed] == [
        (["4"], "not reported: sd (skewed)"),
        (["5"], "not reported: sd"),
    ]
