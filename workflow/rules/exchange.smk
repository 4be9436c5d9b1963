# Files for other programs: tables that metafor, RevMan and robvis read, and an R script that
# reproduces the table of pooled results from them.


for batch in BATCHES:

    rule:
        name:
            batch.rule("export_tables")
        input:
            arms=batch.of_outcomes("extraction/{outcome}.arms.csv"),
            effects=batch.of_outcomes("effects/{outcome}.effects.csv"),
            inputs=batch.of_outcomes("effects/{outcome}.inputs.csv"),
            pools=batch.of_cells("pooling/{outcome}.{period}.json"),
        output:
            wide=batch.of_outcomes("exchange/outcomes/{outcome}.metafor.csv"),
            rows=batch.of_outcomes("exchange/outcomes/{outcome}.data-rows.csv"),
            settings=batch.of_outcomes("exchange/outcomes/{outcome}.analyses.csv"),
        log:
            batch.log("export_tables"),
        group:
            batch.group
        params:
            outcomes=of_outcomes(batch, outcome_block),
            numbers=of_outcomes(batch, outcome_number),
            periods=of_batch(batch, protocol_block("periods")),
            model=of_batch(batch, headline_model("protocol")),
            code=code("export_tables"),
        script:
            "../scripts/export_tables.py"


rule gather_exchange:
    input:
        wide=collect(
            "results/{review}/exchange/outcomes/{outcome}.metafor.csv",
            review=this_review,
            outcome=outcomes,
        ),
        rows=collect(
            "results/{review}/exchange/outcomes/{outcome}.data-rows.csv",
            review=this_review,
            outcome=outcomes,
        ),
        overall=collect(
            "results/{review}/exchange/outcomes/{outcome}.analyses.csv",
            review=this_review,
            outcome=outcomes,
        ),
        pooled="results/{review}/pooling/pooled.csv",
        studies=optional_file("studies"),
        risk_of_bias=where_file("risk_of_bias", "appraisal/risk_of_bias.json"),
        script=templates("exchange/reproduce.R"),
    output:
        script="results/{review}/exchange/reproduce.R",
        wide="results/{review}/exchange/metafor.csv",
        settings="results/{review}/exchange/settings.csv",
        expected="results/{review}/exchange/expected.csv",
        rows="results/{review}/exchange/revman/{review}-data-rows.csv",
        overall="results/{review}/exchange/revman/{review}-overall-estimates-and-settings.csv",
        studies="results/{review}/exchange/revman/{review}-study-information.csv",
        judgements="results/{review}/exchange/revman/{review}-risk-of-bias.csv",
        robvis="results/{review}/exchange/robvis.csv",
    log:
        "logs/{review}/gather_exchange.log",
    params:
        protocol=exchange_choices,
        code=code("gather_exchange"),
    script:
        "../scripts/gather_exchange.py"
