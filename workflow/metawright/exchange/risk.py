"""Risk of bias as other programs write it: the words of judgement and the names of the domains."""

from collections.abc import Iterable

from metawright.appraisal.judgements import DOMAIN_LABELS, LEVELS
from metawright.exchange.draft import Draft, slug

#: What a judgement is called elsewhere; RevMan 5 stored the answer to "is it free of bias?".
_WORDS = {
    "low": "low", "low risk": "low", "low risk of bias": "low", "yes": "low", "+": "low",
    "high": "high", "high risk": "high", "high risk of bias": "high", "no": "high", "x": "high", "-": "high",
    "unclear": "unclear", "unclear risk": "unclear", "unclear risk of bias": "unclear", "unknown": "unclear",
    "?": "unclear",
    "some concerns": "some concerns", "some concern": "some concerns",
}  # fmt: skip

#: Words that tell the domains of RoB 1 and RoB 2, in the order in which they are tried.
_RANDOMISATION_PROCESS = ("randomization process", "randomisation process")
_ROB2 = (
    ("D1", _RANDOMISATION_PROCESS),
    ("D2", ("deviations from",)),
    ("D3", ("missing outcome data",)),
    ("D4", ("measurement of the outcome",)),
    ("D5", ("selection of the reported result",)),
    ("overall", ("overall",)),
)
_ROB1 = (
    ("random_sequence", ("sequence generation", "random sequence")),
    ("allocation_concealment", ("concealment",)),
    ("performance", ("performance bias", "participants and personnel")),
    ("detection", ("detection bias", "outcome assess")),
    ("attrition", ("attrition", "incomplete outcome")),
    ("reporting", ("selective", "reporting bias")),
    ("other", ("other bias", "other sources")),
    ("overall", ("overall",)),
)
_SEVERITY = ("", "low", "unclear", "some concerns", "high")


def judgement(text: str) -> str:
    """Return `low`, `unclear`, `some concerns` or `high`; empty where the cell is none of them."""
    return _WORDS.get(" ".join(text.casefold().split()), "")


def domain_keys(names: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return key and label of each domain name; a name that no instrument knows gets a key of its own letters."""
    names = list(dict.fromkeys(names))
    numbered = [name for name in names if name.upper() in {f"D{i}" for i in range(1, 8)}]
    if len(numbered) in (5, 7):  # robvis: five domains are those of RoB 2, seven those of RoB 1, in their order
        order = [key for key, _ in (_ROB2 if len(numbered) == 5 else _ROB1)]
        keys = dict(zip(numbered, order, strict=False))
        return {n: (k, DOMAIN_LABELS.get(k, n)) for n in names for k in [keys.get(n) or slug(n).lower()]}
    tables = _ROB2 if any(word in name.casefold() for name in names for word in _RANDOMISATION_PROCESS) else _ROB1
    known = [next((key for key, words in tables if any(w in name.casefold() for w in words)), "") for name in names]
    result: dict[str, tuple[str, str]] = {}
    for name, key in zip(names, known, strict=True):
        # several columns of one domain (one per outcome, or blinding of both kinds in one) keep names of their own
        unique = key if key and known.count(key) == 1 else slug(name, [used for used, _ in result.values()])
        label = DOMAIN_LABELS.get(unique) if name in ("", unique) else name
        result[name] = (unique, label or name)
    return result


def add_judgements(draft: Draft, found: Iterable[tuple[str, str, str, str]], domains: Iterable[str]) -> None:
    """Put (study, domain name, word, support) into *draft*, one row per trial and domain.

    Where a trial has several judgements on one domain (RoB 2 judges results, not trials) the most severe one stays
    and the difference is noted.
    """
    keys = domain_keys(domains)
    kept: dict[tuple[str, str], tuple[str, str]] = {}
    for study, name, word, support in found:
        level = judgement(word)
        if not study.strip():
            draft.note("Risk of bias: judgements without a trial are left out.")
            continue
        if not level:
            if word.strip():
                draft.note(f"Risk of bias: “{word.strip()}” is no judgement that the instrument knows; left out.")
            continue
        place = (study, keys[name][0])
        if place in kept and kept[place][0] != level:
            draft.note(
                "Risk of bias was judged per result; risk_of_bias.csv has one judgement per trial and domain, the most "
                "severe one."
            )
        if place not in kept or _SEVERITY.index(level) > _SEVERITY.index(kept[place][0]):
            kept[place] = (level, support)
    levels = {level for level, _ in kept.values()}
    rob2 = "some concerns" in levels or any(key == "D1" for key, _ in keys.values())
    draft.instrument = "RoB2" if rob2 else "RoB1"
    foreign = levels - set(LEVELS[draft.instrument])
    if foreign:
        draft.note(f"Risk of bias: the words of both instruments stand side by side ({', '.join(sorted(foreign))}).")
    draft.domains = {key: label for key, label in keys.values() if key != "overall"}
    draft.risk_of_bias = [
        {"study": study, "domain": domain, "judgement": level, "support": support}
        for (study, domain), (level, support) in kept.items()
    ]
