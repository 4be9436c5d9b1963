"""Rounding and the look of numbers."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metawright.words.numbers import (
    MINUS,
    back_transform,
    effect_decimals,
    format_as_recorded,
    format_ci,
    format_effect,
    format_estimate,
    format_number,
    format_p,
    format_percent,
    null_value,
    p_value,
    preset,
    preset_of,
    round_half_away,
)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (2.675, 2, "2.68"),  # binary rounding gives 2.67
        (0.125, 2, "0.13"),  # half to even gives 0.12
        (-0.125, 2, "−0.13"),
        (-0.004, 2, "0.00"),
        (1e-7, 2, "0.00"),
        (3.0952, 2, "3.10"),
        (1e300, 0, "1" + "0" * 300),
        (5, 1, "5.0"),
    ],
)
def test_rounds_half_away_from_zero_on_the_decimal_representation(value, decimals, text):
    assert format_number(value, decimals) == text


@given(st.floats(-1e9, 1e9), st.integers(0, 6))
def test_rounding_is_odd_and_within_half_a_unit(value, decimals):
    rounded = round_half_away(value, decimals)
    assert round_half_away(-value, decimals) == -rounded
    assert abs(rounded - Decimal(repr(value))) <= Decimal(5).scaleb(-decimals - 1)


@pytest.mark.parametrize(("value", "text"), [(None, "–"), (math.nan, "–"), (math.inf, "∞"), (-math.inf, "−∞")])
def test_missing_and_infinite_numbers(value, text):
    assert format_number(value, 2, missing="–") == text


TIES = st.builds(lambda whole, power: (2 * whole + 1) * 5 / 10**power, st.integers(-(10**8), 10**8), st.integers(1, 8))
NEAR = st.builds(lambda tie, way: math.nextafter(tie, way), TIES, st.sampled_from([-math.inf, math.inf]))


@given(st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.floats(-1e6, 1e6), TIES, NEAR), st.integers(0, 8))
def test_text_is_that_of_decimal_rounding(value, decimals):
    assert format_number(value, decimals).replace(MINUS, "-") == format(round_half_away(value, decimals), "f")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (32.8, "32.8"),
        (9.2, "9.2"),
        (34.0, "34"),
        (32.456789, "32.46"),
        (120.0, "120"),
        (1e22, "1" + "0" * 22),
    ],
)
def test_means_keep_their_recorded_decimals(value, text):
    assert format_as_recorded(value) == text


def test_ratios_are_back_transformed():
    assert format_effect(math.log(1.25), math.log(0.8), math.log(1.953125), "OR") == "1.25 [0.80, 1.95]"
    assert format_ci(math.log(0.5), math.log(2), "RR", style="to") == "0.50 to 2.00"
    assert format_estimate(math.atanh(0.5), "ZCOR") == "0.50"
    assert format_estimate(-1.52, "MD") == "−1.52"
    assert back_transform(1000.0, "OR") == math.inf
    assert back_transform(None, "OR") is None
    assert (null_value("MH_RR"), null_value("SMD")) == (1.0, 0.0)


def test_an_interval_without_a_limit_is_empty():
    assert format_ci(None, 1.0, "MD") == ""
    assert format_effect(1.0, None, None, "MD") == "1.00"


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0.0467, "P = 0.047"),
        (0.3927, "P = 0.39"),
        (0.0004, "P < 0.001"),
        (0.001, "P = 0.001"),
        (0.0996, "P = 0.100"),
        (0.04996, "P = 0.04996"),  # never 0.050 for a value below 0.05
        (0.05, "P = 0.050"),
        (0.999, "P > 0.99"),
        (1.0, "P > 0.99"),
        (0.0, "P < 0.001"),
        (None, "?"),
    ],
)
def test_p_in_journal_style(p, text):
    assert format_p(p, missing="?") == text


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0.0467, "0.05"),
        (0.3014, "0.30"),
        (0.0018879, "0.002"),
        (0.00022204, "0.0002"),
        (0.0096, "0.01"),
        (0.000001, "<0.00001"),
        (1.0, "1.00"),
    ],
)
def test_p_in_revman_style(p, text):
    assert p_value(p, "revman") == text


def test_p_in_jama_style_and_an_unknown_style():
    assert format_p(0.0467, "jama") == "P = .047"
    assert format_p(0.00001, "jama") == "P < .001"
    with pytest.raises(ValueError, match="style"):
        p_value(0.5, "nature")


def test_percent():
    assert format_percent(45.95) == "46%"
    assert format_percent(100.0, 1) == "100.0%"
    assert format_percent(None, missing="–") == "–"


@pytest.mark.parametrize(
    ("limits", "measure", "decimals"),
    [
        ([(0.04, 6.15)], "MD", 2),
        ([(0.11, 0.36)], "SMD", 2),
        ([(0.0012, 0.0055)], "MD", 4),
        ([(1e-9, 2e-9)], "MD", 5),
        ([(0.001, 0.002)], "OR", 2),
        ([(None, 1.0), (1.0, 1.0)], "MD", 2),
    ],
)
def test_small_effects_get_more_decimals(limits, measure, decimals):
    assert effect_decimals(limits, measure) == decimals


@pytest.mark.parametrize(
    ("name", "effect", "p"),
    [
        ("revman", "3.10 [0.04, 6.15]", "P = 0.047"),
        ("bmj", "3.10 (0.04 to 6.15)", "P=0.047"),
        ("jama", "3.10 (0.04 to 6.15)", "P = .047"),
        ("plain", "3.10 (0.04 to 6.15)", "P = 0.047"),
    ],
)
def test_a_preset_sets_the_style_of_everything_printed_within(name, effect, p):
    with preset(name):
        assert (format_effect(3.1, 0.04, 6.15, "MD"), format_p(0.047)) == (effect, p)
    assert format_effect(3.1, 0.04, 6.15, "MD") == "3.10 [0.04, 6.15]"


def test_a_style_that_is_asked_for_wins_over_the_preset():
    with preset("jama"):
        assert format_p(0.047, "revman") == "P = 0.05"
        assert format_ci(0.04, 6.15, "MD", style="revman") == "[0.04, 6.15]"
        assert format_effect(3.1, None, None, "MD") == "3.10"


def test_an_unknown_preset_is_refused_and_none_means_revman():
    with pytest.raises(ValueError, match="lancet"), preset("lancet"):
        pass
    assert preset_of({"report": {"preset": "bmj"}}) == "bmj"
    assert preset_of({"report": None}) == preset_of({}) == "revman"
