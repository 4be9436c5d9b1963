"""The files that a page offers."""

from metawright.report.sections.section import FRONT, PAGE, Block, Section, Source, Special, Text

#: What each file is, by the end of its name.
ABOUT = {
    "results.json": "everything that this report shows, at full precision",
    "pooled.csv": "every pool under every declared model",
    "effects.csv": "every trial’s effect, with the rows that it was made from",
    "verdicts.csv": "every conclusion, and what changes it",
    "verdicts.pdf": "every conclusion with the range of the estimates over all choices",
    "claims.pdf": "published and recomputed results side by side",
    "summary_of_findings.csv": "the certainty of the evidence",
    "findings.csv": "what the audit found",
    "cleaning_log.csv": "every value that was read differently from what was typed",
    "reproduce.R": "reproduces the pooled results in metafor, from the three tables below",
    "metafor.csv": "effects and raw numbers, one line per trial and pool",
    "settings.csv": "how each effect is computed",
    "expected.csv": "the pooled results to compare with",
    "{review}-data-rows.csv": "the rows as RevMan imports them",
    "{review}.bib": "the included studies and the works cited, as BibTeX",
}


def _blocks(source: Source) -> list[Block]:
    review = source.whole["review"]["name"]
    about = {name.format(review=review): words for name, words in ABOUT.items()}
    every = "Every table can be saved as CSV and every figure as SVG, by the buttons beside them."
    within = f"{every} These files stand inside the page as well."
    names = [path.rpartition("/")[2] for path in source.files]
    listed = [(path, name, about.get(name, "")) for path, name in zip(source.files, names, strict=True)]
    return [
        Text(within, on=frozenset({PAGE})),
        Text(f"{every} These files stand beside the pages.", on=frozenset({FRONT})),
        Special("downloads", listed),
    ]


DOWNLOADS = Section(anchor="downloads", title="Downloads", blocks=_blocks, places=frozenset({PAGE, FRONT}))
