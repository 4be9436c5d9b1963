"""The words of the two Cochrane instruments, and what people write for them."""

LEVELS = {"RoB1": ("low", "unclear", "high"), "RoB2": ("low", "some concerns", "high")}

# Rows of the table that hold a review's own overall result, not a judgement on a domain.
OVERALL = ("grade", "overall")

DOMAIN_LABELS = {
    "random_sequence": "Random sequence generation (selection bias)",
    "allocation_concealment": "Allocation concealment (selection bias)",
    "performance": "Blinding of participants and personnel (performance bias)",
    "detection": "Blinding of outcome assessment (detection bias)",
    "attrition": "Incomplete outcome data (attrition bias)",
    "reporting": "Selective reporting (reporting bias)",
    "other": "Other bias",
    "D1": "Randomisation process",
    "D2": "Deviations from intended interventions",
    "D3": "Missing outcome data",
    "D4": "Measurement of the outcome",
    "D5": "Selection of the reported result",
}


def read_judgement(text: str, domain: str, instrument: str) -> tuple[str | None, str]:
    """Return the level that *text* stands for, and a remark where it does not stand there in so many words.

    Parameters
    ----------
    text : str
        The cell: a level of the instrument in any case, with or without the word risk; empty is not judged. In
        the domain `other` of RoB 1, "No" is read as no other bias, that is low.
    domain : str
        Key of the domain.
    instrument : {"RoB1", "RoB2"}
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


def overall_level(levels: list[str | None]) -> str | None:
    """Return the overall judgement of RoB 2 from its domains; None where a missing one could change it.

    Any high gives high; else any some concerns gives some concerns; else low. That several some concerns may be
    raised to high is left to people (Sterne 2019).
    """
    if "high" in levels:
        return "high"
    if not levels or None in levels:
        return None
    return max(levels, key=LEVELS["RoB2"].index)
