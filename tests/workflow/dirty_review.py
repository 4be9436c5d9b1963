"""A small review as it leaves real hands: a workbook of medians, standard errors, three arms, a cross-over, a delayed
start, a second extractor and what a third person decided. The trials are invented."""

from pathlib import Path

from openpyxl import Workbook

PROTOCOL = """\
title: Hand exercise after stroke
question: Does exercise of the hand improve grip strength?
outcomes:
  grip:
    label: Grip strength
    aliases: [grip strength]
    measure: MD
    direction: higher_is_better
    unit: kg
    scale: {min: 0, max: 90}
periods:
  - {key: short, label: 0-4 months, from: 0, to: 4}
  - {key: long, label: 5-12 months, from: 5, to: 12}
arms:
  experimental: [exercise]
  control: [usual care]
imputation: {rho: 0.7}
crossover: {rho: 0.5}
models:
  - {key: as-published, track: protocol, tau2_method: DL, interval: z}
  - {key: REML-HKSJ, track: recommended, tau2_method: REML, interval: HKSJ}
  - {key: FE-z, tau2_method: FE, interval: z}
"""

STUDIES = """\
study,label,year,design,treatment_months,contaminated_from
adams2011,Adams 2011,2011,parallel,3,
brandt2013,Brandt 2013,2013,parallel,3,
costa2015,Costa 2015,2015,parallel,3,
dietrich2016,Dietrich 2016,2016,"parallel, three arms",3,
evans2018,Evans 2018,2018,randomised cross-over,1,
fischer2019,Fischer 2019,2019,delayed start,3,after 4
grant2020,Grant 2020,2020,parallel,3,
hansen2021,Hansen 2021,2021,parallel,3,
ito2022,Ito 2022,2022,parallel,3,
"""

HEADER = (
    "study", "outcome", "timepoint", "arm", "arm_label", "n", "value", "mean", "sd", "se", "ci_low", "ci_high", "p_value",
    "sd_baseline", "sd_final", "value_type", "source",
)  # fmt: skip


def row(study, timepoint, arm, n, outcome="grip", **cells):
    return {"study": study, "outcome": outcome, "timepoint": timepoint, "arm": arm, "n": n, **cells}


#: The rows as the first person typed them; the header is row 1, so that the first of these is row 2.
ROWS = (
    row("adams2011", "baseline", "exercise", "30", value="27.9 ± 6.8", source="Table 1"),
    row("adams2011", "baseline", "usual care", "30", value="28.1 ± 7.0", source="Table 1"),
    row("adams2011\u00a0", "8 weeks", "Exercise", "30 patients", "Grip Strength", value="31.0 ± 6.6", source="Table 2"),
    row("adams2011", "8 weeks", "usual care", "30", value="28.0 ± 7.2", source="Table 2"),
    row("adams2011", "12 weeks", "exercise", "30 patients", value="32.8 ± 6.5†", source="Table 2"),
    row("adams2011", "12 weeks", "usual care", "29", value="28.7 ± 7.5", source="Table 2"),
    row("brandt2013", "3 months", "exercise", "25.0", mean="30.4", se="1.3", source="Figure 2"),
    row("brandt2013", "3 months", "usual care", "25", mean="28·0", ci_low="25.5", ci_high="30.5", source="Figure 2"),
    row("costa2015", "week 12", "exercise", "40", value="31 (IQR 27-36)"),
    row("costa2015", "week 12", "usual care", "41", value="29 (IQR 24\u201333)"),
    row("dietrich2016", "3mo", "exercise", "20", arm_label="low dose", mean="30.1", sd="6.0"),
    row("dietrich2016", "3mo", "exercise", "22", arm_label="high dose", mean="33.0", sd="6.4"),
    row("dietrich2016", "3mo", "usual care", "21", mean="29.0", sd="6.2"),
    row("evans2018", "1 month", "exercise", "16", mean="31.5", sd="5.0"),
    row("evans2018", "1 month", "usual care", "16", mean="30.0", sd="5.5"),
    row("fischer2019", "6-m follow-up", "exercise", "35", mean="36.2", sd="6.1"),
    row("fischer2019", "6-m follow-up", "usual care", "34", mean="29.9", sd="6.3"),
    row("grant2020", "6 months", "exercise", "28", mean="33.1", p_value="<0.05"),
    row("grant2020", "6 months", "usual care", "27", mean="29.4"),
    row("hansen2021", "3 months", "exercise", "18", mean="31", sd="NR"),
    row("hansen2021", "3 months", "usual care", "19", mean="30", sd="n.r."),
    row("ito2022", "6 months", "exercise", "24", mean="3.1", sd_baseline="6.6", sd_final="6.9", value_type="change"),
    row("ito2022", "6 months", "usual care", "26", mean="\u22120.4", sd_baseline="6.4", sd_final="6.6", value_type="change"),
    row("ito2022", "18 months", "exercise", "22", mean="2.0", sd="5.0", value_type="change"),
    row("ito2022", "18 months", "usual care", "23", mean="0.1", sd="5.1", value_type="change"),
    row("adams2011", "6 months", "exercise", "28", mean="33.0", sd="1.2"),
    row("adams2011", "6 months", "usual care", "29", mean="29.1", sd="7.4"),
    row("adams2011", "6 months", "usual care", "29", mean="29.1", sd="7.4"),
)  # fmt: skip


def second(rows=ROWS):
    """What the second person read: the same but for one SD and one number of participants."""
    read = [dict(one) for one in rows]
    read[13]["sd"] = "5.8"
    read[15]["n"] = "36"
    return read


ADJUDICATION = """\
study,outcome,timepoint,arm,column,value,decided_by,reason
evans2018,grip,1 month,exercise,sd,5.0,third author,Table 3 of the report
fischer2019,grip,6-m follow-up,exercise,n,36,third author,flow chart
"""


def workbook(path: Path, rows=ROWS) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(HEADER)
    for cells in rows:
        sheet.append([cells.get(name, "") for name in HEADER])
    book.save(path)


def windows_csv(rows) -> bytes:
    """The table as Excel in much of Europe saves it: semicolons, Windows-1252."""
    quoted = [HEADER, *([cells.get(name, "") for name in HEADER] for cells in rows)]
    return "\r\n".join(";".join(cells) for cells in quoted).replace("\u2212", "-").encode("cp1252")


def write_review(folder: Path, *, second_person: bool = True) -> Path:
    folder.mkdir(parents=True)
    (folder / "protocol.yaml").write_text(PROTOCOL)
    (folder / "studies.csv").write_text(STUDIES)
    workbook(folder / "extraction.xlsx")
    if second_person:
        (folder / "second_extraction.csv").write_bytes(windows_csv(second()))
        (folder / "adjudication.csv").write_text(ADJUDICATION)
    return folder
