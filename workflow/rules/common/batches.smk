# Outcomes that share jobs. A rule of the chain from rows to figures is declared once per batch of outcomes, for a rule
# with wildcards could not say which periods its review has; its name ends in those of the review and the batch.
from types import SimpleNamespace

BATCHES = [
    batch
    for review in REVIEWS.values()
    for batch in batches(review.name, review.outcomes, review.periods)
]


def of_batch(batch, choose):
    """What a function of the wildcard `review` gives for a batch."""
    return choose(SimpleNamespace(review=batch.review))


def of_review(review, choose):
    """What a function of the wildcard `review` gives for a review."""
    return choose(SimpleNamespace(review=review.name))


def of_outcomes(batch, choose):
    """What a function of the wildcards `review` and `outcome` gives for each outcome of a batch."""
    return [
        choose(SimpleNamespace(review=batch.review, outcome=outcome)) for outcome in batch.outcomes
    ]


def of_cells(batch, choose):
    """What a function of the wildcards `review`, `outcome` and `period` gives for each cell of a batch."""
    return [
        choose(SimpleNamespace(review=batch.review, outcome=outcome, period=period))
        for outcome, period in batch.cells
    ]


def parts(cells):
    """The batches with those cells alone that *cells* names, given a batch; without those that have none."""
    found = [batch.only(cells(batch)) for batch in BATCHES]
    return [batch for batch in found if batch.cells]


def batches_drawn_by(step):
    """The batches with the outcomes or cells of which a step may draw a figure.

    How many trials they have at most is known when the review is read.
    """
    return parts(
        lambda batch: [cell for cell in batch.cells if draws(step, REVIEWS[batch.review], *cell)]
    )


def draws(step, review, outcome, period):
    """Whether a step may draw a figure of a cell, or of its outcome."""
    return any(
        (one.main or shows_cells(review))
        and one.possible(known_of(review, outcome, period if one.of is Of.CELL else ""))
        for one in drawn_by(step)
    )
