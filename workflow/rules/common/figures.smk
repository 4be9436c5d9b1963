# Which figures a report has.


KINDS = ("svg", "pdf", "png", "txt", "csv")


def drawn(*names):
    """Files of the figures that a rule draws, by name and kind."""
    return {
        f"{name.split('.')[0]}_{kind}": path for name in names for kind, path in alone(name).items()
    }


def alone(name, folder="results/{review}/figures"):
    """Files of the one figure that a rule draws, by kind."""
    files = {kind: f"{folder}/{name}.{kind}" for kind in KINDS}
    return files | {"svg": shown_figure(name, files["svg"])}


def outcome_figures(batch, *names):
    """Files of the figures that a rule draws of each outcome of a batch, by name and kind."""
    labels = [{"review": batch.review, "outcome": outcome} for outcome in batch.outcomes]
    return listed(batch, batch.of_outcomes, "{outcome}", labels, names)


def cell_figures(batch, *names):
    """Files of the figures that a rule draws of each cell of a batch, by name and kind."""
    labels = [
        {"review": batch.review, "outcome": outcome, "period": period}
        for outcome, period in batch.cells
    ]
    return listed(batch, batch.of_cells, "{outcome}.{period}", labels, names)


def listed(batch, paths, part, labels, names):
    """Lists of files by name and kind; *paths* gives those of a pattern, *labels* say what each is about."""
    wanted = has_pictures(REVIEWS[batch.review])
    kinds = [kind for kind in KINDS if wanted or kind != "png"]
    files = {
        f"{name}_{kind}": paths(f"figures/{name}.{part}.{kind}") for name in names for kind in kinds
    }
    for name in names:
        drawings = zip(files[f"{name}_svg"], labels, strict=True)
        files[f"{name}_svg"] = [shown_figure(name, path, **about) for path, about in drawings]
    return files


# The figures of a whole review, with the optional file that each is drawn from.
REVIEW_FIGURES = {
    "risk_of_bias": "risk_of_bias",
    "risk_of_bias_weights": "risk_of_bias",
    "claims": "claims",
    "prisma_flow": "screening",
}


def shows_cells(review):
    """Whether the figures of every outcome and period of a review are drawn."""
    choice = config.get("figures", "auto")
    return choice == "all" or (choice == "auto" and not review.large)


def has_pictures(review):
    """Whether the figures of outcomes and cells are PNG pictures too: of a large review, only where something needs them."""
    return has_docx(review) or not review.large or config.get("figures") == "all"


# The figures of a cell, with the number of trials from which on there is something to draw.
CELL_FIGURES = {
    "sensitivity": 2,
    "posterior": 2,
    "drapery": 2,
    "influence": 3,
    "baujat": 3,
    "cumulative": 3,
    "gosh": 3,
    "radial": 5,
    "funnel": 10,
}


def figures(kind):
    """Paths of the figures of a report, of one kind: svg, pdf, png, txt (alternative text) or csv.

    Which cells have enough trials is known as an upper bound when the review is read: a cell whose rows turn out to
    give no effect has a figure that says so.
    """

    def paths(wildcards):
        review = REVIEWS[wildcards.review]
        names = [f"forest.{outcome}" for outcome in review.outcomes]
        names += [name for name, file in REVIEW_FIGURES.items() if file in review.files]
        names += ["verdicts"] if any(review.most.values()) else []
        for outcome in review.outcomes:
            most = {period: review.most.get((outcome, period), 0) for period in review.periods}
            for period, trials in most.items() if shows_cells(review) else ():
                cell = f"{outcome}.{period}"
                names += [
                    f"{name}.{cell}" for name, least in CELL_FIGURES.items() if trials >= least
                ]
                moderated = review.protocol["sensitivity"]["moderators"] and trials >= 3
                names += [f"bubble.{cell}"] if moderated else []
                names += [f"missing_data.{cell}"] if (outcome, period) in review.counted else []
            names += [f"periods.{outcome}"] if sum(map(bool, most.values())) > 1 else []
            measure = measure_of(review.protocol["outcomes"][outcome]["measure"])
            labbe = measure.risks and shows_cells(review) and max(most.values(), default=0) >= 3
            names += [f"labbe.{outcome}"] if labbe else []
        return [f"results/{review.name}/figures/{name}.{kind}" for name in names]

    return paths
