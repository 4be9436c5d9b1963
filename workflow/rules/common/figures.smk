# Which figures a report has.


KINDS = ("svg", "pdf", "png", "txt", "csv")


def drawn(step, part=""):
    """Files of the figures that a step draws, by name and kind; *part* says of what it draws them."""
    return {
        f"{one.name}_{kind}": path
        for one in drawn_by(step)
        for kind, path in shown_files(f"{one.name}{part}").items()
    }


def modules(step):
    """The modules of the figures that a step draws, by name."""
    return {one.name: one.module for one in drawn_by(step)}


def shown_files(name):
    """Files of a figure of a review by kind; Snakemake's own report may show the SVG."""
    files = files_of(name, "results/{review}/figures")
    return files | {"svg": shown_figure(name, files["svg"])}


def files_of(name, folder):
    """Files of a figure by kind."""
    return {kind: f"{folder}/{name}.{kind}" for kind in KINDS}


def outcome_figures(batch, step):
    """Files of the figures that a step draws of each outcome of a batch, by name and kind."""
    labels = [{"review": batch.review, "outcome": outcome} for outcome in batch.outcomes]
    return listed(batch, batch.of_outcomes, "{outcome}", labels, step)


def cell_figures(batch, step):
    """Files of the figures that a step draws of each cell of a batch, by name and kind."""
    labels = [
        {"review": batch.review, "outcome": outcome, "period": period}
        for outcome, period in batch.cells
    ]
    return listed(batch, batch.of_cells, "{outcome}.{period}", labels, step)


def listed(batch, paths, part, labels, step):
    """Lists of files by name and kind; *paths* gives those of a pattern, *labels* say what each is about."""
    wanted = has_pictures(REVIEWS[batch.review])
    kinds = [kind for kind in KINDS if wanted or kind != "png"]
    names = [one.name for one in drawn_by(step)]
    files = {
        f"{name}_{kind}": paths(f"figures/{name}.{part}.{kind}") for name in names for kind in kinds
    }
    for name in names:
        drawings = zip(files[f"{name}_svg"], labels, strict=True)
        files[f"{name}_svg"] = [shown_figure(name, path, **about) for path, about in drawings]
    return files


def shows_cells(review):
    """Whether the figures of every outcome and period of a review are drawn."""
    choice = CHOICES["figures"]
    return choice == "all" or (choice == "auto" and not review.large)


def has_pictures(review):
    """Whether the figures of outcomes and cells are PNG pictures too: of a large review, only where something needs them."""
    return has_docx(review) or not review.large or CHOICES["figures"] == "all"


def figures(kind):
    """Paths of the figures of a report, of one kind: svg, pdf, png, txt (alternative text) or csv."""

    def paths(wildcards):
        review = REVIEWS[wildcards.review]
        names = figure_names(review, shows_cells(review))
        return [f"results/{review.name}/figures/{name}.{kind}" for name in names]

    return paths
