# Would the conclusion survive another reasonable choice? Analyses that cost little share the job of their cell.


for batch in BATCHES:

    rule:
        name:
            batch.rule("examine_sensitivity")
        input:
            arms=batch.of_outcomes("extraction/{outcome}.arms.csv"),
            effects=batch.of_outcomes("effects/{outcome}.effects.csv"),
        output:
            leave_one_out=batch.of_cells("sensitivity/{outcome}.{period}.leave_one_out.json"),
            examined=batch.of_cells("sensitivity/{outcome}.{period}.json"),
        log:
            batch.log("examine_sensitivity"),
        group:
            batch.group
        params:
            outcomes=of_outcomes(batch, outcome_scale),
            cells=batch.cells,
            models=of_batch(batch, protocol_block("models")),
            contaminated=of_batch(batch, protocol_block("contaminated")),
            settings=of_batch(batch, sensitivity_block("examine_sensitivity")),
            studies=of_outcomes(batch, study_properties),
            code=code("examine_sensitivity"),
        script:
            "../scripts/examine_sensitivity.py"

    rule:
        name:
            batch.rule("multiverse")
        input:
            arms=batch.of_outcomes("extraction/{outcome}.arms.csv"),
            risk_of_bias=of_batch(batch, where_file("risk_of_bias", "appraisal/risk_of_bias.json")),
        output:
            multiverse=batch.of_outcomes("sensitivity/{outcome}.multiverse.json"),
            specifications=batch.of_outcomes("sensitivity/{outcome}.specifications.csv"),
        log:
            batch.log("multiverse"),
        group:
            batch.group
        params:
            outcomes=of_outcomes(batch, outcome_choices),
            periods=of_batch(batch, protocol_block("periods")),
            rules=of_batch(batch, effect_rules),
            designs=of_outcomes(batch, designs),
            models=of_batch(batch, protocol_block("models")),
            grades=of_batch(batch, grade_rule),
            settings=of_batch(batch, sensitivity_block("multiverse")),
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
        csv=shown("results/{review}/sensitivity/verdicts.csv", "verdicts_table", "Verdicts"),
        json="results/{review}/sensitivity/verdicts.json",
    log:
        "logs/{review}/gather_verdicts.log",
    params:
        settings=sensitivity_block("gather_verdicts"),
        labels=study_labels,
        code=code("gather_verdicts"),
    script:
        "../scripts/gather_verdicts.py"
