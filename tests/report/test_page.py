"""What the page carries for its controls and its first screen."""

import json
import math
import re

import pytest

from metawright.report.html import embedded
from metawright.report.page.answers import answers, marks
from metawright.report.page.axis import ticks_of
from metawright.report.page.data import page_data
from metawright.report.page.drawings import Drawings, characters
from metawright.words.numbers import preset
from tests.report.als_review import als_results
from tests.report.examined_review import examined_review
from tests.report.rendering import NASTY

TEXT = (
    '<svg id="fig-1" role="img" aria-labelledby="fig-1-title" viewBox="0 0 300 90" width="300pt">'
    '<title id="fig-1-title">Forest &amp; more</title><desc>All of it in words</desc><defs><style type="text/css">'
    "#fig-1 *{stroke-linejoin: round; stroke-linecap: butt}\n@font-face{font-family:'DejaVu Sans';src:url(data:font/woff;"
    "base64,AAAA) format('woff')}</style></defs><g>\n"
    '<text style="font-weight: 700; font-family: \'DejaVu Sans\'" x="155.374219" y="0.123456">Año</text>\n</g>'
    '<g><path d="M 4 38.56789 \nL 0.001234 1.5" style="fill: none"/></g></svg>'
)


@pytest.fixture(scope="module")
def results():
    return examined_review()


def test_every_model_stands_there_with_every_trial_left_out(results):
    data = page_data(results)
    assert data["models"] == ["FE-z", "REML-HKSJ"]
    for cell in results["cells"]:
        shown = data["cells"][f"{cell['outcome']}.{cell['period']}"]
        assert [study["key"] for study in shown["studies"]] == [study["study"] for study in cell["studies"]]
        assert [model["key"] for model in shown["models"]] == (
            [row["model"] for row in cell["models"]] if cell["k"] else []
        )
        for row, model in zip(cell["models"], shown["models"], strict=False):
            assert model["at"] == [row["estimate"], row["ci_low"], row["ci_high"]]
        for document in (cell["leave_one_out"] or {}).get("models") or ():
            model = next(one for one in shown["models"] if one["key"] == document["model"])
            for one in document["omitted"]:
                assert model["without"][one["study"]]["at"] == [one["estimate"], one["ci_low"], one["ci_high"]]


def test_numbers_of_the_controls_follow_the_preset(results):
    with preset("jama"):
        data = page_data(results)
    model = data["cells"]["score.short"]["models"][0]
    assert re.fullmatch(r"\S+ \(\S+ to \S+\)", model["effect"])
    assert re.match(r"P [=<] \.", model["p"])


def test_a_trial_says_file_row_cell_and_what_was_done():
    results = als_results()
    cell = next(cell for cell in results["cells"] if cell["k"])
    cell["studies"][0]["trace"] = [
        {
            "row": "6", "arm": "experimental", "arm_label": "E", "timepoint": "3 months", "source": "Table 2",
            "typed": {"mean": " 34,87 "},
            "rules": [{"column": "mean", "rule": "decimal_comma", "before": "34,87", "after": "34.87"}],
            "recovered": [{"column": "sd", "route": "S1", "formula": "se * sqrt(n)", "value": 8.49}],
        }
    ]  # fmt: skip
    data = page_data(results)
    lines = data["cells"][f"{cell['outcome']}.{cell['period']}"]["studies"][0]["from"]
    assert lines[0] == "extraction.csv, row 6 (experimental, E, 3 months): mean “34,87”"
    assert lines[1] == "Read by mean: decimal comma"
    assert lines[2].startswith("Recovered SD 8.49* (S1")
    assert lines[3] == "Source: Table 2"


def test_embedded_values_come_back_and_end_no_script():
    value = {"a": NASTY, "b": "</script><!--", "c": "\u2028", "n": 0.1 + 0.2}
    text = str(embedded(value))
    assert "<" not in text
    assert json.loads(text) == value
    assert json.loads(str(embedded({"n": math.nan}))) == {"n": None}  # as in every file: not applicable is empty


@pytest.mark.parametrize(
    ("axis", "measure", "labels"),
    [
        ((-6.2, 12.1), "MD", ["-5", "0", "5", "10"]),
        ((-0.8, 0.35), "SMD", ["-0.8", "-0.6", "-0.4", "-0.2", "0", "0.2"]),
        ((math.log(0.3), math.log(12.0)), "OR", ["0.5", "1", "2", "5", "10"]),
        ((math.log(0.0003), math.log(4000.0)), "OR", ["0.001", "0.01", "0.1", "1", "10", "100", "1000"]),
        ((math.log(0.93), math.log(1.09)), "RR", ["0.94", "0.96", "0.98", "1", "1.02", "1.04", "1.06", "1.08"]),
    ],
)
def test_marks_of_an_axis_are_round_and_few(axis, measure, labels):
    marks = ticks_of(axis, measure, most=8)
    assert [text.replace("\N{MINUS SIGN}", "-") for _, text in marks] == labels
    assert all(axis[0] <= place <= axis[1] for place, _ in marks)
    few = [text for _, text in ticks_of(axis, measure, most=4)]
    assert len(few) <= 4
    assert set(few) & {"0", "1"}


