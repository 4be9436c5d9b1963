# effects of one outcome and period -> the pool under every declared model.


rule pool:
    input:
        arms="results/{review}/extraction/{outcome}.arms.csv",
        effects="results/{review}/effects/{outcome}.effects.csv",
        recovered="results/{review}/effects/{outcome}.recovered.csv",
    output:
        pool="results/{review}/pooling/{outcome}.{period}.json",
    log:
        "logs/{review}/pool.{outcome}.{period}.log",
    params:
        outcome=outcome_choices,
        models=protocol_block("models"),
        prediction_interval=protocol_block("prediction_interval"),
        contaminated=protocol_block("contaminated"),
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
        pooled="results/{review}/pooling/pooled.csv",
    log:
        "logs/{review}/gather_pooled.log",
    params:
        code=code("gather_pooled"),
    script:
        "../scripts/gather_pooled.py"
