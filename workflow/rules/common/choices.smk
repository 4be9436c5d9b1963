# What the rules see of a review's protocol and rows, as parameters. They run again only when that changes.


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
    left_out = ("label", "direction", "minimal_important_difference", "absolute_threshold")
    blocks = REVIEWS[wildcards.review].protocol["outcomes"]
    return {
        key: {name: value for name, value in block.items() if name not in left_out}
        for key, block in blocks.items()
    }


def audited_protocol(wildcards):
    """What the audit holds a publication against: all of the protocol but for what other stages read."""
    left_out = ("title", "question", "source", "report", "certainty", "sensitivity", "archive")
    blocks = REVIEWS[wildcards.review].protocol
    return {name: block for name, block in blocks.items() if name not in left_out}


def rated_protocol(wildcards):
    """What the certainty of the evidence is rated by."""
    names = ("outcomes", "periods", "models", "appraisal", "certainty")
    return {name: REVIEWS[wildcards.review].protocol[name] for name in names}


def certainty_thresholds(wildcards):
    """The thresholds of the certainty of the evidence in words, for the methods text."""
    block = load_schema(ROOM / "schemas", "protocol")["properties"]["certainty"]
    return thresholds(protocol(wildcards)["certainty"], block)


def outcome_rows(wildcards):
    """Digest of the raw rows that belong to an outcome."""
    return REVIEWS[wildcards.review].rows[wildcards.outcome]


def all_rows(wildcards):
    return REVIEWS[wildcards.review].rows


def preset_name(wildcards):
    """The journal style (preset) that the forest plots of a review follow."""
    return preset_of(protocol(wildcards))


def headline_model(track):
    return lambda wildcards: REVIEWS[wildcards.review].headline(track)
