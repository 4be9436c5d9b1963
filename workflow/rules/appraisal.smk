# Judgements on the trials, on how they were found, and on what they show together.


rule risk_of_bias:
    input:
        risk_of_bias=optional_file("risk_of_bias"),
        studies=optional_file("studies"),
    output:
        risk_of_bias="results/{review}/appraisal/risk_of_bias.json",
    log:
        "logs/{review}/risk_of_bias.log",
    params:
        appraisal=protocol_block("appraisal"),
        code=code("risk_of_bias"),
    script:
        "../scripts/risk_of_bias.py"


rule screening_flow:
    input:
        screening=optional_file("screening"),
        studies=optional_file("studies"),
        awaiting=optional_file("awaiting"),
        pools=collect(
            "results/{review}/pooling/{outcome}.{period}.json",
            review=this_review,
            outcome=outcomes,
            period=periods,
        ),
    output:
        screening="results/{review}/appraisal/screening.json",
    log:
        "logs/{review}/screening_flow.log",
    params:
        files=optional_files,
        code=code("screening_flow"),
    script:
        "../scripts/screening_flow.py"


rule certainty:
    input:
        pools=collect(
            "results/{review}/pooling/{outcome}.{period}.json",
            review=this_review,
            outcome=outcomes,
            period=periods,
        ),
        examined=collect(
            "results/{review}/sensitivity/{outcome}.{period}.json",
            review=this_review,
            outcome=outcomes,
            period=periods,
        ),
        risk_of_bias=where_file("risk_of_bias", "appraisal/risk_of_bias.json"),
        studies=optional_file("studies"),
        statements=optional_file("statements"),
        awaiting=optional_file("awaiting"),
        decisions=optional_file("certainty"),
        inputs=collect(
            "results/{review}/effects/{outcome}.inputs.csv",
            review=this_review,
            outcome=outcomes,
        ),
    output:
        certainty="results/{review}/appraisal/certainty.json",
        summary=shown(
            "results/{review}/appraisal/summary_of_findings.csv",
            "summary_of_findings",
            "Summary of findings",
        ),
    log:
        "logs/{review}/certainty.log",
    params:
        protocol=rated_protocol,
        thresholds=certainty_thresholds,
        code=code("certainty"),
    script:
        "../scripts/certainty.py"
