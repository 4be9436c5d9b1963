"""P values recomputed from arms, as intervals over rounding."""

import pytest

from metawright.extraction.p_values import fits, p_interval, student_and_welch, totals_that_fit

MONTH_3 = (("34.87", "36.39"), ("8.49", "8.01"))


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        ("0.03", (0.025, 0.035)),
        ("P = .0298", (0.02975, 0.02985)),
        ("0,03", (0.025, 0.035)),
        ("<0.05", (0.0, 0.05)),
        ("p>0.05", (0.05, 1.0)),
        ("NS", (0.05, 1.0)),
        ("1.00", (0.995, 1.0)),
        ("2e-05", (2e-05, 2e-05)),
    ],
)
def test_what_a_printed_p_stands_for(text, interval):
    assert p_interval(text) == pytest.approx(interval)


@pytest.mark.parametrize("text", ["", "0.03 to 0.05", "significant", "3", "-0.1"])
def test_what_is_no_p(text):
    assert p_interval(text) is None


@pytest.mark.parametrize(
    ("means", "sds", "low", "high"),
    [
        (("32.8", "28.7"), ("6.5", "7.5"), 0.0231, 0.0324),
        (("27.5", "23.3"), ("7.6", "7.6"), 0.0314, 0.0424),
    ],
)
def test_lunetta(means, sds, low, high):
    student, welch = student_and_welch(means, sds, (30, 30))
    assert student == pytest.approx((low, high), abs=5e-5)
    assert welch == pytest.approx((low, high), abs=2e-4)


def test_exact_against_scipy():
    from scipy.stats import ttest_ind_from_stats

    student, welch = student_and_welch(("34.8700000000", "36.3900000000"), ("8.4900000000", "4.0100000000"), (32, 17))
    for equal, found in ((True, student), (False, welch)):
        exact = ttest_ind_from_stats(34.87, 8.49, 32, 36.39, 4.01, 17, equal_var=equal).pvalue
        assert found[0] <= exact <= found[1]
        assert found == pytest.approx((exact, exact), rel=1e-6)


def test_the_number_of_patients_that_a_p_implies():
    assert not fits(p_interval(".485"), *MONTH_3, (32, 33))
    totals = totals_that_fit(p_interval(".485"), *MONTH_3, (32, 33))
    assert {58, 59} <= set(totals) <= set(range(57, 62))


def test_equal_means_and_no_spread():
    assert student_and_welch(("1.0", "1.0"), ("0", "0"), (5, 5))[0][1] == 1.0
    assert fits((0.995, 1.0), ("33.08", "33.08"), ("9.76", "9.42"), (32, 33))
