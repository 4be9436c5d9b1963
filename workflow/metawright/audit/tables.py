"""The tables of a review folder that the audit reads."""

#: Tables of the review folder that the audit reads; those that are absent are empty.
TABLES = (
    "claims", "citations", "studies", "statements", "trial_reports", "other_reviews", "claim_trials", "risk_of_bias",
    "awaiting", "curated_findings",
)  # fmt: skip
