# Figures: vector and raster, each with a text alternative and the table of its numbers.


rule plot_forest:
    input:
        arms="results/{review}/extraction/{outcome}.arms.csv",
        effects="results/{review}/effects/{outcome}.effects.csv",
        inputs="results/{review}/effects/{outcome}.inputs.csv",
        pools=collect(
            "results/{review}/pooling/{outcome}.{period}.json",
            review=this_review,
            outcome=this_outcome,
            period=periods,
        ),
        awaiting=optional_file("awaiting"),
        claims=optional_file("claims"),
        studies=optional_file("studies"),
        risk_of_bias=where_file("risk_of_bias", "appraisal/risk_of_bias.json"),
    output:
        svg="results/{review}/figures/forest.{outcome}.svg",
        pdf="results/{review}/figures/forest.{outcome}.pdf",
        png="results/{review}/figures/forest.{outcome}.png",
        txt="results/{review}/figures/forest.{outcome}.txt",
        csv="results/{review}/figures/forest.{outcome}.csv",
    log:
        "logs/{review}/plot_forest.{outcome}.log",
    params:
        outcome=outcome_block,
        periods=protocol_block("periods"),
        arms=protocol_block("arms"),
        model=headline_model("protocol"),
        recommended=headline_model("recommended"),
        preset=preset_name,
        code=code("plot_forest"),
    script:
        "../scripts/plot_forest.py"


rule plot_risk_of_bias:
    input:
        risk_of_bias="results/{review}/appraisal/risk_of_bias.json",
    output:
        svg="results/{review}/figures/risk_of_bias.svg",
        pdf="results/{review}/figures/risk_of_bias.pdf",
        png="results/{review}/figures/risk_of_bias.png",
        txt="results/{review}/figures/risk_of_bias.txt",
        csv="results/{review}/figures/risk_of_bias.csv",
    log:
        "logs/{review}/plot_risk_of_bias.log",
    params:
        code=code("plot_risk_of_bias"),
    script:
        "../scripts/plot_risk_of_bias.py"


rule plot_sensitivity:
    input:
        leave_one_out="results/{review}/sensitivity/{outcome}.{period}.leave_one_out.json",
        examined="results/{review}/sensitivity/{outcome}.{period}.json",
        multiverse="results/{review}/sensitivity/{outcome}.multiverse.json",
    output:
        **drawn(
            "sensitivity.{outcome}.{period}",
            "posterior.{outcome}.{period}",
        ),
    log:
        "logs/{review}/plot_sensitivity.{outcome}.{period}.log",
    params:
        outcome=outcome_block,
        period=period_block,
        arms=protocol_block("arms"),
        labels=study_labels,
        code=code("plot_sensitivity"),
    script:
        "../scripts/plot_sensitivity.py"


rule plot_refits:
    input:
        leave_one_out="results/{review}/sensitivity/{outcome}.{period}.leave_one_out.json",
        examined="results/{review}/sensitivity/{outcome}.{period}.json",
    output:
        **drawn(
            "influence.{outcome}.{period}",
            "baujat.{outcome}.{period}",
            "cumulative.{outcome}.{period}",
            "gosh.{outcome}.{period}",
        ),
    log:
        "logs/{review}/plot_refits.{outcome}.{period}.log",
    params:
        outcome=outcome_block,
        period=period_block,
        arms=protocol_block("arms"),
        labels=study_labels,
        code=code("plot_refits"),
    script:
        "../scripts/plot_refits.py"


rule plot_funnel:
    input:
        leave_one_out="results/{review}/sensitivity/{outcome}.{period}.leave_one_out.json",
        examined="results/{review}/sensitivity/{outcome}.{period}.json",
    output:
        **drawn("funnel.{outcome}.{period}"),
    log:
        "logs/{review}/plot_funnel.{outcome}.{period}.log",
    params:
        outcome=outcome_block,
        period=period_block,
        arms=protocol_block("arms"),
        labels=study_labels,
        code=code("plot_funnel"),
    script:
        "../scripts/plot_funnel.py"


rule plot_missing_data:
    input:
        leave_one_out="results/{review}/sensitivity/{outcome}.{period}.leave_one_out.json",
        examined="results/{review}/sensitivity/{outcome}.{period}.json",
    output:
        **drawn("missing_data.{outcome}.{period}"),
    log:
        "logs/{review}/plot_missing_data.{outcome}.{period}.log",
    params:
        outcome=outcome_block,
        period=period_block,
        arms=protocol_block("arms"),
        labels=study_labels,
        code=code("plot_missing_data"),
    script:
        "../scripts/plot_missing_data.py"


rule plot_periods:
    input:
        periods="results/{review}/heterogeneity/{outcome}.periods.json",
        pools=collect(
            "results/{review}/pooling/{outcome}.{period}.json",
            review=this_review,
            outcome=this_outcome,
            period=periods,
        ),
    output:
        **drawn("periods.{outcome}"),
    log:
        "logs/{review}/plot_periods.{outcome}.log",
    params:
        outcome=outcome_block,
        periods=protocol_block("periods"),
        arms=protocol_block("arms"),
        labels=study_labels,
        code=code("plot_periods"),
    script:
        "../scripts/plot_periods.py"


rule plot_verdicts:
    input:
        verdicts="results/{review}/sensitivity/verdicts.json",
    output:
        **drawn("verdicts"),
    log:
        "logs/{review}/plot_verdicts.log",
    params:
        outcomes=protocol_block("outcomes"),
        periods=protocol_block("periods"),
        arms=protocol_block("arms"),
        labels=study_labels,
        code=code("plot_verdicts"),
    script:
        "../scripts/plot_verdicts.py"


rule plot_claims:
    input:
        claims_check="results/{review}/audit/claims_check.json",
    output:
        **drawn("claims"),
    log:
        "logs/{review}/plot_claims.log",
    params:
        outcomes=protocol_block("outcomes"),
        periods=protocol_block("periods"),
        arms=protocol_block("arms"),
        labels=study_labels,
        code=code("plot_claims"),
    script:
        "../scripts/plot_claims.py"


rule plot_prisma_flow:
    input:
        screening="results/{review}/appraisal/screening.json",
    output:
        svg="results/{review}/figures/prisma_flow.svg",
        pdf="results/{review}/figures/prisma_flow.pdf",
        png="results/{review}/figures/prisma_flow.png",
        txt="results/{review}/figures/prisma_flow.txt",
        csv="results/{review}/figures/prisma_flow.csv",
    log:
        "logs/{review}/plot_prisma_flow.log",
    params:
        code=code("plot_prisma_flow"),
    script:
        "../scripts/plot_prisma_flow.py"


rule plot_risk_of_bias_weights:
    input:
        certainty="results/{review}/appraisal/certainty.json",
    output:
        svg="results/{review}/figures/risk_of_bias_weights.svg",
        pdf="results/{review}/figures/risk_of_bias_weights.pdf",
        png="results/{review}/figures/risk_of_bias_weights.png",
        txt="results/{review}/figures/risk_of_bias_weights.txt",
        csv="results/{review}/figures/risk_of_bias_weights.csv",
    log:
        "logs/{review}/plot_risk_of_bias_weights.log",
    params:
        model=headline_model("protocol"),
        code=code("plot_risk_of_bias_weights"),
    script:
        "../scripts/plot_risk_of_bias_weights.py"
