import pytest

from metawright.appraisal.judgements import overall_level, read_judgement


@pytest.mark.parametrize(
    ("text", "domain", "instrument", "level"),
    [
        ("low", "attrition", "RoB1", "low"),
        (" High risk", "attrition", "RoB1", "high"),
        ("Unclear risk of bias", "attrition", "RoB1", "unclear"),
        ("Some Concerns", "D1", "RoB2", "some concerns"),
        ("some_concerns", "D1", "RoB2", "some concerns"),
        ("", "D1", "RoB2", None),
    ],
)
def test_judgements_in_so_many_words(text, domain, instrument, level):
    assert read_judgement(text, domain, instrument) == (level, "")


def test_no_other_bias_is_low_and_said_so():
    level, remark = read_judgement("No", "other", "RoB1")
    assert level == "low"
    assert "No" in remark


@pytest.mark.parametrize(
    ("text", "domain", "instrument"),
    [("No", "attrition", "RoB1"), ("unclear", "D1", "RoB2"), ("moderate", "other", "RoB1")],
)
def test_a_word_of_another_instrument_is_no_judgement(text, domain, instrument):
    level, remark = read_judgement(text, domain, instrument)
    assert level is None
    assert text in remark and instrument in remark


@pytest.mark.parametrize(
    ("levels", "overall"),
    [
        (["low", "low"], "low"),
        (["low", "some concerns"], "some concerns"),
        (["high", "some concerns"], "high"),
        (["high", None], "high"),  # no missing judgement can make it better
        (["some concerns", None], None),
        ([], None),
    ],
)
def test_overall_judgement_of_rob2(levels, overall):
    assert overall_level(levels) == overall
