# What an archive holds.

# The name under which results/ keeps the sweep is no review's.
NO_SWEEP = "(?!simulation/)[^/]+"


def review_folder(wildcards):
    return {wildcards.review: str(REVIEWS[wildcards.review].folder)}


def archived_files(wildcards):
    """What an archive holds beside results: the review's folder, the workflow, and packages if wanted."""
    review = REVIEWS[wildcards.review]
    own = review_files(review.folder, review.protocol["archive"]["withhold"])
    return [str(path) for path in own.values()] + workflow_files(wildcards)


def workflow_files(wildcards):
    """What every archive holds: the workflow, and packages if wanted."""
    parts = [project_files(ROOM.parent)]
    parts += [wheel_files(ROOM.parent)] if CHOICES["wheels"] else []
    return [str(path) for part in parts for path in part.values()]


def archive_subject(wildcards):
    """What the metadata of an archive say about the review, and what it withholds."""
    protocol = REVIEWS[wildcards.review].protocol
    about = {name: protocol[name] for name in ("title", "question", "source")}
    terms = {**protocol["archive"], "withhold": withheld_patterns([wildcards.review])}
    return {**about, "authors": protocol["report"]["authors"], **terms}


def withheld_patterns(names):
    """By review, what must not be handed over."""
    return {name: REVIEWS[name].protocol["archive"]["withhold"] for name in names}


def swept_reviews(wildcards):
    """Folders of the reviews whose trials the sweep takes."""
    from metawright.simulation.grids import named_pools

    names = dict.fromkeys(pool["review"] for pool in named_pools(sweep()))
    return {name: str(REVIEWS[name].folder) for name in names}


def sweep_subject(wildcards):
    """What the metadata of an archive say about the sweep, and what of the reviews behind it is withheld."""
    from metawright.report.sweep import subject

    return subject(sweep()) | {"withhold": withheld_patterns(swept_reviews(wildcards))}


def archived_sweep_files(wildcards):
    """What the archive of a sweep holds beside results: reviews that it takes trials of, its file, the workflow."""
    patterns = withheld_patterns(swept_reviews(wildcards))
    own = [
        path
        for name, folder in swept_reviews(wildcards).items()
        for path in review_files(Path(folder), patterns[name]).values()
    ]
    return [*map(str, own), SIMULATION, *workflow_files(wildcards)]


def archives(wildcards):
    return [f"results/{name}/archive/{name}.crate.zip" for name in REVIEWS]


def verifications(wildcards):
    return [f"results/{name}/archive/verification.json" for name in REVIEWS]
