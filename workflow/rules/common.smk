# What the rules ask about a review. REVIEWS is read once, in the Snakefile; to see a block of a
# protocol as a parameter is what makes only the rules that use it run again when it changes.


def code(script):
    """Digest of a script and of every library module that it reaches, taken when a job of its rule is planned."""
    return lambda wildcards: code_digest(ROOM / "scripts" / f"{script}.py")


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


def outcome_words(wildcards):
    """What cleaning needs to know about an outcome: its words, its measure and its unit."""
    block = outcome_block(wildcards)
    return {name: block.get(name) for name in ("key", "aliases", "measure", "unit")}


def all_outcome_words(wildcards):
    """The same for every outcome of the review."""
    blocks = REVIEWS[wildcards.review].protocol["outcomes"]
    return {
        key: {name: block[name] for name in ("key", "aliases", "measure")}
        for key, block in blocks.items()
    }


def outcome_choices(wildcards):
    """What the effects and pools of an outcome rest on; labels and directions do not change a number."""
    block = outcome_block(wildcards)
    names = (
        "key",
        "measure",
        "variance",
        "smd",
        "second_order",
        "zero_scope",
        "mh_exact",
        "reversed_studies",
    )
    return {name: block[name] for name in names}


def outcome_scale(wildcards):
    """What the examinations of an outcome rest on: its choices, its scale and what matters on it."""
    names = ("direction", "scale", "minimal_important_difference")
    block = outcome_block(wildcards)
    return outcome_choices(wildcards) | {name: block[name] for name in names if name in block}


# What each rule reads of the protocol's block `sensitivity`.
SETTINGS = {
    "examine_sensitivity": (
        "cumulative",
        "gosh",
        "reference_sd",
        "priors",
        "missing_data",
        "subgroups",
        "moderators",
        "information_size",
    ),
    "multiverse": ("multiverse",),
    "compare_periods": ("periods",),
    "gather_verdicts": ("multiplicity",),
}


def sensitivity_block(rule):
    """The part of the protocol's block `sensitivity` that a rule reads."""
    return lambda wildcards: {
        name: protocol(wildcards)["sensitivity"][name] for name in SETTINGS[rule]
    }


def grade_rule(wildcards):
    """The rule for overall grades of risk of bias."""
    return protocol(wildcards)["appraisal"].get("grade", {})


def study_properties(wildcards):
    """Year and named columns of the trials of an outcome, from studies.csv."""
    return REVIEWS[wildcards.review].properties[wildcards.outcome]


def study_labels(wildcards):
    """What tables and figures call the trials that studies.csv knows, by study key."""
    return REVIEWS[wildcards.review].labels


def effect_rules(wildcards):
    """What the protocol decides on the way from rows to effects."""
    names = ("imputation", "multi_arm", "crossover", "contaminated")
    return {name: REVIEWS[wildcards.review].protocol[name] for name in names}


def designs(wildcards):
    """Designs of the trials of an outcome, as far as they decide how rows are used."""
    return REVIEWS[wildcards.review].designs[wildcards.outcome]


def outcome_number(wildcards):
    """Place of an outcome in the protocol, from 1."""
    return REVIEWS[wildcards.review].outcomes.index(wildcards.outcome) + 1


def exchange_choices(wildcards):
    """What another program must know to pool the same way."""
    protocol = REVIEWS[wildcards.review].protocol
    return {name: protocol[name] for name in ("outcomes", "prediction_interval")}


def treatment_months(wildcards):
    """Months that the treatment of each trial lasts, where studies.csv says so."""
    return REVIEWS[wildcards.review].treatment


def outcome_facts(wildcards):
    """What numbers are held against: all that is declared about the outcomes, but for words and opinions."""
    left_out = ("label", "direction", "minimal_important_difference")
    blocks = REVIEWS[wildcards.review].protocol["outcomes"]
    return {
        key: {name: value for name, value in block.items() if name not in left_out}
        for key, block in blocks.items()
    }


def audited_protocol(wildcards):
    """What the audit holds a publication against: all of the protocol but for what only the report shows."""
    left_out = ("title", "question", "source", "report", "certainty")
    blocks = REVIEWS[wildcards.review].protocol
    return {name: block for name, block in blocks.items() if name not in left_out}


def rated_protocol(wildcards):
    """What the certainty of the evidence is rated by."""
    names = ("outcomes", "periods", "models", "certainty")
    return {name: REVIEWS[wildcards.review].protocol[name] for name in names}


def optional_files(wildcards):
    """Names of the optional files that a review has."""
    return sorted(REVIEWS[wildcards.review].files)


