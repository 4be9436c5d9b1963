"""`make bench`: the engine against metafor, PyMARE and statsmodels, on one core, with the results compared.

`--quick` times k = 5 alone, with few repetitions; `--document` also writes the ratios into docs/performance.md.
"""

import argparse
import re
import subprocess
import sys
from collections.abc import Iterable
from contextlib import contextmanager
from pathlib import Path

import timing  # isort: skip  (sets the number of threads before NumPy is imported)
import numpy as np
from data import drawn_trials, pools
from rivals import PYMARE_BLOCKS, metafor, pymare, statsmodels

from metawright.pooling import compiled
from metawright.pooling.columns import BLOCK_ELEMENTS
from metawright.pooling.fit import fit
from metawright.pooling.ladder import fit_ladder
from metawright.pooling.rule import Rule

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
METHODS = ("FE", "DL", "HE", "PM", "REML", "ML", "SJ")
LADDER = [(method, name) for method in ("FE", "DL", "PM", "REML", "SJ") for name in ("z", "HKSJ", "mHKSJ")]
LADDER.append(Rule())
#: Data sets for the rivals that take one at a time.
ONE_BY_ONE = 40
TESTS = {"z": "z", "knha": "HKSJ"}


@contextmanager
def numpy_alone():
    """The engine as it is without Numba."""
    least, compiled.LEAST_REPLICATES = compiled.LEAST_REPLICATES, sys.maxsize
    try:
        yield
    finally:
        compiled.LEAST_REPLICATES = least


