# What an archive holds.


def review_folder(wildcards):
    return str(REVIEWS[wildcards.review].folder)


def archived_files(wildcards):
    """What an archive holds beside results: the review's folder, the workflow, and packages if wanted."""
    review = REVIEWS[wildcards.review]
    parts = [
        review_files(review.folder, review.protocol["archive"]["withhold"]),
        project_files(ROOM.parent),
    ]
    parts += [wheel_files(ROOM.parent)] if config.get("wheels") else []
    return [str(path) for part in parts for path in part.values()]


def archive_subject(wildcards):
    """What the metadata of an archive say about the review, and what it withholds."""
    protocol = REVIEWS[wildcards.review].protocol
    about = {name: protocol[name] for name in ("title", "question", "source")}
    return {**about, "authors": protocol["report"]["authors"], **protocol["archive"]}


def archives(wildcards):
    return [f"results/{name}/archive/{name}.crate.zip" for name in REVIEWS]


def verifications(wildcards):
    return [f"results/{name}/archive/verification.json" for name in REVIEWS]
