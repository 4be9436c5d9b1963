"""GRIM and GRIMMER against published examples and against all data sets of small size."""

from collections import defaultdict
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import combinations_with_replacement

import pytest

from metawright.extraction.grim import decimals, grim, grimmer, possible_totals, printed_interval


@pytest.mark.parametrize(
    ("mean", "n", "items", "possible"),
    [
        ("5.19", 28, 1, False),
        ("5.19", 32, 1, True),
        ("5.27", 43, 1, False),
        ("2.84", 16, 2, True),
        ("34.39", 13, 1, False),  # a baseline of the ALS review
        ("34.38", 13, 1, True),
        ("57.14", 13, 1, False),
        ("-1.52", 25, 1, True),
        ("-1.53", 25, 1, False),
        ("0.5", 13, 1, True),
    ],
)
def test_published_examples(mean, n, items, possible):
    assert grim(mean, n, items) == possible


def test_both_ways_of_rounding_a_half_are_possible():
    assert grim("2.12", 8) and grim("2.13", 8)  # 17/8 = 2.125
    assert not grim("2.14", 8)


def test_intervals():
    assert printed_interval("9.20") == (Fraction("9.195"), Fraction("9.205"))
    assert [decimals(text) for text in ("9", "9.20", "-0.125")] == [0, 2, 3]
    assert list(possible_totals("34.4", 10)) == [344]


def printed(value: float, places: int, rounding: str) -> str:
    return str(Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=rounding))


@pytest.mark.parametrize(("n", "high", "places"), [(3, 6, 2), (5, 6, 2), (8, 4, 2), (10, 1, 3), (4, 10, 1)])
def test_data_that_exist_are_never_called_impossible_and_others_mostly_are(n, high, places):
    existing = defaultdict(set)
    for data in combinations_with_replacement(range(high + 1), n):
        total = sum(data)
        variance = Fraction(n * sum(x * x for x in data) - total * total, n * (n - 1))
        for rounding in (ROUND_HALF_UP, ROUND_HALF_EVEN):
            mean = printed(Decimal(total) / n, places, rounding)
            sd = (Decimal(variance.numerator) / variance.denominator).sqrt()
            existing[mean].add(printed(sd, places, rounding))
    wrong = right = 0
    for mean, sds in existing.items():
        assert grim(mean, n)
        for sd in sds:
            assert grimmer(mean, sd, n, 0, high), (mean, sd)
        largest = max(map(float, sds))
        for step in range(0, int(largest * 10**places) + 20, 7):
            sd = f"{step / 10**places:.{places}f}"
            if sd not in sds:
                wrong, right = wrong + grimmer(mean, sd, n, 0, high), right + (not grimmer(mean, sd, n, 0, high))
    assert right > 0
    assert wrong < 0.25 * (wrong + right) or places == 1


def test_a_scale_of_two_values_has_one_sd_for_a_mean():
    """DEBIT: SD² = n / (n - 1) m (1 - m)."""
    assert grimmer("0.30", "0.48", 10, 0, 1)
    assert not grimmer("0.30", "0.49", 10, 0, 1)
    assert not grimmer("0.30", "0.46", 10, 0, 1)


def test_one_person_has_no_sd():
    assert grimmer("3", "9", 1)
