"""The overview of all verdicts for those who do not see it: in words, and as a table."""

from metawright.figures.kit.overview import Overview
from metawright.figures.kit.subject import IN_SENTENCE
from metawright.files.tables import Row
from metawright.sensitivity.documents import TrackVerdict, Verdict
from metawright.words.names import count, join, sentence
from metawright.words.numbers import format_percent, p_value

VERDICTS_COLUMNS = (
    "outcome", "period", "status", "k", "verdict", "depends_on", "protocol_estimate", "protocol_ci_low",
    "protocol_ci_high", "recommended_estimate", "recommended_ci_low", "recommended_ci_high", "specifications",
    "excluding_zero", "lowest", "highest", "changed_without", "probability_of_benefit",
)  # fmt: skip
SIGNS = {"stable": "●", "depends": "◐", "open": "○", "not_examined": "○"}
NAMES = {
    "stable": "stable", "open": "open", "not_examined": "not examined", "single_study": "one trial",
    "awaiting_data": "no data",
}  # fmt: skip
DEPENDENCES = {"track": "track", "choices": "choices", "trials": "trials"}


def verdicts_title() -> str:
    """Return the figure's title."""
    return "Would the conclusions survive?"


def tracks_of(verdict: Verdict) -> dict[str, TrackVerdict]:
    """Return the headlines of a verdict by their tracks, of those that are declared."""
    found = {"protocol": verdict["tracks"]["protocol"], "recommended": verdict["tracks"]["recommended"]}
    return {name: track for name, track in found.items() if track is not None}


def verdict_words(verdict: Verdict) -> str:
    """Return the verdict as the figure prints it: a sign and a word, and on what it depends."""
    word = verdict["verdict"]
    if word == "depends":
        return f"{SIGNS[word]} on {join(DEPENDENCES.get(key, key) for key in verdict['depends_on'])}"
    return f"{SIGNS[word]} {NAMES[word]}" if word in SIGNS else NAMES.get(word, str(word))


def specification_words(verdict: Verdict) -> str:
    """Return `18% of 68`: the share of specifications that exclude no effect."""
    shares = verdict.get("multiverse")
    return f"{format_percent(100.0 * shares['excluding_zero'])} of {shares['specifications']}" if shares else ""


def changed_without(verdict: Verdict) -> list[str] | None:
    """Return the trials without which the conclusion of a track changes; None where that was not examined."""
    found = [track["changed_without"] for track in tracks_of(verdict).values()]
    known = [names for names in found if names is not None]
    return list(dict.fromkeys(name for names in known for name in names)) if known else None


def omission_words(verdict: Verdict) -> str:
    """Return `1 of 9`: omissions of a trial that change the conclusion under either track."""
    changed = changed_without(verdict)
    return "" if changed is None or verdict["k"] < 2 else f"{len(changed)} of {verdict['k']}"


def benefits(verdict: Verdict, direction: str) -> list[float]:
    """Return the probability of benefit under every prior, from low to high."""
    values = [one["p_above_zero"] for one in verdict["bayesian"]]
    return sorted(value if direction == "higher_is_better" else 1.0 - value for value in values)


def benefit_words(verdict: Verdict, direction: str) -> str:
    """Return the range of the probability of benefit over the priors."""
    values = [p_value(value) for value in benefits(verdict, direction)]
    if not values:
        return ""
    return values[0] if values[0] == values[-1] else f"{values[0]}–{values[-1]}"


def verdicts_alt_text(shown: Overview[Verdict]) -> str:
    """Return every verdict in a sentence."""
    words = [verdicts_title()]
    if shown.reason:
        return f"{words[0]} Not drawn: {shown.reason}."
    for one in shown.outcomes:
        subject = one.subject
        for period, verdict in one.rows:
            parts = [f"{count(verdict['k'], 'trial')}, {_spoken(verdict)}"]
            for name, track in tracks_of(verdict).items():
                if track["estimate"] is not None:
                    parts.append(f"{IN_SENTENCE[name]} {subject.text(track, subject.decimals([track]))}")
            if verdict["multiverse"]:
                parts.append(f"{specification_words(verdict)} specifications exclude no effect")
            if changed := changed_without(verdict):
                parts.append(f"it changes without {join((subject.study(name) for name in changed), 'or')}")
            words.append(f"{subject.label}, {period}: {'; '.join(parts)}.")
    return " ".join(sentence(text) for text in words)


def _spoken(verdict: Verdict) -> str:
    text = verdict_words(verdict)
    for sign in SIGNS.values():
        text = text.removeprefix(f"{sign} ")
    return f"depends {text}" if verdict["verdict"] == "depends" else text


def verdicts_table(shown: Overview[Verdict]) -> list[Row]:
    """Return every verdict as a row with the columns `VERDICTS_COLUMNS`."""
    rows: list[Row] = []
    for one in shown.outcomes:
        for _, verdict in one.rows:
            row: dict[str, object] = {name: verdict[name] for name in ("outcome", "period", "status", "k", "verdict")}
            row["depends_on"] = ";".join(verdict["depends_on"])
            for name, track in tracks_of(verdict).items():
                row |= {f"{name}_{key}": track[key] for key in ("estimate", "ci_low", "ci_high")}
            if shares := verdict["multiverse"]:
                row |= {"specifications": shares["specifications"], "excluding_zero": shares["excluding_zero"]}
                row |= {"lowest": shares["low"], "highest": shares["high"]}
            row["changed_without"] = ";".join(changed_without(verdict) or [])
            row["probability_of_benefit"] = benefit_words(verdict, one.subject.direction)
            rows.append({name: row.get(name) for name in VERDICTS_COLUMNS})
    return rows