def test_figures_share_typeface_and_styles():
    made = Drawings({"a": TEXT, "b": TEXT.replace("Año", "Größe")}, {"a": "All of it in words"})
    first, second = made.drawn["a"], made.drawn["b"]
    assert "@font-face" not in first["svg"] + second["svg"]
    assert made.style.count("@font-face") == 1
    assert "style=" not in first["svg"]
    assert ['<text x="155.37" y="0.123456"', '="d0">Año</text>'][0] in first["svg"].replace(' class="d0"', "")
    assert ".d0{font-weight:700;font-family:'DejaVu Sans'}" in made.style
    assert "0.001234" in first["svg"]
    assert first["svg"].count("<title") == 1
    assert "Forest &amp; more</title>" in first["svg"]
    assert "<desc" not in first["svg"]
    assert 'aria-describedby="words-a"' in first["svg"]
    assert "aria-describedby" not in second["svg"]
    assert first["svg"].count('role="img"') == 1
    assert characters([TEXT]) == {"regular": set(), "bold": set("Año"), "italic": set()}


def test_the_first_screen_answers(results):
    found = {one["key"]: " ".join(one["sentences"]) for one in answers(results)}
    assert list(found) == ["found", "survives", "certain", "awaits"]
    assert "pool" in found["found"]
    assert "depends on" in found["survives"]
    assert found["certain"] == "The certainty of the evidence was not rated."
    rated = {"outcome": "score", "period": "short", "rating": "low", "rating_status": "suggested", "basis": "suggested"}
    none = {"outcome": "score", "period": "long", "rating": None, "rating_status": "not rated", "reason": "why"}
    with_rating = results | {"certainty": {"not_rated": None, "cells": [rated, none]}}
    words = " ".join(answers(with_rating)[2]["sentences"])
    assert words.startswith("Suggested certainty: low in one. Not rated: one (why).")
    shown = marks(with_rating)
    mark = shown["score.short"]
    assert (mark["certainty"], mark["grade"], mark["beside"]) == ("low", 2, "suggested")
    assert (shown["score.long"]["certainty"], shown["score.long"]["not_rated"]) == ("", "why")
    assert (shown["score.long"]["grade"], shown["score.long"]["said"]) == (0, False)
    said = results | {"certainty": {"not_rated": "why", "cells": [none]}}
    assert answers(said)[2]["sentences"] == ["No certainty rating: why."]
    assert marks(results)["score.short"]["grade"] == 0


def test_the_first_screen_names_the_only_pool_that_excludes_no_effect():
    found = {one["key"]: " ".join(one["sentences"]).replace("\u00a0", " ") for one in answers(als_results())}
    assert (
        "only the interval for ALSFRS-R (9–12 months) excludes no effect: 3.10 (95% CI 0.04 to 6.15" in found["found"]
    )
    assert "in favour of exercise" in found["found"]
    assert "trials await data." in found["awaits"]


def only(*kept):
    """The ALS review with some of its cells."""
    results = als_results()
    cells = [cell for cell in results["cells"] if (cell["outcome"], cell["period"]) in kept]
    counts = results["counts"] | {
        "cells": len(cells),
        **{
            status: sum(cell["status"] == status for cell in cells)
            for status in ("pooled", "single_study", "awaiting_data")
        },
        "conclusion_differs": sum(cell["comparison"]["conclusion_differs"] is True for cell in cells),
    }
    return results | {"cells": cells, "counts": counts}


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        (
            [("ALSFRS", "long")],
            {
                "found": "without usable data",
                "survives": "Nothing was pooled",
                "awaits": "has no usable data",
            },
        ),
        (
            [("ALSFRS-R", "short")],
            {
                "found": "with a single trial",
                "survives": "Nothing was pooled",
                "awaits": "incomplete for ALSFRS-R (0–4",
            },
        ),
        (
            [("ALSFRS-R", "medium")],
            {
                "found": "Under the review’s protocol the interval includes no effect.",
                "awaits": "One trial awaits data.",
            },
        ),
        (
            [("ALSFRS-R", "long")],
            {
                "found": "Under the review’s protocol the interval excludes no effect: 3.10",
                "survives": "differs",
                "awaits": "No trial",
            },
        ),
    ],
)
def test_answers_are_right_with_little_or_no_data(kept, said):
    found = {one["key"]: " ".join(one["sentences"]).replace("\u00a0", " ") for one in answers(only(*kept))}
    for key, words in said.items():
        assert words in found[key], (key, found[key])
