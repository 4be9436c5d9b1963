"""The protocol's block `sensitivity`, held against the rest of the protocol and against `studies.csv`."""

from collections.abc import Callable, Iterable, Mapping

from metawright.files.tables import TextRow
from metawright.reading.problems import Problem, did_you_mean
from metawright.reading.protocol import Protocol
from metawright.reading.vocabulary import fold

#: What a family of priors needs, and what it may have beside that.
_PARAMETERS = {
    "half_normal": ({"scale"}, set()),
    "half_cauchy": ({"scale"}, set()),
    "log_student_t": ({"loc", "scale"}, {"df"}),
    "log_normal": ({"loc", "scale"}, set()),
    "flat": (set(), set()),
}


def check_sensitivity(content: Mapping[str, object], problem: Callable[[tuple, object, str], None]) -> None:
    """Check outcomes that the block names, and its priors; skips whatever has not the right form.

    Parameters
    ----------
    content : Mapping
        The protocol as read.
    problem : callable
        Takes path, value and what is wrong with it.
    """
    block, outcomes = content.get("sensitivity"), content.get("outcomes")
    if not isinstance(block, dict):
        return
    known = list(outcomes) if isinstance(outcomes, dict) else []
    size = block.get("information_size")
    named = [
        (("sensitivity", "reference_sd"), block.get("reference_sd")),
        (("sensitivity", "information_size", "outcomes"), size.get("outcomes") if isinstance(size, dict) else None),
    ]
    for path, part in named:
        for key in part if isinstance(part, dict) else ():
            if key not in known:
                hint = did_you_mean(str(key), known) or f"; expected {', '.join(map(str, known))}"
                problem((*path, key), key, f"is not an outcome of the protocol{hint}")
    priors = block.get("priors")
    tau = priors.get("tau") if isinstance(priors, dict) else None
    keys = set()
    for index, prior in enumerate(tau if isinstance(tau, list) else []):
        if isinstance(prior, dict):
            path = ("sensitivity", "priors", "tau", index)
            if prior.get("key") in keys:
                problem((*path, "key"), prior["key"], "is the key of two priors; each needs its own")
            keys.add(prior.get("key"))
            _check_prior(prior, path, problem)


def _check_prior(prior: Mapping, path: tuple, problem: Callable[[tuple, object, str], None]) -> None:
    if prior.get("family") not in _PARAMETERS:
        return
    needed, allowed = _PARAMETERS[prior["family"]]
    given = {"scale", "loc", "df"} & set(prior)
    for name in sorted(needed - given):
        problem(path, None, f"a prior of the family {prior['family']} needs `{name}`")
    for name in sorted(given - needed - allowed):
        problem((*path, name), prior[name], f"is no parameter of the family {prior['family']}; remove it")


def moderators(protocol: Protocol) -> list[str]:
    """Return the columns of `studies.csv` that are read as numbers, in order."""
    return list(dict.fromkeys(one["column"] for one in protocol["sensitivity"]["moderators"]))


def named_columns(protocol: Protocol) -> list[str]:
    """Return the columns of `studies.csv` that subgroups and moderators name, in order."""
    block = protocol["sensitivity"]
    return list(dict.fromkeys(one["column"] for name in ("subgroups", "moderators") for one in block[name]))


def column_problems(protocol: Protocol, columns: Iterable[str], file: str) -> list[Problem]:
    """Return the named columns that `studies.csv` does not have.

    Parameters
    ----------
    protocol : Protocol
        The completed protocol.
    columns : iterable of str
        Header of `studies.csv`; empty where the review has no such file.
    file : str
        The protocol's name.
    """
    known = list(columns)
    problems = []
    for name in named_columns(protocol):
        if name not in known:
            hint = did_you_mean(name, known)
            what = "is not a column of studies.csv" if known else "needs a studies.csv with this column"
            problems.append(Problem(file, 0, "sensitivity", name, f"{what}{hint}"))
    return problems


def sensitivity_columns(protocol: Protocol, rows: Iterable[TextRow]) -> dict[str, dict[str, str]]:
    """Return what the examinations read of `studies.csv`, by study: the year and the named columns, where given."""
    names = ["year", *named_columns(protocol)]
    found = {}
    for row in rows:
        cells = {name: row.get(name, "").strip() for name in names}
        found[fold(row.get("study", ""))] = {name: text for name, text in cells.items() if text}
    return found
