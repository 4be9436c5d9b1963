# Paths and names that rules of every stage ask for. REVIEWS is read once, in the Snakefile.


def code(script):
    """Digest of a script and of every library module that it reaches, taken when a job of its rule is planned."""
    return lambda wildcards: step_digest(ROOM / "scripts" / f"{script}.py")


def this_review(wildcards):
    return wildcards.review


def this_outcome(wildcards):
    return wildcards.outcome


def outcomes(wildcards):
    return REVIEWS[wildcards.review].outcomes


def periods(wildcards):
    return REVIEWS[wildcards.review].periods


def protocol(wildcards):
    return REVIEWS[wildcards.review].protocol


def protocol_block(name):
    return lambda wildcards: REVIEWS[wildcards.review].protocol[name]


def outcome_block(wildcards):
    return REVIEWS[wildcards.review].protocol["outcomes"][wildcards.outcome]


def period_block(wildcards):
    return next(
        block for block in protocol(wildcards)["periods"] if block["key"] == wildcards.period
    )


def optional_files(wildcards):
    """Names of the optional files that a review has."""
    return sorted(REVIEWS[wildcards.review].files)


def extraction_file(wildcards):
    return REVIEWS[wildcards.review].extraction


def optional_file(name):
    """Path of an optional file of the review folder; nothing where the folder has none."""
    return lambda wildcards: REVIEWS[wildcards.review].files.get(name, [])


def where_file(name, derived):
    """Path of a result that is made only where the review folder has the file *name*."""
    return lambda wildcards: (
        f"results/{wildcards.review}/{derived}" if name in REVIEWS[wildcards.review].files else []
    )


def every_cell(derived):
    """Paths of a result of every outcome and period, in the order of the protocol."""
    return collect(
        f"results/{{review}}/{derived}", review=this_review, outcome=outcomes, period=periods
    )


def every_outcome(derived):
    """Paths of a result of every outcome, in the order of the protocol."""
    return collect(f"results/{{review}}/{derived}", review=this_review, outcome=outcomes)


def previous_results(wildcards):
    """Path of an earlier results.json of a review: the configured one, that in its folder, or none."""
    if "previous" in config:
        return config["previous"].format(review=wildcards.review)
    path = REVIEWS[wildcards.review].folder / "previous" / "results.json"
    return str(path) if path.is_file() else []


def where_previous(derived):
    """Path of a result that is made only where there are earlier results to compare with."""
    return lambda wildcards: (
        f"results/{wildcards.review}/{derived}" if previous_results(wildcards) else []
    )


def templates(*patterns):
    """Template files; named from the working directory where they lie in it, so that a moved folder stays as built."""
    found = [path for pattern in patterns for path in (ROOM / "templates").glob(pattern)]
    here = Path.cwd()
    return sorted(
        str(path.relative_to(here) if path.is_relative_to(here) else path) for path in found
    )
