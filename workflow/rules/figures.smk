# Figures: vector and raster, each with a text alternative and the table of its numbers.


for batch in batches_drawn_by("plot_forest"):

    rule:
        name:
            batch.rule("plot_forest")
        input:
            arms=batch.of_outcomes("extraction/{outcome}.arms.csv"),
            effects=batch.of_outcomes("effects/{outcome}.effects.csv"),
            inputs=batch.of_outcomes("effects/{outcome}.inputs.csv"),
            pools=batch.of_cells("pooling/{outcome}.{period}.json"),
            awaiting=of_batch(batch, optional_file("awaiting")),
            claims=of_batch(batch, optional_file("claims")),
            studies=of_batch(batch, optional_file("studies")),
            risk_of_bias=of_batch(batch, where_file("risk_of_bias", "appraisal/risk_of_bias.json")),
        output:
            **outcome_figures(batch, "plot_forest"),
        log:
            batch.log("plot_forest"),
        group:
            batch.group
        params:
            outcomes=of_outcomes(batch, outcome_block),
            periods=of_batch(batch, protocol_block("periods")),
            arms=of_batch(batch, protocol_block("arms")),
            model=of_batch(batch, headline_model("protocol")),
            recommended=of_batch(batch, headline_model("recommended")),
            preset=of_batch(batch, preset_name),
            figures=modules("plot_forest"),
            code=code("plot_forest"),
        script:
            "../scripts/plot_forest.py"


rule plot_labbe:
    input:
        arms="results/{review}/extraction/{outcome}.arms.csv",
        inputs="results/{review}/effects/{outcome}.inputs.csv",
        pools=collect(
            "results/{review}/pooling/{outcome}.{period}.json",
            review=this_review,
            outcome=this_outcome,
            period=periods,
        ),
    output:
        **drawn("plot_labbe", ".{outcome}"),
    log:
        "logs/{review}/plot_labbe.{outcome}.log",
    params:
        outcome=outcome_block,
        periods=protocol_block("periods"),
        arms=protocol_block("arms"),
        model=headline_model("protocol"),
        labels=study_labels,
        preset=preset_name,
        figures=modules("plot_labbe"),
        code=code("plot_labbe"),
    script:
        "../scripts/plot_labbe.py"


rule plot_risk_of_bias:
    input:
        risk_of_bias="results/{review}/appraisal/risk_of_bias.json",
    output:
        **drawn("plot_risk_of_bias"),
    log:
        "logs/{review}/plot_risk_of_bias.log",
    params:
        figures=modules("plot_risk_of_bias"),
        code=code("plot_risk_of_bias"),
    script:
        "../scripts/plot_risk_of_bias.py"


for batch in batches_drawn_by("plot_sensitivity"):

    rule:
        name:
            batch.rule("plot_sensitivity")
        input:
            leave_one_out=batch.of_cells("sensitivity/{outcome}.{period}.leave_one_out.json"),
            examined=batch.of_cells("sensitivity/{outcome}.{period}.json"),
            multiverse=batch.of_cells("sensitivity/{outcome}.multiverse.json"),
        output:
            **cell_figures(batch, "plot_sensitivity"),
        log:
            batch.log("plot_sensitivity"),
        group:
            batch.group
        params:
            cells=batch.cells,
            outcomes=of_cells(batch, outcome_block),
            periods=of_cells(batch, period_block),
            arms=of_batch(batch, protocol_block("arms")),
            labels=of_batch(batch, study_labels),
            figures=modules("plot_sensitivity"),
            code=code("plot_sensitivity"),
        script:
            "../scripts/plot_sensitivity.py"


for batch in batches_drawn_by("plot_refits"):

    rule:
        name:
            batch.rule("plot_refits")
        input:
            leave_one_out=batch.of_cells("sensitivity/{outcome}.{period}.leave_one_out.json"),
            examined=batch.of_cells("sensitivity/{outcome}.{period}.json"),
        output:
            **cell_figures(batch, "plot_refits"),
        log:
            batch.log("plot_refits"),
        group:
            batch.group
        params:
            cells=batch.cells,
            outcomes=of_cells(batch, outcome_block),
            periods=of_cells(batch, period_block),
            arms=of_batch(batch, protocol_block("arms")),
            labels=of_batch(batch, study_labels),
            figures=modules("plot_refits"),
            code=code("plot_refits"),
        script:
            "../scripts/plot_refits.py"


