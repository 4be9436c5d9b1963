"""What a renderer reaches: an edit of one page must not rerun the other."""

from pathlib import Path

import pytest

from metawright.provenance.code import import_closure

WORKFLOW = Path(__file__).parents[2] / "workflow"


def reached(path):
    closure = import_closure(path, WORKFLOW)
    return {
        path.relative_to(WORKFLOW / "metawright").with_suffix("").as_posix()
        for path in closure
        if "metawright" in path.parts
    }


@pytest.mark.parametrize(
    ("script", "own", "foreign"),
    [
        (
            "render_html",
            "report/html",
            {"report/latex", "report/latex_escape", "report/latex_tables", "report/tables/summary"},
        ),
        ("render_outcomes", "report/large/outcome", {"report/latex", "report/large/front"}),
        ("render_latex", "report/latex", {"report/html", "report/svg"}),
        (
            "gather_results",
            "report/results",
            {"report/html", "report/latex", "report/sections/register", "report/sentences/cell"},
        ),
        ("compile_pdf", "report/tex_log", {"report/html", "report/latex", "report/results"}),
    ],
)
def test_each_script_reaches_its_own_modules_only(script, own, foreign):
    found = reached(WORKFLOW / "scripts" / f"{script}.py")
    assert own in found
    assert not found & foreign
    # where an interval lies is said by the room that pools; the names of models stand in the records of estimators and intervals, which hold their functions, too
    words = {"pooling/tracks", "pooling/position", *reached(WORKFLOW / "metawright" / "pooling" / "model_names.py")}
    # the page carries the typeface of the figures once, for all of them
    typefaces = {"figures/__init__", "figures/kit/__init__", "figures/kit/fonts", "figures/kit/embedded_fonts"}
    words |= typefaces if script in ("render_html", "render_outcomes") else set()
    # every renderer takes names, captions and places of figures from the catalogue, which draws nothing
    words |= {"figures/__init__", "figures/catalogue"} if script.startswith("render_") else set()
    assert not {name for name in found - words if name.startswith(("figures/", "pooling/", "extraction/"))}
