# What cannot be, or hardly be, among the numbers; and what a review published, held against itself and its trials.


rule audit_extraction:
    input:
        extraction=extraction_file,
        adjudication=optional_file("adjudication"),
    output:
        findings="results/{review}/audit/numbers.csv",
    log:
        "logs/{review}/audit_extraction.log",
    params:
        outcomes=outcome_facts,
        periods=protocol_block("periods"),
        arms=protocol_block("arms"),
        clock=protocol_block("clock"),
        cleaning=protocol_block("cleaning"),
        imputation=protocol_block("imputation"),
        treatment=treatment_months,
        code=code("audit_extraction"),
    script:
        "../scripts/audit_extraction.py"


rule audit_claims:
    input:
        **{name: optional_file(name) for name in AUDIT_TABLES},
        extraction=extraction_file,
        numbers="results/{review}/audit/numbers.csv",
        pools=collect(
            "results/{review}/pooling/{outcome}.{period}.json",
            review=this_review,
            outcome=outcomes,
            period=periods,
        ),
        screening=optional_file("screening"),
    output:
        findings=shown("results/{review}/audit/findings.csv", "findings", "Audit findings"),
        audit="results/{review}/audit/audit.json",
        claims_check="results/{review}/audit/claims_check.csv",
        comparison="results/{review}/audit/claims_check.json",
        # derived from published pools, never data: no rule of another stage has it among its inputs
        feasible="results/{review}/reconstruction/feasible.json",
    log:
        "logs/{review}/audit_claims.log",
    params:
        protocol=audited_protocol,
        treatment=treatment_months,
        tables=AUDIT_TABLES,
        code=code("audit_claims"),
    script:
        "../scripts/audit_claims.py"
