# What `snakemake --report` shows of a review: its page, its main figures and tables, each with a caption. Below, what
# the page of a large review is made of.


def shown(path, caption, what, group="Tables", review="{review}", **labels):
    """An output that Snakemake's own report shows under its review."""
    return report(
        path,
        caption=f"../report/{caption}.rst",
        category=review,
        subcategory=group,
        labels={"what": what, **labels},
    )


def shown_figure(name, path, **labels):
    """The SVG of a figure, shown in Snakemake's own report where the figure is one of the main ones."""
    figure = figure_named(name)
    if not figure.overview:
        return path
    return shown(path, figure.name, figure.overview, group="Figures", **labels)


def outcome_pages(review):
    """Paths of the pages that the outcomes of a large review have; none of a review whose report is one page."""
    if not review.large:
        return []
    return [f"results/{review.name}/report/outcomes/{key}.html" for key in review.outcomes]


def page_figures(kind):
    """Paths of the figures on report.html: all of them, on a front page those of the whole review."""

    def paths(wildcards):
        found = figures(kind)(wildcards)
        if not REVIEWS[wildcards.review].large:
            return found
        named = {path: figure_named(Path(path).stem) for path in found}
        return [path for path, one in named.items() if one.of is Of.REVIEW and not one.by_cell]

    return paths


def outcome_page_figures(kind):
    """Paths of the figures that name an outcome."""
    return lambda wildcards: [
        path
        for path in figures(kind)(wildcards)
        if figure_named(Path(path).stem).of is not Of.REVIEW
    ]


# Results that a front page links to; a page that is one file has them inside.
BESIDE = (
    "pooling/pooled.csv",
    "effects/effects.csv",
    "sensitivity/verdicts.csv",
    "appraisal/summary_of_findings.csv",
    "audit/findings.csv",
    "extraction/cleaning_log.csv",
)
EXCHANGED = ("reproduce.R", "metafor.csv", "settings.csv", "expected.csv")


def offered_files(wildcards):
    """Files that report.html offers for download beside its own tables and figures."""
    review = REVIEWS[wildcards.review]
    names = [f"exchange/{name}" for name in EXCHANGED]
    names += [f"exchange/revman/{review.name}-data-rows.csv"]
    if review.large:
        drawn = [Path(path).stem for path in figures("pdf")(wildcards)]
        linked = [f"figures/{name}.pdf" for name in drawn if figure_named(name).by_cell]
        names = [*BESIDE, *linked, *names]
    return [f"results/{review.name}/{name}" for name in names]
