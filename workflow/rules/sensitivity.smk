# Does the result of one pool survive a change of its trials or of its method?


rule leave_one_out:
    input:
        arms="results/{review}/extraction/{outcome}.arms.csv",
        effects="results/{review}/effects/{outcome}.effects.csv",
    output:
        leave_one_out="results/{review}/sensitivity/{outcome}.{period}.leave_one_out.json",
    log:
        "logs/{review}/leave_one_out.{outcome}.{period}.log",
    params:
        outcome=outcome_choices,
        models=protocol_block("models"),
        contaminated=protocol_block("contaminated"),
        code=code("leave_one_out"),
    script:
        "../scripts/leave_one_out.py"
