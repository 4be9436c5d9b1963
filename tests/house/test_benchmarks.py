"""The benchmark runs from end to end, with whatever rivals are there; here without its stopwatch."""

import sys

import numpy as np
import pytest


@pytest.fixture
def run(root, monkeypatch):
    monkeypatch.syspath_prepend(root / "benchmarks")
    for name in ("run", "timing", "data", "rivals"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    import run

    yield run
    for name in ("run", "timing", "data", "rivals"):
        sys.modules.pop(name, None)


def test_it_runs(run, monkeypatch, capsys):
    def once(function, *_):
        function()
        return 0.5

    monkeypatch.setattr(run.timing, "seconds", once)
    monkeypatch.setattr(run, "start_up", lambda: [("the engine", "1")])
    monkeypatch.setattr(sys, "argv", ["run.py", "--quick"])
    run.main()
    text = capsys.readouterr().out
    assert "|   REML | 5 |" in text and "draws and ladder, NumPy alone" in text


def test_every_table_of_the_page_has_its_place(run, monkeypatch, tmp_path):
    page = tmp_path / "performance.md"
    page.write_text(run.PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(run, "PAGE", page)
    run.document({name: f"new {name}" for name in ("methods", "ladder", "sweep", "agreement")})
    text = page.read_text(encoding="utf-8")
    assert text.count("<!-- bench: ") == 4 and all(f"new {name}\n" in text for name in ("methods", "ladder", "sweep"))
    with pytest.raises(SystemExit, match="no place for 'other'"):
        run.document({"other": ""})


def test_ratios_and_rates_in_two_and_three_digits(run):
    assert [run.times(x, 1.0) for x in (1.44, 9.96, 23.4, 412.0, 87_654.0)] == ["1.4", "10.0", "23", "410", "88,000"]
    assert run.times(1.0, None) == run.speed(None) == ""
    assert [run.speed(x) for x in (55.4, 18_900.0, 4.44e6)] == ["55.4", "18.9k", "4.44M"]


def test_the_drawn_trials_have_the_variances_that_they_claim(run):
    y, v = run.drawn_trials(np.random.default_rng(3), 5, 20_000)
    assert y.shape == v.shape == (5, 20_000)
    assert v.mean() == pytest.approx(2 / 20, rel=0.01)
    assert y.var() == pytest.approx(2 / 20 + 0.1, rel=0.02)
