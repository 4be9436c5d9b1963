# How far the trials of one pool differ, with the uncertainty of every statistic.


rule describe_heterogeneity:
    input:
        pool="results/{review}/pooling/{outcome}.{period}.json",
    output:
        heterogeneity="results/{review}/heterogeneity/{outcome}.{period}.json",
    log:
        "logs/{review}/describe_heterogeneity.{outcome}.{period}.log",
    params:
        models=protocol_block("models"),
        code=code("describe_heterogeneity"),
    script:
        "../scripts/describe_heterogeneity.py"


rule compare_periods:
    input:
        effects="results/{review}/effects/{outcome}.effects.csv",
    output:
        periods="results/{review}/heterogeneity/{outcome}.periods.json",
    log:
        "logs/{review}/compare_periods.{outcome}.log",
    params:
        outcome=outcome_choices,
        periods=protocol_block("periods"),
        settings=sensitivity_block("compare_periods"),
        code=code("compare_periods"),
    script:
        "../scripts/compare_periods.py"
