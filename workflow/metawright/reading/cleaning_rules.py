"""The cleaning rules: everything that may happen to a cell on its way from text to number, each with a name.

A rule that is `sure` is applied and logged. One that is `ambiguous` has more than one reading: strict mode (the
default) refuses the cell and says how to write it; lenient mode takes the reading shown here, logs it and flags the
row `read_leniently`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class CleaningRule:
    """One rule.

    Attributes
    ----------
    id : str
        The word that stands in `cleaning_log.csv`.
    what : str
        What it does and when.
    column : str
        Where the example stands; `file` and `row` are rules about more than one cell.
    before, after : str
        An example, as `cleaning_log.csv` shows it.
    severity : str
        `sure` or `ambiguous`.
    """

    id: str
    what: str
    column: str
    before: str
    after: str
    severity: str = "sure"


def _rules(*rules: CleaningRule) -> dict[str, CleaningRule]:
    return {rule.id: rule for rule in rules}


_R = CleaningRule

#: Every rule by its id, in the order in which they apply.
CLEANING_RULES = _rules(
    _R("byte_order_mark", "The mark that Excel puts before UTF-8 text is no part of the header.", "file",
       "UTF-8 with byte order mark", "UTF-8"),
    _R("utf16_text", "A file saved as 'Unicode text' is read as UTF-16.", "file", "UTF-16", "UTF-8"),
    _R("windows_1252_text", "A file that is not UTF-8 anywhere is read as Windows-1252.", "file",
       "Windows-1252", "UTF-8"),
    _R("semicolon_separated", "Semicolons between the cells, where the header has more of them than commas.", "file",
       "semicolons between cells", "commas between cells"),
    _R("tab_separated", "Tabs between the cells, where the header has more of them than commas.", "file",
       "tabs between cells", "commas between cells"),
    _R("excel_workbook",
       "`extraction.xlsx` in place of `extraction.csv`: stored values of its one worksheet, or of the "
       "one named `extraction`; dates as text, cells formatted as percent with their sign.", "file",
       "worksheet 'Sheet1'", "table of texts"),
    _R("nameless_column", "A column whose header is empty is left out.", "file", "column 3 without a name", "left out"),
    _R("surrounding_space", "Space before and after the content, of any kind.", "mean", " 6.5 ", "6.5"),
    _R("invisible_character", "Zero-width characters, direction marks and soft hyphens.", "mean",
       "6\u200b.5", "6.5"),
    _R("unusual_space", "Non-breaking, thin and other spaces, and runs of them, as one plain space.", "study",
       "Smith\u00a02010", "Smith 2010"),
    _R("not_reported", "NR, NA, n.r., n/a, ND, not reported, not stated, missing, unknown, `?` or a dash: no number.",
       "mean", "NR", ""),
    _R("full_width_character", "Digits and signs of East Asian keyboards.", "mean", "\uff16\uff0e\uff15", "6.5"),
    _R("unicode_minus", "A typographic minus or dash where a minus belongs.", "mean", "\u22126.5", "-6.5"),
    _R("middle_dot", "A raised decimal point.", "mean", "6\u00b75", "6.5"),
    _R("date_of_spreadsheet", "A date where a number or a time point belongs: most often a spreadsheet made it out of "
       "something such as `2-3`. What was typed is lost: lenient mode takes the cell as not reported.", "mean",
       "2-Mar", "", "ambiguous"),
    _R("footnote_mark", "`*`, `\u2020`, `\u2021`, `\u00a7`, `\u00b6`, `#` and superscripts after a number.", "mean",
       "6.5\u2020", "6.5"),
    _R("trailing_letter", "A letter from a to h after a number: a footnote mark, or a slip of the finger.", "mean",
       "6.5a", "6.5", "ambiguous"),
    _R("repeated_column_name", "The name of the column before the number.", "n", "n = 30", "30"),
    _R("people_counted", "A word for people after a number of people.", "n", "30 patients", "30"),
    _R("unit_suffix",
       "The outcome's unit, as the protocol declares it, after the number.", "mean", "6.5 points", "6.5"),
    _R("percent_sign", "A percent sign, in `ci_level` or where the outcome's unit is percent.", "ci_level",
       "95%", "95"),
    _R("percent_sign_without_unit", "A percent sign where the protocol declares no unit in percent.", "mean",
       "65%", "65", "ambiguous"),
    _R("thousands_comma", "Commas before groups of three digits: in whole-number columns, or where only this reading "
       "is left.", "n", "1,234", "1234"),
    _R("thousands_space", "Spaces or apostrophes before groups of three digits in whole-number columns.", "n",
       "1 234", "1234"),
    _R("thousands_dot", "Dots before groups of three digits, where the number has a decimal comma as well.", "mean",
       "1.234,5", "1234,5"),
    _R("thousands_guess", "One separator before exactly three digits, which may be thousands or decimals. "
       "`1.234` is a decimal number unless the file has decimal commas elsewhere, or semicolons or tabs between cells; "
       "then, as `1,234` always, only if another cell of the column has for certain three decimals (`0,123`).",
       "mean", "1,234", "1234", "ambiguous"),
    _R("decimal_comma", "Commas as decimal marks, where the cells of the column agree on it.", "mean", "6,5", "6.5"),
    _R("decimal_comma_among_dots", "A decimal comma in a column in which other cells have a decimal point.", "sd",
       "6,5", "6.5", "ambiguous"),
    _R("whole_number_with_decimals", "`34.0` where a whole number belongs.", "n", "34.0", "34"),
    _R("mean_and_sd_in_one_cell",
       "Mean and SD in `value`: `\u00b1` or round brackets. In `mean` the cell has to say SD.",
       "value", "32.8 \u00b1 6.5", "mean 32.8, sd 6.5"),
    _R("mean_and_se_in_one_cell",
       "Mean and standard error in `value` or `mean`, where the cell says SE or SEM.", "value",
       "32.8 (SE 1.2)", "mean 32.8, se 1.2"),
    _R("mean_and_ci_in_one_cell",
       "Mean and confidence interval in `value` or `mean`: the cell says CI, or the protocol "
       "declares `cleaning.pairs: ci`.", "value", "12.3 [95% CI 10.1 to 14.5]",
       "mean 12.3, ci_low 10.1, ci_high 14.5, ci_level 95"),
    _R("median_and_quartiles_in_one_cell", "Median and quartiles in `value` or `median`: the cell says IQR, or the "
       "protocol declares `cleaning.pairs: iqr`.", "value", "22 (IQR 18-27)", "median 22, q1 18, q3 27"),
    _R("median_and_range_in_one_cell",
       "Median, smallest and largest value in `value` or `median`: the cell says range, "
       "or the protocol declares `cleaning.pairs: range`.", "value", "22 (range 10-40)", "median 22, min 10, max 40"),
    _R("symmetric_pair", "Two numbers with decimals, as far below as above the first: a mean with its confidence "
       "interval, if only the column `value` or `mean` says so.", "value", "12.3 [10.1 to 14.5]",
       "mean 12.3, ci_low 10.1, ci_high 14.5"),
    _R("pair_guess", "Two numbers behind the first that may be a confidence interval, quartiles or a range: taken as "
       "quartiles.", "value", "22 (18-27)", "median 22, q1 18, q3 27", "ambiguous"),
    _R("weeks_to_months", "Weeks as months of 30.4375 days; within 0.25 of a whole month they are that month.",
       "timepoint", "12 weeks", "month 3"),
    _R("days_to_months", "Days as months, as weeks are.", "timepoint", "day 90", "month 3"),
    _R("hours_to_months", "Hours as days.", "timepoint", "48 h", "month 0.06571"),
    _R("years_to_months", "Years as months.", "timepoint", "1.5 years", "month 18"),
    _R("trial_day", "`T` with a number of days: a multiple of 30, or 100 and more. A smaller number may be a visit.",
       "timepoint", "T180", "month 6"),
    _R("follow_up",
       "A follow-up counts from what the protocol's `clock` says.", "timepoint", "6-m follow-up", "month 6"),
    _R("end_of_treatment",
       "The end of treatment is the month that `treatment_months` of studies.csv says.", "timepoint",
       "end of treatment", "month 2.5"),
    _R("ratio_as_logarithm",
       "Estimate and limits of a contrast row that says `effect_scale: ratio`, as natural logarithms.", "estimate",
       "1.78", "0.5766133643039938"),
    _R("name_matched", "An outcome or arm written otherwise than its key.", "arm", "Usual Care", "control"),
    _R("repeated_row", "A row that equals an earlier one in every cell is not used twice.", "row", "equal to row 2",
       "dropped"),
)  # fmt: skip
