# extraction.csv -> one clean line per raw row, and a log of what was cleaned.
# Each outcome has a chain of its own from here on: the raw file is `ancient`, and the digest
# of the outcome's rows, and of what was decided about the file, says what runs again.


for batch in BATCHES:

    rule:
        name:
            batch.rule("clean_extraction")
        input:
            extraction=ancient(of_batch(batch, extraction_file)),
            adjudication=ancient(of_batch(batch, optional_file("adjudication"))),
        output:
            arms=batch.of_outcomes("extraction/{outcome}.arms.csv"),
            log=batch.of_outcomes("extraction/{outcome}.cleaning_log.csv"),
        log:
            batch.log("clean_extraction"),
        group:
            batch.group
        params:
            rows=of_outcomes(batch, outcome_rows),
            outcomes=of_outcomes(batch, outcome_words),
            periods=of_batch(batch, protocol_block("periods")),
            arms=of_batch(batch, protocol_block("arms")),
            clock=of_batch(batch, protocol_block("clock")),
            cleaning=of_batch(batch, protocol_block("cleaning")),
            designs=of_outcomes(batch, designs),
            code=code("clean_extraction"),
        script:
            "../scripts/clean_extraction.py"


rule gather_extraction:
    input:
        arms=collect(
            "results/{review}/extraction/{outcome}.arms.csv",
            review=this_review,
            outcome=outcomes,
        ),
        log=collect(
            "results/{review}/extraction/{outcome}.cleaning_log.csv",
            review=this_review,
            outcome=outcomes,
        ),
    output:
        arms="results/{review}/extraction/arms.csv",
        log="results/{review}/extraction/cleaning_log.csv",
    log:
        "logs/{review}/gather_extraction.log",
    params:
        code=code("gather_extraction"),
    script:
        "../scripts/gather_extraction.py"


rule reconcile_extractions:
    # Made where a second person extracted; conflicts that nobody decided stop the build before any job. It is about
    # the rows of all outcomes, so that the files themselves say when it runs again.
    input:
        extraction=extraction_file,
        second_extraction=optional_file("second_extraction"),
        adjudication=optional_file("adjudication"),
    output:
        conflicts="results/{review}/extraction/conflicts.csv",
        agreement="results/{review}/extraction/agreement.json",
    log:
        "logs/{review}/reconcile_extractions.log",
    params:
        rows=all_rows,
        outcomes=all_outcome_words,
        periods=protocol_block("periods"),
        arms=protocol_block("arms"),
        clock=protocol_block("clock"),
        cleaning=protocol_block("cleaning"),
        treatment=treatment_months,
        code=code("reconcile_extractions"),
    script:
        "../scripts/reconcile_extractions.py"