for batch in batches_drawn_by("plot_funnel"):

    rule:
        name:
            batch.rule("plot_funnel")
        input:
            leave_one_out=batch.of_cells("sensitivity/{outcome}.{period}.leave_one_out.json"),
            examined=batch.of_cells("sensitivity/{outcome}.{period}.json"),
        output:
            **cell_figures(batch, "plot_funnel"),
        log:
            batch.log("plot_funnel"),
        group:
            batch.group
        params:
            cells=batch.cells,
            outcomes=of_cells(batch, outcome_block),
            periods=of_cells(batch, period_block),
            arms=of_batch(batch, protocol_block("arms")),
            labels=of_batch(batch, study_labels),
            figures=modules("plot_funnel"),
            code=code("plot_funnel"),
        script:
            "../scripts/plot_funnel.py"


rule plot_bubble:
    input:
        leave_one_out="results/{review}/sensitivity/{outcome}.{period}.leave_one_out.json",
        examined="results/{review}/sensitivity/{outcome}.{period}.json",
    output:
        **drawn("plot_bubble", ".{outcome}.{period}"),
    log:
        "logs/{review}/plot_bubble.{outcome}.{period}.log",
    params:
        outcome=outcome_block,
        period=period_block,
        arms=protocol_block("arms"),
        labels=study_labels,
        figures=modules("plot_bubble"),
        code=code("plot_bubble"),
    script:
        "../scripts/plot_bubble.py"


for batch in batches_drawn_by("plot_missing_data"):

    rule:
        name:
            batch.rule("plot_missing_data")
        input:
            leave_one_out=batch.of_cells("sensitivity/{outcome}.{period}.leave_one_out.json"),
            examined=batch.of_cells("sensitivity/{outcome}.{period}.json"),
        output:
            **cell_figures(batch, "plot_missing_data"),
        log:
            batch.log("plot_missing_data"),
        group:
            batch.group
        params:
            cells=batch.cells,
            outcomes=of_cells(batch, outcome_block),
            periods=of_cells(batch, period_block),
            arms=of_batch(batch, protocol_block("arms")),
            labels=of_batch(batch, study_labels),
            figures=modules("plot_missing_data"),
            code=code("plot_missing_data"),
        script:
            "../scripts/plot_missing_data.py"


for batch in batches_drawn_by("plot_periods"):

    rule:
        name:
            batch.rule("plot_periods")
        input:
            periods=batch.of_outcomes("heterogeneity/{outcome}.periods.json"),
            pools=batch.of_cells("pooling/{outcome}.{period}.json"),
        output:
            **outcome_figures(batch, "plot_periods"),
        log:
            batch.log("plot_periods"),
        group:
            batch.group
        params:
            outcomes=of_outcomes(batch, outcome_block),
            periods=of_batch(batch, protocol_block("periods")),
            arms=of_batch(batch, protocol_block("arms")),
            labels=of_batch(batch, study_labels),
            figures=modules("plot_periods"),
            code=code("plot_periods"),
        script:
            "../scripts/plot_periods.py"


rule plot_verdicts:
    input:
        verdicts="results/{review}/sensitivity/verdicts.json",
    output:
        **drawn("plot_verdicts"),
    log:
        "logs/{review}/plot_verdicts.log",
    params:
        outcomes=protocol_block("outcomes"),
        periods=protocol_block("periods"),
        arms=protocol_block("arms"),
        labels=study_labels,
        figures=modules("plot_verdicts"),
        code=code("plot_verdicts"),
    script:
        "../scripts/plot_verdicts.py"


rule plot_claims:
    input:
        claims_check="results/{review}/audit/claims_check.json",
    output:
        **drawn("plot_claims"),
    log:
        "logs/{review}/plot_claims.log",
    params:
        outcomes=protocol_block("outcomes"),
        periods=protocol_block("periods"),
        arms=protocol_block("arms"),
        labels=study_labels,
        figures=modules("plot_claims"),
        code=code("plot_claims"),
    script:
        "../scripts/plot_claims.py"


rule plot_prisma_flow:
    input:
        screening="results/{review}/appraisal/screening.json",
    output:
        **drawn("plot_prisma_flow"),
    log:
        "logs/{review}/plot_prisma_flow.log",
    params:
        figures=modules("plot_prisma_flow"),
        code=code("plot_prisma_flow"),
    script:
        "../scripts/plot_prisma_flow.py"


rule plot_risk_of_bias_weights:
    input:
        certainty="results/{review}/appraisal/certainty.json",
    output:
        **drawn("plot_risk_of_bias_weights"),
    log:
        "logs/{review}/plot_risk_of_bias_weights.log",
    params:
        model=headline_model("protocol"),
        figures=modules("plot_risk_of_bias_weights"),
        code=code("plot_risk_of_bias_weights"),
    script:
        "../scripts/plot_risk_of_bias_weights.py"
