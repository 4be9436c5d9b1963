# clean rows -> one effect per trial and period, and every row that gave none with its reason.


rule compute_effects:
    input:
        arms="results/{review}/extraction/{outcome}.arms.csv",
    output:
        effects="results/{review}/effects/{outcome}.effects.csv",
        recovered="results/{review}/effects/{outcome}.recovered.csv",
        choices="results/{review}/effects/{outcome}.choices.csv",
        inputs="results/{review}/effects/{outcome}.inputs.csv",
    log:
        "logs/{review}/compute_effects.{outcome}.log",
    params:
        outcome=outcome_choices,
        periods=protocol_block("periods"),
        rules=effect_rules,
        designs=designs,
        code=code("compute_effects"),
    script:
        "../scripts/compute_effects.py"


rule gather_effects:
    input:
        effects=collect(
            "results/{review}/effects/{outcome}.effects.csv",
            review=this_review,
            outcome=outcomes,
        ),
        recovered=collect(
            "results/{review}/effects/{outcome}.recovered.csv",
            review=this_review,
            outcome=outcomes,
        ),
        choices=collect(
            "results/{review}/effects/{outcome}.choices.csv",
            review=this_review,
            outcome=outcomes,
        ),
        inputs=collect(
            "results/{review}/effects/{outcome}.inputs.csv",
            review=this_review,
            outcome=outcomes,
        ),
    output:
        effects="results/{review}/effects/effects.csv",
        recovered="results/{review}/effects/recovered.csv",
        choices="results/{review}/effects/choices.csv",
        inputs="results/{review}/effects/inputs.csv",
    log:
        "logs/{review}/gather_effects.log",
    params:
        code=code("gather_effects"),
    script:
        "../scripts/gather_effects.py"