def outcome_rows(wildcards):
    """Digest of the raw rows that belong to an outcome."""
    return REVIEWS[wildcards.review].rows[wildcards.outcome]


def all_rows(wildcards):
    return REVIEWS[wildcards.review].rows


def headline_model(track):
    return lambda wildcards: REVIEWS[wildcards.review].headline(track)


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


def drawn(*names):
    """Files of the figures that a rule draws, by name and kind."""
    return {
        f"{name.split('.')[0]}_{kind}": f"results/{{review}}/figures/{name}.{kind}"
        for name in names
        for kind in ("svg", "pdf", "png", "txt", "csv")
    }


# The figures of a cell, with the number of trials from which on there is something to draw.
CELL_FIGURES = {
    "sensitivity": 2,
    "posterior": 2,
    "influence": 3,
    "baujat": 3,
    "cumulative": 3,
    "gosh": 3,
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
        names += ["risk_of_bias"] if "risk_of_bias" in review.files else []
        names += ["verdicts"] if any(review.most.values()) else []
        for outcome in review.outcomes:
            most = {period: review.most.get((outcome, period), 0) for period in review.periods}
            for period, trials in most.items():
                cell = f"{outcome}.{period}"
                names += [
                    f"{name}.{cell}" for name, least in CELL_FIGURES.items() if trials >= least
                ]
                names += [f"missing_data.{cell}"] if (outcome, period) in review.counted else []
            names += [f"periods.{outcome}"] if sum(map(bool, most.values())) > 1 else []
        return [f"results/{review.name}/figures/{name}.{kind}" for name in names]

    return paths


def templates(*patterns):
    """Template files; named from the working directory where they lie in it, so that a moved folder stays as built."""
    found = [path for pattern in patterns for path in (ROOM / "templates").glob(pattern)]
    here = Path.cwd()
    return sorted(
        str(path.relative_to(here) if path.is_relative_to(here) else path) for path in found
    )


def targets(wildcards):
    """What a finished review consists of."""
    made = ["pooling/pooled.csv", "audit/findings.csv", "exchange/reproduce.R"]
    made += ["appraisal/screening.json", "appraisal/certainty.json"]
    made += ["report/results.json", "report/report.html", "report/report.tex"]
    made += ["report/report.pdf"] if PDF else []
    drawn = {"screening": "prisma_flow", "risk_of_bias": "risk_of_bias_weights"}
    extra = [
        f"results/{name}/figures/{figure}.svg"
        for name, review in REVIEWS.items()
        for file, figure in drawn.items()
        if file in review.files
    ]
    twice = [name for name, review in REVIEWS.items() if "second_extraction" in review.files]
    return [
        *(f"results/{name}/{file}" for name in REVIEWS for file in made),
        *(f"results/{name}/extraction/agreement.json" for name in twice),
        *extra,
    ]


def review_targets(wildcards):
    """What the one finished review consists of."""
    return [path for path in targets(wildcards) if path.startswith(f"results/{wildcards.review}/")]


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


# The sweep's functions import what they need themselves: a review is built without the engine being loaded here.


@cache
def sweep():
    """The sweep's content, read when a target needs it: a review is built whatever stands in that file."""
    from metawright.simulation.sweep import read_sweep

    try:
        return read_sweep(SIMULATION, ROOM / "schemas", REVIEWS)
    except BadInput as error:
        sys.exit(error.text)


def swept_effects(wildcards):
    """Effects of the reviews whose trials the grids take."""
    from metawright.simulation.grids import named_pools

    pools = [(pool["review"], pool["outcome"]) for pool in named_pools(sweep())]
    return [
        f"results/{review}/effects/{outcome}.effects.csv"
        for review, outcome in dict.fromkeys(pools)
    ]


def swept_shards(wildcards):
    """Shards that make up the sweep, once it is planned."""
    plan = json.loads(Path(checkpoints.plan_sweep.get().output.plan).read_text(encoding="utf-8"))
    names = dict.fromkeys(shard for pieces in plan["cover"].values() for shard, _, _ in pieces)
    return [f"{SHARDS}/{name}.jsonl" for name in names]


def sweep_figures(kind):
    """Paths of the sweep's figures, of one kind, as its grids allow them."""

    def paths(wildcards):
        from metawright.simulation.grids import figures_of

        grids = sweep()["grids"].items()
        names = [f"{grid}.{figure}" for grid, block in grids for figure in figures_of(block)]
        return [f"results/simulation/figures/{name}.{kind}" for name in names]

    return paths
