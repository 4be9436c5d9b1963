# Everything that was found, as one document for programs and three for people.


rule gather_results:
    input:
        arms="results/{review}/extraction/arms.csv",
        cleaning_log="results/{review}/extraction/cleaning_log.csv",
        effects="results/{review}/effects/effects.csv",
        pools=every_cell("pooling/{outcome}.{period}.json"),
        heterogeneity=every_cell("heterogeneity/{outcome}.{period}.json"),
        leave_one_out=every_cell("sensitivity/{outcome}.{period}.leave_one_out.json"),
        examined=every_cell("sensitivity/{outcome}.{period}.json"),
        multiverses=every_outcome("sensitivity/{outcome}.multiverse.json"),
        compared=every_outcome("heterogeneity/{outcome}.periods.json"),
        verdicts="results/{review}/sensitivity/verdicts.json",
        risk_of_bias=where_file("risk_of_bias", "appraisal/risk_of_bias.json"),
        studies=optional_file("studies"),
        awaiting=optional_file("awaiting"),
        claims=optional_file("claims"),
        citations=optional_file("citations"),
        screening=optional_file("screening"),
        # the digest of the rows below says when the file itself matters
        extraction=ancient(extraction_file),
        recovered="results/{review}/effects/recovered.csv",
        choices="results/{review}/effects/choices.csv",
        inputs="results/{review}/effects/inputs.csv",
        findings="results/{review}/audit/numbers.csv",
        conflicts=where_file("second_extraction", "extraction/conflicts.csv"),
        agreement=where_file("second_extraction", "extraction/agreement.json"),
        audit="results/{review}/audit/audit.json",
        claims_check="results/{review}/audit/claims_check.json",
        feasible="results/{review}/reconstruction/feasible.json",
        flow="results/{review}/appraisal/screening.json",
        certainty="results/{review}/appraisal/certainty.json",
        own_configuration=own_configuration,
    output:
        results="results/{review}/report/results.json",
    log:
        "logs/{review}/gather_results.log",
    params:
        review=this_review,
        protocol=protocol,
        rows=all_rows,
        code=code("gather_results"),
    script:
        "../scripts/gather_results.py"


rule what_changed:
    input:
        results="results/{review}/report/results.json",
        previous=previous_results,
    output:
        changes="results/{review}/report/changes.json",
    log:
        "logs/{review}/what_changed.log",
    params:
        code=code("what_changed"),
    script:
        "../scripts/what_changed.py"


rule render_html:
    # Of a large review the front page.
    input:
        results="results/{review}/report/results.json",
        changes=where_previous("report/changes.json"),
        templates=templates("report.html.j2", "html/*.j2", "html/*.js"),
        figures=page_figures("svg"),
        alt_texts=page_figures("txt"),
        # what the page offers for download beside its own tables and figures
        files=offered_files,
    output:
        html=shown("results/{review}/report/report.html", "page", "Report", group="Report"),
    log:
        "logs/{review}/render_html.log",
    params:
        split=lambda wildcards: REVIEWS[wildcards.review].large,
        code=code("render_html"),
    script:
        "../scripts/render_html.py"


# The pages of the outcomes of a large review, which its front page links to.
for review in filter(lambda review: review.large, REVIEWS.values()):

    rule:
        name:
            f"render_outcomes.{review.name}"
        input:
            results=f"results/{review.name}/report/results.json",
            changes=of_review(review, where_previous("report/changes.json")),
            templates=templates("report.html.j2", "html/*.j2", "html/*.js"),
            figures=of_review(review, outcome_page_figures("svg")),
            alt_texts=of_review(review, outcome_page_figures("txt")),
        output:
            pages=[
                shown(path, "page_of_outcome", "Outcome", "Report", review.name, outcome=key)
                for key, path in zip(review.outcomes, outcome_pages(review))
            ],
        log:
            f"logs/{review.name}/render_outcomes.log",
        localrule: True
        params:
            outcomes=review.outcomes,
            code=code("render_outcomes"),
        script:
            "../scripts/render_outcomes.py"


rule render_latex:
    input:
        results="results/{review}/report/results.json",
        templates=templates("report.tex.j2", "latex/*.j2"),
        figures=figures("pdf"),
        alt_texts=figures("txt"),
    output:
        tex="results/{review}/report/report.tex",
        bib="results/{review}/report/report.bib",
    log:
        "logs/{review}/render_latex.log",
    params:
        code=code("render_latex"),
    script:
        "../scripts/render_latex.py"


rule compile_docx:
    input:
        results="results/{review}/report/results.json",
        templates=templates("report.word.j2", "word/*.j2"),
        figures=figures("png"),
        alt_texts=figures("txt"),
    output:
        docx="results/{review}/report/report.docx",
    log:
        "logs/{review}/compile_docx.log",
    params:
        code=code("compile_docx"),
    script:
        "../scripts/compile_docx.py"


rule compile_pdf:
    input:
        tex="results/{review}/report/report.tex",
        figures=figures("pdf"),
    output:
        pdf="results/{review}/report/report.pdf",
    log:
        "logs/{review}/compile_pdf.log",
    params:
        code=code("compile_pdf"),
    script:
        "../scripts/compile_pdf.py"
