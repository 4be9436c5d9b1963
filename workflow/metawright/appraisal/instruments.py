"""The instruments for risk of bias as data: their levels, domains and how an overall judgement follows."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Instrument:
    """An instrument.

    Attributes
    ----------
    key, name : str
        Word of the protocol, and name on paper.
    levels : tuple of str
        From the best to the worst.
    grave : tuple of str
        Levels that make a trial one at high risk.
    open : tuple of str
        Levels that say too little was known.
    domains : dict
        Label of each domain.
    overall : bool
        Whether the instrument has an overall judgement: the worst of its domains.
    unknown : str
        A level outside the order (no information): it decides only where nothing graver does. Empty if there is none.
    """

    key: str
    name: str
    levels: tuple[str, ...]
    grave: tuple[str, ...]
    open: tuple[str, ...]
    domains: dict[str, str] = field(hash=False)
    overall: bool = True
    unknown: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """All judgements, those outside the order last."""
        return (*self.levels, self.unknown) if self.unknown else self.levels


INSTRUMENTS = {
    item.key: item
    for item in (
        # Higgins 2011; an overall judgement is not part of it
        Instrument(
            "RoB1",
            "Cochrane tool",
            ("low", "unclear", "high"),
            ("high",),
            ("unclear",),
            {
                "random_sequence": "Random sequence generation (selection bias)",
                "allocation_concealment": "Allocation concealment (selection bias)",
                "performance": "Blinding of participants and personnel (performance bias)",
                "detection": "Blinding of outcome assessment (detection bias)",
                "attrition": "Incomplete outcome data (attrition bias)",
                "reporting": "Selective reporting (reporting bias)",
                "other": "Other bias",
            },
            overall=False,
        ),
        # Sterne 2019
        Instrument(
            "RoB2",
            "RoB 2",
            ("low", "some concerns", "high"),
            ("high",),
            ("some concerns",),
            {
                "D1": "Randomisation process",
                "D2": "Deviations from intended interventions",
                "D3": "Missing outcome data",
                "D4": "Measurement of the outcome",
                "D5": "Selection of the reported result",
            },
        ),
        # Sterne 2016, for studies without randomisation
        Instrument(
            "ROBINS-I",
            "ROBINS-I",
            ("low", "moderate", "serious", "critical"),
            ("serious", "critical"),
            ("no information",),
            {
                "D1": "Confounding",
                "D2": "Selection of participants",
                "D3": "Classification of interventions",
                "D4": "Deviations from intended interventions",
                "D5": "Missing data",
                "D6": "Measurement of outcomes",
                "D7": "Selection of the reported result",
            },
            unknown="no information",
        ),
    )
}
