# How far the trials of one pool differ, with the uncertainty of every statistic.


for batch in BATCHES:

    rule:
        name:
            batch.rule("describe_heterogeneity")
        input:
            pool=batch.of_cells("pooling/{outcome}.{period}.json"),
        output:
            heterogeneity=batch.of_cells("heterogeneity/{outcome}.{period}.json"),
        log:
            batch.log("describe_heterogeneity"),
        group:
            batch.group
        params:
            models=of_batch(batch, protocol_block("models")),
            code=code("describe_heterogeneity"),
        script:
            "../scripts/describe_heterogeneity.py"

    rule:
        name:
            batch.rule("compare_periods")
        input:
            effects=batch.of_outcomes("effects/{outcome}.effects.csv"),
        output:
            periods=batch.of_outcomes("heterogeneity/{outcome}.periods.json"),
        log:
            batch.log("compare_periods"),
        group:
            batch.group
        params:
            outcomes=of_outcomes(batch, outcome_choices),
            periods=of_batch(batch, protocol_block("periods")),
            settings=of_batch(batch, sensitivity_block("compare_periods")),
            code=code("compare_periods"),
        script:
            "../scripts/compare_periods.py"
