# Judgements on the trials.


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
