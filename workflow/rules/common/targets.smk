# What a build makes.


def targets(wildcards):
    """What a finished review consists of."""
    made = ["pooling/pooled.csv", "audit/findings.csv", "exchange/reproduce.R"]
    made += ["appraisal/screening.json", "appraisal/certainty.json"]
    made += ["report/results.json", "report/report.html", "report/report.tex"]
    twice = [name for name, review in REVIEWS.items() if "second_extraction" in review.files]
    return [
        *(f"results/{name}/{file}" for name in REVIEWS for file in made),
        *(f"results/{name}/report/report.pdf" for name in REVIEWS if has_pdf(REVIEWS[name])),
        *(f"results/{name}/report/report.docx" for name in REVIEWS if has_docx(REVIEWS[name])),
        *(f"results/{name}/extraction/agreement.json" for name in twice),
        *(path for review in REVIEWS.values() for path in outcome_pages(review)),
    ]


def has_pdf(review):
    """Whether the report of a review is typeset."""
    return wants_pdf(CHOICES["pdf"], review.large)


def has_docx(review):
    """Whether a review has a copy for Word."""
    return wants_docx(CHOICES["docx"], review.large)


def review_targets(wildcards):
    """What the one finished review consists of."""
    return [path for path in targets(wildcards) if path.startswith(f"results/{wildcards.review}/")]
