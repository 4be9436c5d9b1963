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
