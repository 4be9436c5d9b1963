# clean rows -> one effect per trial and period, and every row that gave none with its reason.


for batch in BATCHES:

    rule:
        name:
            batch.rule("compute_effects")
        input:
            arms=batch.of_outcomes("extraction/{outcome}.arms.csv"),
        output:
            effects=batch.of_outcomes("effects/{outcome}.effects.csv"),
            recovered=batch.of_outcomes("effects/{outcome}.recovered.csv"),
            choices=batch.of_outcomes("effects/{outcome}.choices.csv"),
            inputs=batch.of_outcomes("effects/{outcome}.inputs.csv"),
        log:
            batch.log("compute_effects"),
        group:
            batch.group
        params:
            outcomes=of_outcomes(batch, outcome_choices),
            periods=of_batch(batch, protocol_block("periods")),
            rules=of_batch(batch, effect_rules),
            designs=of_outcomes(batch, designs),
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
