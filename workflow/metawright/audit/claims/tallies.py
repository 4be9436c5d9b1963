"""Trials counted by country and by year: V14."""

from collections.abc import Iterator

from metawright.audit.claims.finding import ClaimFinding, NotRun, about_statement, listed
from metawright.audit.claims.material import Material
from metawright.audit.published import split
from metawright.reading.characters import fold

_TALLY, _COUNTRIES, _YEARS = "tally", "countries", "years"

#: Names of one country.
_SAME = {
    "america": "united states",
    "usa": "united states",
    "us": "united states",
    "the united states": "united states",
    "uk": "united kingdom",
    "the netherlands": "netherlands",
    "holland": "netherlands",
}


def country(name: str) -> str:
    """Return a country's name as it is compared."""
    word = fold(name)
    return _SAME.get(word, word)


def tally(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V14: trials counted by country sum to all trials, and each count has that many references of that country."""
    rows = m.stated("country_count")
    if not rows:
        yield NotRun("V14", _TALLY, "countries", "trials counted by country (statements.csv, kind country_count)")
        return
    wrong, total = [], sum(int(row["value"]) for row in rows)
    if m.studies and total != len(m.studies):
        wrong.append(f"the counts sum to {total}, the table has {len(m.studies)} trials")
    for row in rows:
        refs = split(row.get("refs"))
        if refs and len(refs) != int(row["value"]):
            wrong.append(f"{row['value']} from {row['refers_to']}, {len(refs)} cited")
        for study in (m.study_of[ref] for ref in refs if ref in m.study_of):
            printed = m.printed(study, "country")
            if printed and country(printed) != country(row["refers_to"]):
                wrong.append(f"{m.label(study)} is counted for {row['refers_to']}, the table says {printed}")
    counts = " + ".join(row["value"] for row in rows)
    yield ClaimFinding(
        "V14",
        _TALLY,
        "error" if wrong else "pass",
        "countries",
        "; ".join(wrong) or f"{counts} = {total} trials; every count agrees with the table",
        **about_statement(rows[0]),
        inputs={row["refers_to"]: row["value"] for row in rows},
        computed={"sum": total},
    )


def countries(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V14: a list of the trials' countries names each of them and no other."""
    rows = m.stated("countries")
    if not rows or not any(m.printed(row["study"], "country") for row in m.studies):
        yield NotRun(
            "V14", _COUNTRIES, "list", "a list of countries (statements.csv, countries) and country of each trial"
        )
        return
    table = {country(m.printed(row["study"], "country")) for row in m.studies} - {""}
    for row in rows:
        named = {country(name): name for name in split(row["value"])}
        strange = [name for word, name in named.items() if word not in table]
        absent = sorted(table - set(named))
        words = [f"no trial of the table is from {listed(strange)}"] if strange else []
        words += [f"{listed(absent)} not named"] if absent else []
        yield ClaimFinding(
            "V14",
            _COUNTRIES,
            "inconsistency" if words else "pass",
            row["id"],
            "; ".join(words) or "the countries are those of the table",
            inputs={"value": row["value"]},
            computed={"not_in_table": strange, "not_named": absent},
            **about_statement(row),
        )


def years(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V14: the span of years is that of the trials."""
    rows = m.stated("years")
    known = sorted(int(row["year"]) for row in m.studies if (row.get("year") or "").strip())
    if not rows or not known:
        yield NotRun("V14", _YEARS, "span", "a span of years (statements.csv, kind years) and the year of each trial")
        return
    for row in rows:
        fine = [int(year) for year in row["value"].split("-")] == [known[0], known[-1]]
        yield ClaimFinding(
            "V14",
            _YEARS,
            "pass" if fine else "inconsistency",
            row["id"],
            f"printed {row['value']}, the trials are of {known[0]} to {known[-1]}",
            inputs={"value": row["value"]},
            computed={"first": known[0], "last": known[-1]},
            **about_statement(row),
        )
