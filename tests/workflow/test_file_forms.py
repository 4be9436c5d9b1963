"""One review in many forms: whatever program saved its files, everything that is made of them is the same."""

import csv
import io
import json
import re

import pytest

from tests.extraction.files import csv_bytes
from tests.workflow.conftest import contents, copy_house

pytestmark = pytest.mark.slow

PROTOCOL = """\
title: Übungen für die Hand
question: Does exercise of the hand improve grip strength?
outcomes:
  grip: {label: Grip strength, measure: MD, direction: higher_is_better, unit: kg}
  falls: {label: Falls, measure: RR, direction: lower_is_better}
arms: {experimental: [Übung], control: [usual care]}
models:
  - {key: DL-z, track: protocol, tau2_method: DL, interval: z}
  - {key: REML-HKSJ, track: recommended, tau2_method: REML, interval: HKSJ}
sensitivity:
  subgroups: [{column: country}]
  moderators: [{column: dose}]
"""
TABLES = {
    "extraction": """\
study,outcome,arm,n,mean,sd,events,source
müller2011,grip,Übung,20,30.5,6.1,,Table 2
müller2011,grip,usual care,21,28.25,6.4,,Table 2
brandt2013,grip,Übung,25,31.2,5.9,,"Figure 2, read off"
brandt2013,grip,usual care,24,29.9,6.2,,Figure 2
costa2015,grip,Übung,40,33.0,7.2,,
costa2015,grip,usual care,41,29.4,6.6,,
dietz2016,grip,Übung,18,29.8,5.5,,
dietz2016,grip,usual care,19,30.1,5.1,,
müller2011,falls,Übung,20,,,3,
müller2011,falls,usual care,21,,,6,
costa2015,falls,Übung,40,,,5,
costa2015,falls,usual care,41,,,9,
""",
    "studies": """\
study,label,year,country,dose,treatment_months
müller2011,Müller 2011,2011,Österreich,20.5,2.5
brandt2013,"Brandt, 2013",2013,Deutschland,30.25,3
costa2015,Costa 2015,2015,Österreich,45,3.5
dietz2016,Dietz 2016,2016,Deutschland,60.75,1
""",
    "second_extraction": """\
study,outcome,arm,n,mean,sd,events
müller2011,grip,Übung,20,30.5,6.3,
müller2011,grip,usual care,21,28.25,6.4,
""",
    "adjudication": """\
study,outcome,arm,column,value,decided_by,reason
müller2011,grip,Übung,sd,6.2,third author,"Table 2, note"
""",
    "risk_of_bias": """\
study,domain,judgement,support
müller2011,random_sequence,low,"sealed, opaque"
brandt2013,random_sequence,high,gerade Tage
costa2015,random_sequence,unclear,
dietz2016,random_sequence,low,
""",
    "awaiting": "study,outcome,period,missing\nérard2020,grip,all,mean and SD\n",
    "claims": """\
claim,outcome,k,estimate,ci_low,ci_high,p_op,p,quote
C01,grip,4,1.52,0.06,2.99,=,0.04,„kräftiger“
""",
    "citations": "ref,study\n11,müller2011\n12,costa2015\n",
    "statements": 'id,kind,value,quote\nS01,number_of_studies,4,"Four trials, all in Europe"\n',
    "other_reviews": "review,label,source,outcome,estimate,ci_low,ci_high\nx2014,Xu 2014,table 3,grip,1.25,0.5,2\n",
    "claim_trials": "claim,study,estimate,ci_low,ci_high,weight\nC01,müller2011,2.25,-1.6,6.1,14.5\n",
    "screening": "data,n\ndatabase_results,240\nduplicates,40\nrecords_screened,200\nrecords_excluded,196\nnew_studies,4\n",
}
COMMAS = {"extraction": ("mean", "sd"), "second_extraction": ("mean", "sd"), "adjudication": ("value",)}
COMMAS |= {"studies": ("dose", "treatment_months"), "claims": ("estimate", "ci_low", "ci_high", "p")}
COMMAS |= {"other_reviews": ("estimate", "ci_low", "ci_high"), "claim_trials": ("estimate", "ci_low", "ci_high")}

