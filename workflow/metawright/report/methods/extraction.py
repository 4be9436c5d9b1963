"""Methods text: from the reports to one effect per trial; only what the review's files made necessary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metawright.report.methods.measures import cite
from metawright.words.names import count, join, sentence
from metawright.words.numbers import format_as_recorded, format_percent

if TYPE_CHECKING:
    from metawright.reading.protocol import Contaminated
    from metawright.report.documents import Results


ROUTES = {
    "S1": "from the standard error of the mean",
    "S2": "from the confidence interval of the mean",
    "S3": "from the standard error or interval of the difference between the arms, as one SD for both",
    "S4": "from the t, F or P value of that difference, as one SD for both",
    "S5": "from a bound of P, read as P at that bound, which is conservative",
    "S6": "for changes from baseline, from the SDs at both times with a correlation of {rho}",
    "S7": "from the median with quartiles or range",
    "S8": "borrowed from the other trials of the period",
}
QUANTILES = ("wan2014", "luo2018", "shi2020")


def extraction(results: Results) -> list[str]:
    """Return the paragraphs on reading, checking and completing the extracted numbers; a review may need none."""
    found = [_two(results), _reading(results), _missing(results), _units(results), _plausible(results)]
    return [text for text in found if text]


def _two(results: Results) -> str:
    document = results["extraction"]["agreement"]
    if not document:
        return ""
    both, conflicts = document["rows"]["both"], document["conflicts"]
    cells = sum(one["pairs"] for one in document["columns"].values())
    equal = sum(one["equal"] for one in document["columns"].values())
    text = f"Two persons extracted the numbers independently; of {cells} cells in the {both} rows that both have, "
    text += (
        f"{equal} ({format_percent(100 * equal / cells, 1)}) are equal after cleaning. "
        if cells
        else "none is compared. "
    )
    if not conflicts:
        return text + "There was nothing to decide."
    who = list(dict.fromkeys(line["decided_by"] for line in results["extraction"]["conflicts"] if line["decided_by"]))
    by = f" by {join(who)}" if who else ""
    return text + f"{sentence(count(conflicts, 'disagreement'))} {'was' if conflicts == 1 else 'were'} settled{by}."


def _reading(results: Results) -> str:
    log = results["cleaning_log"]
    if not log:
        return ""
    mode = (results["protocol"].get("cleaning") or {}).get("mode", "strict")
    rules = len({line["rule"] for line in log})
    text = f"Cells were read by {count(rules, 'named cleaning rule')}, each application logged ({len(log)}). "
    if mode == "lenient":
        return text + "A cell with more than one reading was read as its rule says, and its row flagged (lenient mode)."
    return text + "A cell with more than one reading would have been refused (strict mode)."


def _missing(results: Results) -> str:
    lines = [line for line in results["extraction"]["recovered"] if line["in_pool"]]
    if not lines:
        return ""
    settings = results["protocol"].get("imputation") or {}
    rho = format_as_recorded(settings.get("rho"), most=2)
    routes = sorted({line["route"] for line in lines})
    how = []
    for route in routes:
        works = cite(*QUANTILES) if route == "S7" else cite("furukawa2006") if route == "S8" else ""
        how.append(ROUTES[route].format(rho=rho) + works)
    trials = len({line["study"] for line in lines})
    what = (
        "Missing standard deviations" if {line["column"] for line in lines} == {"sd"} else "Missing means, SDs and SEs"
    )
    text = f"{what} of {count(trials, 'trial')} were recovered: {join(how)}. "
    if "S7" in routes:
        gate = "were not used" if settings.get("exclude_skewed", True) else "were used and flagged"
        text += f"Trials whose quantiles reject symmetry{cite('shi2023')} {gate}. "
    text += "Every such value is marked as imputed wherever it stands. "
    if any((cell.get("without_imputed") or ()) for cell in results["cells"]):
        text += (
            "Every pool that they enter is repeated without those trials: first without values that were estimated, "
        )
        text += "bounded or borrowed, since standard errors that rest on them are too small on average"
        text += f"{cite('mcgrath2023')}; then without any recovered value. "
    return text.strip()


def _units(results: Results) -> str:
    """Say what made one estimate per trial out of several arms, periods of treatment or kinds of values."""
    policies = {line["policy"] for line in results["extraction"]["choices"]}
    protocol, texts = results["protocol"], []
    if "multi_arm: combine" in policies:
        texts.append("Several arms of one role in a trial were combined into one.")
    if "multi_arm: split_control" in policies:
        texts.append("Several arms of a trial were compared one by one, each with its share of the arm in common.")
    if "crossover" in policies:
        rho = format_as_recorded((protocol.get("crossover") or {}).get("rho"), most=2)
        texts.append(
            f"Cross-over trials entered as paired differences{cite('elbourne2002')} with a correlation of {rho}; "
            "their participants count in both arms, and once in all."
        )
    if "contaminated" in policies:
        texts.append(_contaminated(protocol["contaminated"]))
    if "reversed_studies" in policies:
        texts.append("The sign of trials whose scale points the other way was turned once.")
    if policies & {"allow_mixed_smd", "final and change values"}:
        texts.append("Final values and changes from baseline share a pool.")
    if "adjusted and unadjusted values" in policies:
        texts.append("Adjusted and unadjusted values share a pool.")
    return " ".join(texts)


def _contaminated(tracks: Contaminated) -> str:
    names = {"protocol": "the review’s protocol", "recommended": "the recommended track", "other": "the other models"}
    dropped = [name for key, name in names.items() if tracks.get(key) == "drop"]
    text = "Results from the time on at which the control arm had the experimental treatment are "
    if not dropped:
        return f"{text}kept under every model."
    kept = [name for key, name in names.items() if tracks.get(key) != "drop"]
    return f"{text}left out under {join(dropped)}" + (f" and kept under {join(kept)}." if kept else ".")


def _plausible(results: Results) -> str:
    findings = results["extraction"]["findings"]
    if not findings:
        return ""
    number = count(len(findings), "finding")
    verb, them = ("is", "it") if len(findings) == 1 else ("are", "them")
    text = "The extracted numbers were held against their scales, against each other and against their P values; "
    return f"{text}{number} {verb} shown, and nothing was changed because of {them}."
