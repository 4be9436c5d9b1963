"""The sections of the report, in the order in which a page and an article have them.

A section is a record, in a module beside this one, that says in which places it stands; here it gets its place among
the others. Every renderer prints what `page` or `article` returns and knows blocks, not sections.
"""

from collections.abc import Sequence
from itertools import chain

from metawright.report.sections.awaiting import AWAITING
from metawright.report.sections.certainty import CERTAINTY, DOMAINS
from metawright.report.sections.changes import CHANGES
from metawright.report.sections.downloads import DOWNLOADS
from metawright.report.sections.extraction import CHOICES, EXTRACTORS, PLAUSIBILITY, RECOVERED
from metawright.report.sections.flow import CHECKLIST, FLOW
from metawright.report.sections.lineage import LINEAGE
from metawright.report.sections.methods import METHODS, REFERENCES
from metawright.report.sections.outcomes import INDEX, OUTCOMES, POOLS
from metawright.report.sections.own_configuration import OWN_CONFIGURATION
from metawright.report.sections.published import FINDINGS, MUST_SHOW_SECTION, PUBLISHED, REMAINDERS
from metawright.report.sections.risk_of_bias import BY_JUDGEMENT, RISK_OF_BIAS
from metawright.report.sections.section import PAPER, Section, Shown, Source
from metawright.report.sections.studies import CORRECTIONS, STUDIES
from metawright.report.sections.summary import SUMMARY
from metawright.report.sections.survival_tables import ELSEWHERE, SURVIVAL_TABLES
from metawright.report.sections.verdicts import VERDICTS

RESULTS = Section(anchor="results", title="Results", blocks=lambda source: [], places=PAPER)

#: From top to bottom: the page of a review, the front page of a large one, the page of one of its outcomes.
PAGE_ORDER = (
    SUMMARY,
    VERDICTS,
    INDEX,
    CHANGES,
    OUTCOMES,
    OWN_CONFIGURATION,
    RECOVERED,
    CHOICES,
    PLAUSIBILITY,
    EXTRACTORS,
    BY_JUDGEMENT,
    AWAITING,
    PUBLISHED,
    CERTAINTY,
    RISK_OF_BIAS,
    STUDIES,
    FLOW,
    CHECKLIST,
    LINEAGE,
    METHODS,
    REFERENCES,
    DOWNLOADS,
)
#: The chapters of the article, each with its sections: LaTeX and Word.
CHAPTERS = (
    (SUMMARY, (VERDICTS,)),
    (METHODS, ()),
    (
        RESULTS,
        (
            STUDIES,
            FLOW,
            RISK_OF_BIAS,
            OUTCOMES,
            AWAITING,
            PUBLISHED,
            MUST_SHOW_SECTION,
            CERTAINTY,
            OWN_CONFIGURATION,
            RECOVERED,
            CHOICES,
            PLAUSIBILITY,
            EXTRACTORS,
        ),
    ),
    (REFERENCES, ()),
)
APPENDICES = (
    POOLS,
    SURVIVAL_TABLES,
    FINDINGS,
    REMAINDERS,
    BY_JUDGEMENT,
    DOMAINS,
    CHECKLIST,
    CORRECTIONS,
    LINEAGE,
    ELSEWHERE,
)
SECTIONS = tuple(dict.fromkeys([*PAGE_ORDER, *chain(*((one, *more) for one, more in CHAPTERS)), *APPENDICES]))


def page(source: Source) -> list[Shown]:
    """Return the sections of a page from top to bottom."""
    return _shown(PAGE_ORDER, source)


def article(source: Source) -> list[tuple[Shown, int]]:
    """Return the chapters (level 1) and sections (level 2) of an article, each followed by those in it."""
    found = []
    for chapter, sections in CHAPTERS:
        found += [(shown, 1) for shown in chapter.shown(source)]
        found += [(shown, 2) for shown in _shown(sections, source)]
    return found


def appendices(source: Source) -> list[Shown]:
    """Return the appendices of an article."""
    return _shown(APPENDICES, source)


def _shown(sections: Sequence[Section], source: Source) -> list[Shown]:
    return [shown for section in sections for shown in section.shown(source)]
