# What `snakemake --report` shows of a review: its page, its main figures and tables, each with a caption.

# Figures by the first part of their names, with the caption's file and what the report calls them.
SHOWN_FIGURES = {
    "forest": ("forest", "Forest plot"),
    "sensitivity": ("sensitivity", "Would it survive?"),
    "periods": ("periods", "Over time"),
    "verdicts": ("verdicts", "Verdicts"),
    "risk_of_bias": ("risk_of_bias", "Risk of bias"),
    "prisma_flow": ("prisma_flow", "Flow of records"),
}


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
    kind = name.split(".")[0]
    if kind not in SHOWN_FIGURES:
        return path
    return shown(path, *SHOWN_FIGURES[kind], group="Figures", **labels)
