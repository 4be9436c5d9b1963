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


def cells_with(least):
    """The batches with the cells that have figures of their own and may have *least* trials or more.

    How many there are at most is known when the review is read.
    """
    return parts(
        lambda batch: [
            cell
            for cell in batch.cells
            if shows_cells(REVIEWS[batch.review])
            and REVIEWS[batch.review].most.get(cell, 0) >= least
        ]
    )


def cells_with_missing():
    """The batches with the cells that have figures of their own and of which missing participants are known."""
    return parts(
        lambda batch: (REVIEWS[batch.review].counted if shows_cells(REVIEWS[batch.review]) else [])
    )


def outcomes_over_time():
    """The batches with the outcomes that have results in several periods."""
    return parts(
        lambda batch: [cell for cell in batch.cells if several(REVIEWS[batch.review], cell[0])]
    )


def several(review, outcome):
    """Whether an outcome may have results in more than one period."""
    return sum(bool(review.most.get((outcome, period))) for period in review.periods) > 1
