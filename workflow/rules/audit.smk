# What cannot be, or hardly be: shown, never corrected.


rule audit_extraction:
    input:
        extraction=extraction_file,
        adjudication=optional_file("adjudication"),
    output:
        findings="results/{review}/audit/findings.csv",
    log:
        "logs/{review}/audit_extraction.log",
    params:
        outcomes=outcome_facts,
        periods=protocol_block("periods"),
        arms=protocol_block("arms"),
        clock=protocol_block("clock"),
        cleaning=protocol_block("cleaning"),
        treatment=treatment_months,
        code=code("audit_extraction"),
    script:
        "../scripts/audit_extraction.py"