#: Mark between cells, encoding, end of lines; names of one length, since the results hold them.
FORMS = {
    "form0": (",", "utf-8", "\n"),
    "form1": (";", "utf-8-sig", "\r\n"),
    "form2": ("\t", "utf-16", "\r\n"),
    "form3": (";", "cp1252", "\n"),
    "form4": (",", "utf-16-le", "\r"),
    "comma": (";", "cp1252", "\r\n"),
}


def write_review(folder, delimiter, encoding, end, *, comma=False):
    folder.mkdir(parents=True)
    (folder / "protocol.yaml").write_bytes(PROTOCOL.replace("\n", end).encode(encoding))
    for name, text in TABLES.items():
        header, *rows = csv.reader(io.StringIO(text))
        if comma:
            own = [header.index(column) for column in COMMAS.get(name, ())]
            rows = [[c.replace(".", ",") if i in own else c for i, c in enumerate(row)] for row in rows]
        blank = [[""] * len(header)] * (delimiter != ",")
        (folder / f"{name}.csv").write_bytes(csv_bytes([header, *rows, *blank], delimiter, encoding, end))


@pytest.fixture(scope="module")
def built(root, tmp_path_factory):
    folder = tmp_path_factory.mktemp("forms")
    house = copy_house(root, folder / "house")
    for name, form in FORMS.items():
        write_review(folder / name, *form, comma=name == "comma")
    reviews = "".join(f"  - {folder / name}\n" for name in FORMS)
    config = house.folder / "config" / "config.yaml"
    config.write_text(f"reviews:\n{reviews}" + config.read_text())
    house.build("--", *(f"results/{name}/{target}" for name in FORMS for target in targets(name)))
    return {name: made(house.folder / "results" / name, name) for name in FORMS}


def targets(name):
    """What is made from every file of the folder; the pages are made from these."""
    yield from ("report/results.json", "figures/forest.grip.svg", "figures/risk_of_bias.svg")
    yield f"exchange/revman/{name}-study-information.csv"


def made(folder, name):
    """Every result that is text, under its path, the review's own name and what was cleaned left out."""
    found = {}
    for path, content in contents(folder).items():
        if path.endswith((".png", ".pdf")) or "cleaning_log" in path:
            continue
        text = content.decode().replace(name, "forms")
        if path.endswith("results.json"):
            text = without_the_log(json.loads(text))
        found[path.replace(name, "forms")] = text
    return found


def without_the_log(results):
    results = {key: value for key, value in results.items() if "clean" not in key}
    return re.sub(r"(?s)\"cleaning\w*\": \[.*?\]", "", json.dumps(results, sort_keys=True))


@pytest.mark.parametrize("form", ["form1", "form2", "form3", "form4"])
def test_the_same_cells_in_another_form_give_the_same_results(built, form):
    assert built[form].keys() == built["form0"].keys()
    assert len(built[form]) > 50
    different = [path for path, text in built["form0"].items() if built[form][path] != text]
    assert different == []


def test_decimal_commas_give_the_same_numbers(built):
    numbers = re.compile(r"pooling/|heterogeneity/|sensitivity/|effects/effects|exchange/metafor|audit/claims_check|appraisal/")  # fmt: skip
    compared = [path for path in built["form0"] if numbers.search(path)]
    assert len(compared) > 10
    assert [path for path in compared if built["comma"][path] != built["form0"][path]] == []
    (moderator,) = json.loads(built["comma"]["sensitivity/grip.all.json"])["moderators"]["columns"]
    assert moderator["status"] == "done"
    assert [trial["value"] for trial in moderator["trials"]] == [20.5, 30.25, 45.0, 60.75]


def test_names_reach_what_goes_out(built):
    for form in built.values():
        studies = csv.DictReader(io.StringIO(form["exchange/revman/forms-study-information.csv"]))
        assert [row["Study"] for row in studies] == ["müller2011", "brandt2013", "costa2015", "dietz2016"]
        line = next(csv.DictReader(io.StringIO(form["exchange/metafor.csv"])))
        assert (line["study"], line["sd1i"]) == ("müller2011", "6.2")
