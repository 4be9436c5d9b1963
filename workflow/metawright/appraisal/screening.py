"""The flow of records of a review: does it close, and where it cannot, what is not known."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from metawright.appraisal.documents import FlowCheck, ScreeningCounts
from metawright.files.known import known

#: Left and right side of each identity: names of counts with their sign. Absent boxes before screening, such as
#: registers or automation tools, are taken as not used where at least one of their kind is printed.
_SOURCES = ("database_results", "register_results")
_BEFORE = ("duplicates", "excluded_automatic", "excluded_other")
_OTHER_SOURCES = ("website_results", "organisation_results", "citations_results")

#: Counts by name, those with reasons as their sum; None is not known.
_Counts = Mapping[str, Any]
_Names = Sequence[str]


def check_flow(
    screening: ScreeningCounts, table_studies: int | None = None, pooled_studies: int | None = None
) -> list[FlowCheck]:
    """Check every identity of the PRISMA 2020 flow diagram.

    Parameters
    ----------
    screening : mapping
        Counts by the field names of the PRISMA2020 R package; an absent one is not known, it is not zero.
    table_studies : int, optional
        Trials in `studies.csv`.
    pooled_studies : int, optional
        Distinct trials in any pool.

    Returns
    -------
    list of dict
        Per identity: `id` (P1 to P8), `words`, `status` (`closed`, `wrong`, `open`: a count is missing, or
        `unused`: none of its counts is given and the branch need not exist), `left` and `right` (None where
        unknown), `known` (counts given), `missing` (names). An identity whose right side is 0 to some count left
        over names the remainder in `words`.

    References
    ----------
    Page 2021 (PRISMA 2020).
    """
    given: dict[str, Any] = dict(screening)
    if table_studies is not None:
        given["rows of studies.csv"] = table_studies
    if pooled_studies is not None:
        given["trials in pools"] = pooled_studies
    for name in ("dbr_excluded", "other_excluded"):
        if name in given:
            given[name] = sum((given[name] or {}).values())
    other = [name for name in _OTHER_SOURCES if name in given]
    checks = [
        _equal(
            "P1",
            "records found less those removed before screening = records screened",
            given,
            _present(given, _SOURCES, "database_results"),
            _present(given, _BEFORE, "duplicates"),
            ["records_screened"],
        ),
        _equal(
            "P2",
            "records screened less those excluded = reports sought",
            given,
            ["records_screened"],
            ["records_excluded"],
            ["dbr_sought_reports"],
        ),
        _equal(
            "P3",
            "reports sought less those not retrieved = reports assessed",
            given,
            ["dbr_sought_reports"],
            ["dbr_notretrieved_reports"],
            ["dbr_assessed"],
        ),
        _reports(given, bool(other)),
    ]
    if other or any(name.startswith("other_") for name in given):
        checks += [
            _equal(
                "P5",
                "reports sought from other sources less those not retrieved = assessed",
                given,
                ["other_sought_reports"],
                ["other_notretrieved_reports"],
                ["other_assessed"],
            ),
            _equal(
                "P5a",
                "records of other sources = reports sought there",
                given,
                other or list(_OTHER_SOURCES),
                [],
                ["other_sought_reports"],
            ),
        ]
    checks.append(
        _equal("P6", "new studies = rows of studies.csv", given, ["new_studies"], [], ["rows of studies.csv"])
    )
    checks.append(
        _compare(
            "P6a",
            "reports of new studies are at least the new studies",
            given,
            ["new_reports"],
            ["new_studies"],
            lambda left, right: left >= right,
        )
    )
    if "previous_studies" in given:
        checks.append(
            _equal(
                "P7",
                "previous and new studies = studies in total",
                given,
                ["previous_studies", "new_studies"],
                [],
                ["total_studies"],
            )
        )
    elif "total_studies" in given:
        checks.append(_equal("P7", "new studies = studies in total", given, ["new_studies"], [], ["total_studies"]))
    if "total_studies_ma" in given:
        checks.append(
            _compare(
                "P8",
                "studies in a meta-analysis are at most all studies",
                given,
                ["total_studies_ma"],
                ["total_studies" if "total_studies" in given else "new_studies"],
                lambda left, right: left <= right,
            )
        )
        checks.append(
            _equal(
                "P8a",
                "studies in a meta-analysis = trials in the pools here",
                given,
                ["total_studies_ma"],
                [],
                ["trials in pools"],
            )
        )
    return checks


def _present(given: _Counts, names: tuple[str, ...], needed: str) -> list[str]:
    return [name for name in names if name in given] or [needed]


def _reports(given: _Counts, other_branch: bool) -> FlowCheck:
    """Reports assessed less those excluded = reports of new studies, from both branches together."""
    plus, minus = ["dbr_assessed"], ["dbr_excluded"]
    if other_branch:
        plus, minus = [*plus, "other_assessed"], [*minus, "other_excluded"]
    reports = "new_reports" if "new_reports" in given else "new_studies"
    words = "reports assessed less those excluded = reports of new studies"
    if reports == "new_reports":
        return _equal("P4", words, given, plus, minus, [reports])
    # without the number of reports, each study has at least one
    return _compare("P4", f"{words} (at least the new studies)", given, plus, [*minus, reports], lambda a, b: a >= b)


def _equal(key: str, words: str, given: _Counts, plus: _Names, minus: _Names, right: _Names) -> FlowCheck:
    result = _sides(key, words, given, plus, minus, right)
    if result["status"] != "open":
        result["status"] = "closed" if result["left"] == result["right"] else "wrong"
    return result


def _compare(
    key: str,
    words: str,
    given: _Counts,
    plus: Sequence[str],
    right: Sequence[str],
    holds: Callable[[int, int], bool],
) -> FlowCheck:
    result = _sides(key, words, given, plus, [], right)
    if result["status"] != "open":
        result["status"] = "closed" if holds(known(result["left"]), known(result["right"])) else "wrong"
    return result


def _sides(key: str, words: str, given: _Counts, plus: _Names, minus: _Names, right: _Names) -> FlowCheck:
    names = [*plus, *minus, *right]
    missing = [name for name in names if given.get(name) is None]
    left_known = not any(name in missing for name in (*plus, *minus))
    left = sum(given[name] for name in plus) - sum(given[name] for name in minus) if left_known else None
    right_side = None if any(name in missing for name in right) else sum(given[name] for name in right)
    counted = {name: given[name] for name in names if name not in missing}
    return {
        "id": key,
        "words": words,
        "status": "open" if missing else "",
        "left": left,
        "right": right_side,
        "known": counted,
        "missing": missing,
    }
