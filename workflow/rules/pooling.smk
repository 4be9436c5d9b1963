# effects of an outcome in each period -> the pool under every declared model.


for batch in BATCHES:

    rule:
        name:
            batch.rule("pool")
        input:
            arms=batch.of_outcomes("extraction/{outcome}.arms.csv"),
            effects=batch.of_outcomes("effects/{outcome}.effects.csv"),
            recovered=batch.of_outcomes("effects/{outcome}.recovered.csv"),
        output:
            pool=batch.of_cells("pooling/{outcome}.{period}.json"),
        log:
            batch.log("pool"),
        group:
            batch.group
        params:
            outcomes=of_outcomes(batch, outcome_choices),
            cells=batch.cells,
            models=of_batch(batch, protocol_block("models")),
            prediction_interval=of_batch(batch, protocol_block("prediction_interval")),
            contaminated=of_batch(batch, protocol_block("contaminated")),
            code=code("pool"),
        script:
            "../scripts/pool.py"


rule gather_pooled:
    input:
        pools=collect(
            "results/{review}/pooling/{outcome}.{period}.json",
            review=this_review,
            outcome=outcomes,
            period=periods,
        ),
    output:
        pooled=shown("results/{review}/pooling/pooled.csv", "pooled", "Pooled results"),
    log:
        "logs/{review}/gather_pooled.log",
    params:
        code=code("gather_pooled"),
    script:
        "../scripts/gather_pooled.py"