def table(head: Iterable[str], rows: Iterable[Iterable]) -> str:
    """A Markdown table."""
    lines = [list(map(str, row)) for row in (head, *rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    text = [
        "| " + " | ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    ]
    text.insert(1, "|" + "|".join("-" * (width + 1) + ":" for width in widths) + "|")
    return "\n".join(text)


def times(ours: float, theirs: float | None) -> str:
    """A ratio, to two digits."""
    if theirs is None:
        return ""
    ratio = ours / theirs
    digits = max(0, len(str(int(ratio))) - 2)
    return f"{round(ratio, -digits):,.0f}" if ratio >= 10 else f"{ratio:.1f}"


def speed(rate: float | None) -> str:
    """A rate in words of three digits."""
    if rate is None:
        return ""
    for unit, size in (("M", 1e6), ("k", 1e3)):
        if rate >= size:
            return f"{rate / size:.3g}{unit}"
    return f"{rate:.3g}"


def engine_rates(models, k: int, runs: int) -> tuple[float, float]:
    """Replicates per second, compiled and with NumPy alone."""
    block = BLOCK_ELEMENTS // k
    y, v = pools(k, block)
    fast = timing.rate(lambda: fit_ladder(y, v, models), block, runs)
    with numpy_alone():
        return fast, timing.rate(lambda: fit_ladder(y, v, models), block, max(3, runs // 3))


def pymare_rate(method: str, k: int, runs: int) -> float | None:
    """PyMARE at its best block size."""
    rival = pymare(method)
    if rival is None:
        return None
    blocks = PYMARE_BLOCKS if method in ("DL", "HE") else PYMARE_BLOCKS[:2]
    return max(timing.rate(lambda y=y, v=v: rival(y, v), y.shape[1], runs) for y, v in (pools(k, n) for n in blocks))


def statsmodels_rate(method: str, k: int, runs: int) -> float | None:
    rival = statsmodels(method)
    y, v = pools(k, ONE_BY_ONE)
    return rival and timing.rate(lambda: rival(y, v), ONE_BY_ONE, runs)


def methods_table(sizes, r, runs: int):
    """Rows of rates and of ratios, one per method and k."""
    rates, ratios = [], []
    for method in METHODS:
        for k in sizes:
            fast, plain = engine_rates([(method, "z")], k, runs)
            py, sm = pymare_rate(method, k, min(runs, 5)), statsmodels_rate(method, k, 3)
            mf = r.rates[k, method] if r else None
            rates.append((method, k, speed(fast), speed(plain), speed(py), speed(sm), speed(mf)))
            ratios.append((method, k, *(times(fast, x) for x in (plain, py, sm, mf))))
    return rates, ratios


def ladder_table(sizes, r, runs: int):
    """The whole ladder: rates and ratios by k."""
    rates, ratios = [], []
    for k in sizes:
        fast, plain = engine_rates(LADDER, k, runs)
        mf = r.rates[k, "ladder"] if r else None
        rates.append((k, speed(fast), speed(plain), speed(mf)))
        ratios.append((k, times(fast, plain), times(fast, mf), times(plain, mf)))
    return rates, ratios


def sweep_table(r, runs: int):
    """Draws and ladder together at k = 5, as a sweep calls them."""
    rng = np.random.Generator(np.random.Philox(1))
    block = 10_000
    draws = timing.rate(lambda: drawn_trials(rng, 5, block), block, runs)

    def together():
        return fit_ladder(*drawn_trials(rng, 5, block), LADDER)

    fast = timing.rate(together, block, runs)
    with numpy_alone():
        plain = timing.rate(together, block, max(3, runs // 3))
    mf = r.rates[5, "ladder"] if r else None
    rows = [("draws alone", draws), ("draws and ladder", fast), ("draws and ladder, NumPy alone", plain)]
    return [(name, speed(rate), times(rate, mf)) for name, rate in rows]


def single_table(runs: int):
    """One review's fit in microseconds."""
    y, v = pools(13, 1)
    models = [("FE", "z"), ("DL", "z"), ("PM", "HKSJ"), ("REML", "HKSJ"), ("ML", "z"), ("SJ", "mHKSJ")]
    return [
        (*model, f"{1e6 * timing.seconds(lambda m=model: fit(y[:, 0], v[:, 0], *m), runs):.0f}") for model in models
    ]


def start_up() -> list[tuple[str, str]]:
    """Milliseconds to import, each in a process of its own, the best of five."""

    def best(code: str) -> float:
        program = f"import time; s = time.perf_counter(); {code}; print(time.perf_counter() - s)"
        runs = [
            subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
            for _ in range(5)
        ]
        return 1e3 * min(float(run.stdout) for run in runs)

    rows = [
        ("NumPy and scipy.special", best("import numpy, scipy.special")),
        ("the engine, both included", best("import metawright.pooling.fit, metawright.pooling.rule")),
    ]
    if compiled.load():
        code = "import numpy as np; from metawright.pooling.ladder import fit_ladder; "
        code += "y = np.arange(50_000.0).reshape(5, -1) % 7; fit_ladder(y, np.ones(y.shape), [('REML', 'HKSJ')])"
        rows.append(("the engine, Numba and a first block from the cache", best(code)))
    return [(name, f"{value:.0f}") for name, value in rows]


def agreement(data, r, sizes) -> list[tuple]:
    """Largest deviation of each rival from the engine, in units of the standard error (tau2: of its square times k)."""
    rows = []
    for method in METHODS:
        for name, make in (("PyMARE", pymare), ("statsmodels", statsmodels)):
            rival = make(method)
            if rival is None:
                continue
            worst = [0.0, 0.0]
            for k in sizes:
                y, v = pools(k, 2_000 if name == "PyMARE" else ONE_BY_ONE)
                ours, (estimate, tau2) = fit(y, v, method, "z"), rival(y, v)
                cut = tau2 >= 0  # statsmodels leaves DL's tau2 below 0 as it is
                worst[0] = max(worst[0], np.max((np.abs(ours.estimate - estimate) / ours.se)[cut]))
                worst[1] = max(worst[1], np.max((np.abs(ours.tau2 - tau2) / (k * ours.se**2))[cut]))
            rows.append((name, method, *(f"{x:.0e}" for x in worst), ""))
        if r:
            rows.append(("metafor", method, *metafor_agreement(data, r, method)))
    return rows


def metafor_agreement(data, r, method: str) -> tuple[str, str, str]:
    """Deviations of estimate and limits, and of tau2, and how many data sets metafor gave up."""
    worst, seen, given_up = [0.0, 0.0], 0, 0
    for k, (y, v) in data.items():
        for test, interval in TESTS.items():
            ours = fit(y, v, method, interval)
            rows = [row for row in r.results if (row["k"], row["method"], row["test"]) == (str(k), method, test)]
            given_up += y.shape[1] - len(rows)
            for row in rows:
                i = int(row["dataset"]) - 1
                scale = ours.variance[i] ** 0.5
                for key in ("estimate", "ci_low", "ci_high"):
                    x = getattr(ours, key)[i]
                    worst[0] = max(worst[0], abs(float(row[key]) - x) / max(scale, abs(x)))
                if method != "FE":
                    worst[1] = max(worst[1], abs(float(row["tau2"]) - ours.tau2[i]) / (k * scale**2))
                seen += 1
    assert seen > 0, method
    return f"{worst[0]:.0e}", f"{worst[1]:.0e}" if method != "FE" else "", f"{given_up} of {seen + given_up}"


def document(parts: dict[str, str]) -> None:
    """Write the ratios into their places of docs/performance.md."""
    text = PAGE.read_text(encoding="utf-8")
    for name, body in parts.items():
        text, found = re.subn(
            rf"(<!-- bench: {name} -->\n).*?(<!-- end -->)",
            lambda m, b=body: f"{m[1]}{b}\n{m[2]}",
            text,
            flags=re.DOTALL,
        )
        if found != 1:
            sys.exit(f"{PAGE.name} has no place for {name!r}")
    PAGE.write_text(text, encoding="utf-8")


def main() -> None:
    """Run everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--document", action="store_true")
    arguments = parser.parse_args()
    sizes = (5,) if arguments.quick else (2, 3, 5, 10, 20)
    runs = 3 if arguments.quick else 15
    data = {k: pools(k, ONE_BY_ONE, seed=2) for k in sizes}
    r = None if arguments.quick else metafor(data, batches=2)
    if compiled.load() is None:
        print("Numba is missing: both columns of the engine are NumPy's.\n")
    if r is None:
        print("R with metafor is not timed (Debian: apt-get install r-cran-metafor).\n")
    # Freed memory is kept from here on, for the rivals as for the engine.
    fit_ladder(*pools(5, 10_000), LADDER)
    rivals = ("PyMARE, 2-D", "statsmodels", f"metafor {r.version}" if r else "metafor")
    rates, ratios = methods_table(sizes, r, runs)
    ladder_rates, ladder_ratios = ladder_table(sizes, r, runs)
    head = ("engine", "with NumPy alone")
    print("Fits per second on one core, estimate with z interval\n")
    print(table(("method", "k", *head, *rivals), rates))
    print("\nThe same as ratios: engine / other\n")
    methods = table(("method", "k", "NumPy alone", *rivals), ratios)
    print(methods)
    print(f"\nLadders per second: {len(LADDER) - 1} models and the rule (metafor: the ten calls that give them)\n")
    print(table(("k", *head, "metafor"), ladder_rates))
    print("\nAs ratios\n")
    ladders = table(("k", "engine / NumPy alone", "engine / metafor", "NumPy alone / metafor"), ladder_ratios)
    print(ladders)
    print("\nA sweep at k = 5: replicates per second, and as a ratio to metafor's ladder\n")
    sweep = sweep_table(r, runs)
    print(table(("what", "rate", "/ metafor"), sweep))
    print("\nOne review of 13 studies, microseconds per fit (NumPy; Numba is never loaded for it)\n")
    print(table(("method", "interval", "microseconds"), single_table(runs)))
    print("\nStart-up, milliseconds\n")
    print(table(("import", "milliseconds"), start_up()))
    print("\nLargest deviation from the engine: estimate and limits in standard errors, tau2 in k times their square\n")
    deviations = table(("rival", "method", "estimate", "tau2", "given up"), agreement(data, r, sizes))
    print(deviations)
    if arguments.document:
        parts = {"methods": methods, "ladder": ladders, "agreement": deviations}
        parts["sweep"] = table(("what", "/ metafor's ladder"), [(name, ratio) for name, _, ratio in sweep])
        document(parts)


if __name__ == "__main__":
    main()
