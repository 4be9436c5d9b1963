# Would the conclusion survive another reasonable choice? Analyses that cost little share the job of their cell.


rule examine_sensitivity:
    input:
        arms="results/{review}/extraction/{outcome}.arms.csv",
        effects="results/{review}/effects/{outcome}.effects.csv",
    output:
        leave_one_out="results/{review}/sensitivity/{outcome}.{period}.leave_one_out.json",
        examined="results/{review}/sensitivity/{outcome}.{period}.json",
    log:
        "logs/{review}/examine_sensitivity.{outcome}.{period}.log",
    params:
        outcome=outcome_scale,
        models=protocol_block("models"),
        contaminated=protocol_block("contaminated"),
        settings=sensitivity_block("examine_sensitivity"),
        studies=study_properties,
        code=code("examine_sensitivity"),
    script:
        "../scripts/examine_sensitivity.py"


rule multiverse:
    input:
        arms="results/{review}/extraction/{outcome}.arms.csv",
        risk_of_bias=where_file("risk_of_bias", "appraisal/risk_of_bias.json"),
    output:
        multiverse="results/{review}/sensitivity/{outcome}.multiverse.json",
        specifications="results/{review}/sensitivity/{outcome}.specifications.csv",
    log:
        "logs/{review}/multiverse.{outcome}.log",
    params:
        outcome=outcome_choices,
        periods=protocol_block("periods"),
        rules=effect_rules,
        designs=designs,
        models=protocol_block("models"),
        grades=grade_rule,
        settings=sensitivity_block("multiverse"),
        code=code("multiverse"),
    script:
        "../scripts/multiverse.py"


rule gather_verdicts:
    input:
        pools=every_cell("pooling/{outcome}.{period}.json"),
        leave_one_out=every_cell("sensitivity/{outcome}.{period}.leave_one_out.json"),
        examined=every_cell("sensitivity/{outcome}.{period}.json"),
        multiverses=every_outcome("sensitivity/{outcome}.multiverse.json"),
    output:
        csv="results/{review}/sensitivity/verdicts.csv",
        json="results/{review}/sensitivity/verdicts.json",
    log:
        "logs/{review}/gather_verdicts.log",
    params:
        settings=sensitivity_block("gather_verdicts"),
        labels=study_labels,
        code=code("gather_verdicts"),
    script:
        "../scripts/gather_verdicts.py"
