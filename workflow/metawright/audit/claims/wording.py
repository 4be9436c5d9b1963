"""The words of a claim against its numbers, and of one place of the paper against another: V03 and V04."""

import re
from collections.abc import Iterator, Mapping

from metawright.audit.claims.finding import ClaimFinding, NotRun, about_claim, about_statement, listed
from metawright.audit.claims.intervals import at_threshold, significant_p
from metawright.audit.claims.material import Material
from metawright.audit.claims.printed import excludes_null, has, relation
from metawright.audit.published import printed_number, words_say_significant
from metawright.words.numbers import null_value

_DIRECTION, _SIGNIFICANCE, _PLACES, _CONCLUSION = "direction", "significance", "one_result_two_places", "conclusion"

_GOOD = re.compile(r"slow|better|improv|benefi|favou?r(?:s|ed|ing)? (?:the )?(?:experimental|intervention|treatment)")
_BAD = re.compile(r"worse|worsen|faster decline|favou?r(?:s|ed|ing)? (?:the )?control|harm")
_UP = re.compile(r"\b(?:higher|greater|larger|increas\w*|more)\b")
_DOWN = re.compile(r"\b(?:lower|smaller|reduc\w*|decreas\w*|fewer|less)\b")


def expected_sign(words: str, direction: str) -> int | None:
    """Return the sign that the words give the effect (1 or -1), None where they give none or two.

    "slower decline", "better" and "favours the intervention" mean the good direction of the outcome; "higher" and
    "lower" mean the number itself.
    """
    text = words.casefold()
    if words_say_significant(text) is False:
        return None
    good = 1 if direction == "higher_is_better" else -1
    for pattern, opposite, sign in ((_GOOD, _BAD, good), (_UP, _DOWN, 1)):
        one, other = bool(pattern.search(text)), bool(opposite.search(text))
        if one != other:
            return sign if one else -sign
        if one:
            return None
    return None


def direction(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V03: the sign of the estimate against the words, given which way is good."""
    for claim in m.claims:
        outcome = m.outcomes[claim["outcome"]]
        sign = expected_sign(claim.get("words") or "", outcome["direction"])
        if sign is None:
            continue
        estimate = printed_number(claim.get("estimate"))
        if estimate is None:
            yield NotRun("V03", _DIRECTION, claim["claim"], "the estimate as printed (claims.csv)")
            continue
        side = estimate - null_value(outcome["measure"])
        fine = side * sign > 0
        yield ClaimFinding(
            "V03",
            _DIRECTION,
            "pass" if fine else "error",
            verdict=f"“{claim['words']}” {'agrees' if fine else 'does not agree'} with {claim['estimate']}"
            f" ({outcome['direction'].replace('_', ' ')})",
            inputs={"words": claim["words"], "estimate": claim["estimate"]},
            **about_claim(claim),
        )


def significance(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V04: "significant" if and only if P < 0.05 if and only if the interval excludes the null value.

    `P = 0.05` and `P >= 0.05` decide nothing for sure: ambiguous.
    """
    for claim in m.claims:
        said = {
            "words": words_say_significant(claim.get("words")),
            "p": significant_p(claim),
            "interval": excludes_null(claim, m.measure(claim["outcome"])),
        }
        known = {name: value for name, value in said.items() if value is not None}
        inputs = {name: claim[name] for name in ("words", "p_op", "p", "ci_low", "ci_high") if has(claim, name)}
        if len(set(known.values())) > 1:
            yes, no = ([name for name, value in known.items() if value is answer] for answer in (True, False))
            yield ClaimFinding(
                "V04",
                _SIGNIFICANCE,
                "inconsistency",
                verdict=f"significant by {listed(yes)}, not significant by {listed(no)}",
                inputs=inputs,
                computed=known,
                **about_claim(claim),
            )
        elif at_threshold(claim) and "interval" not in known:
            yield ClaimFinding(
                "V04",
                _SIGNIFICANCE,
                "ambiguity",
                verdict=f"P {relation(claim.get('p_op'))} {claim['p']} is the threshold itself: rounding leaves open on"
                " which side the result lies, and no interval is printed with it",
                inputs=inputs,
                computed=known,
                **about_claim(claim),
            )
        elif len(known) > 1:
            yield ClaimFinding(
                "V04",
                _SIGNIFICANCE,
                "pass",
                verdict=f"{listed(known)} agree: {'significant' if next(iter(known.values())) else 'not significant'}",
                inputs=inputs,
                computed=known,
                **about_claim(claim),
            )
        else:
            yield NotRun("V04", _SIGNIFICANCE, claim["claim"], "two of: words, P, interval (claims.csv)")


def one_result_two_places(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V04: the claims about one cell say the same about significance, wherever they stand."""
    for cell in m.cells:
        said = {claim["claim"]: _verdict(m, claim) for claim in m.claims_about(*cell)}
        known = {key: value for key, value in said.items() if value is not None}
        if len(set(known.values())) > 1:
            yes, no = ([key for key, value in known.items() if value is answer] for answer in (True, False))
            yield ClaimFinding(
                "V04",
                _PLACES,
                "inconsistency",
                ".".join(cell),
                f"{listed(yes)} {'say' if len(yes) > 1 else 'says'} significant, {listed(no)} not",
                claim=";".join(known),
                outcome=cell[0],
                period=cell[1],
                computed=known,
            )


def conclusion(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V04: a conclusion that names several outcomes or periods holds in each of them."""
    stated = m.stated("conclusion")
    if not stated:
        yield NotRun("V04", _CONCLUSION, "conclusion", "what the paper concludes (statements.csv, kind conclusion)")
    for row in stated:
        said = words_say_significant(row["value"])
        against = []
        for cell in m.cells_of(row):
            claim = m.main_claims.get(cell)
            if claim and said is not None and _verdict(m, claim) == (not said):
                against.append((cell, claim))
        names = [
            f"{m.outcomes[cell[0]]['label']}, {m.period_label(cell[1])} ({claim['claim']})" for cell, claim in against
        ]
        numbers = [
            f"{claim['estimate']} [{claim['ci_low']}, {claim['ci_high']}]"
            for _, claim in against
            if has(claim, "estimate", "ci_low", "ci_high")
        ]
        fields = about_statement(row) | {"claim": ";".join(claim["claim"] for _, claim in against)}
        yield ClaimFinding(
            "V04",
            _CONCLUSION,
            "inconsistency" if against else "pass",
            row["id"],
            (
                f"the conclusion also covers {listed(names)}, where the paper's own result says otherwise"
                + (f": {', '.join(numbers)}" if numbers else "")
            )
            if against
            else "the results named agree with the conclusion",
            inputs={"value": row["value"]},
            computed={"against": [claim["claim"] for _, claim in against]},
            **fields,
        )


def _verdict(m: Material, claim: Mapping[str, str]) -> bool | None:
    """Whether a claim says significant: by its interval, else by P, else in words."""
    by_numbers = excludes_null(claim, m.measure(claim["outcome"]))
    if by_numbers is None:
        by_numbers = significant_p(claim)
    return words_say_significant(claim.get("words")) if by_numbers is None else by_numbers
