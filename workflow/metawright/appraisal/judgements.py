"""The words of the instruments, and what people write for them."""

from metawright.appraisal.instruments import INSTRUMENTS

LEVELS = {key: instrument.words for key, instrument in INSTRUMENTS.items()}

# Rows of the table that hold a review's own overall result, not a judgement on a domain.
OVERALL = ("grade", "overall")

DOMAIN_LABELS = {**INSTRUMENTS["RoB1"].domains, **INSTRUMENTS["RoB2"].domains}


def domain_label(domain: str, instrument: str) -> str:
    """Return the name of a domain of an instrument; of one that it does not have, the key as words."""
    return INSTRUMENTS[instrument].domains.get(domain, domain.replace("_", " ").capitalize())


def read_judgement(text: str, domain: str, instrument: str) -> tuple[str | None, str]:
    """Return the level that *text* stands for, and a remark where it does not stand there in so many words.

    Parameters
    ----------
    text : str
        The cell: a level of the instrument in any case, with or without the word risk; empty is not judged. In
        the domain `other` of RoB 1, "No" is read as no other bias, that is low.
    domain : str
        Key of the domain.
    instrument : {"RoB1", "RoB2", "ROBINS-I"}
        Whose words count.

    Returns
    -------
    level : str or None
        One of `LEVELS[instrument]`, None where there is no judgement.
    remark : str
        Empty when the cell needed no reading.
    """
    word = " ".join(text.replace("_", " ").lower().split()).removesuffix(" risk").removesuffix(" risk of bias")
    if word in LEVELS[instrument]:
        return word, ""
    if not word:
        return None, ""
    if domain == "other" and word in ("no", "none") and instrument == "RoB1":
        return "low", f"“{text.strip()}” read as no other bias, low risk"
    return None, f"“{text.strip()}” is not a judgement of {instrument}: counted as not judged"


def overall_level(
    levels: list[str | None], instrument: str = "RoB2", concerns_to_high: int | None = None
) -> str | None:
    """Return the overall judgement from the domains: the worst of them.

    Parameters
    ----------
    levels : list of str or None
        The judgement on each domain, None where there is none.
    instrument : str
        One that has an overall judgement.
    concerns_to_high : int, optional
        RoB 2: with so many domains of some concerns the trial is at high risk. Sterne 2019 leaves this to judgement,
        so it happens only where a review declares it.

    Returns
    -------
    str or None
        None where a missing judgement could change it.
    """
    tool = INSTRUMENTS[instrument]
    worst = tool.levels[-1]
    if worst in levels:
        return worst
    if concerns_to_high and tool.key == "RoB2" and levels.count("some concerns") >= concerns_to_high:
        return worst
    if not levels or None in levels:
        return None
    ordered = [level for level in levels if level != tool.unknown]
    highest = max(ordered, key=tool.levels.index, default=tool.unknown)
    # without information on a domain nothing better than a grave judgement is certain
    return tool.unknown if tool.unknown in levels and highest not in tool.grave else highest
