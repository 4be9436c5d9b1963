"""What goes out comes back: export to a format and import from it keep all that the format can hold."""

import csv
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metawright.checking.folder import read_review
from metawright.exchange.import_review import import_review
from metawright.measures.kinds import BINARY
from metawright.measures.registry import measures_of_kind
from tests.conftest import RESOURCES, SCHEMAS
from tests.exchange.exports import export, read
from tests.exchange.pipeline import arms_and_effects, pools

SHIPPED = ("als-exercise", "common-cold", "deep-brain-stimulation", "glioma-chemotherapy")
RAW = ("n", "mean", "sd", "events", "estimate", "se")

EVENTS = [one.key for one in measures_of_kind(BINARY)]


def used(folder: Path, by_period: bool = True) -> dict:
    """Effect, variance, measure and raw numbers of every trial that is pooled, by outcome (and period) and trial."""
    _, tables = arms_and_effects(folder)
    found = {}
    for key, (arms, effects) in tables.items():
        rows = {row["row"]: row for row in arms}
        for effect in effects:
            if effect["used"] != "true":
                continue
            raw = [(rows[n]["arm"], *(rows[n][name] for name in RAW)) for n in effect["row_ids"].split(";")]
            place = (key, effect["period"], effect["study"]) if by_period else (key, effect["study"])
            found[place] = (float(effect["y"]), float(effect["v"]), effect["measure"], raw)
    return found


def numbers(raw) -> list:
    """Raw cells as numbers, by arm."""
    return sorted((arm, *(float(cell) if cell else None for cell in cells)) for arm, *cells in raw)


@pytest.mark.parametrize("name", SHIPPED)
def test_metafor_table_there_and_back(name, tmp_path):
    out = export(RESOURCES / name, tmp_path / "exchange")
    folder, draft = import_review(out / "metafor.csv", "back", tmp_path)
    lines = read(out / "metafor.csv")
    before = used(RESOURCES / name)
    after = used(folder, by_period=False)
    assert len(after) == len(before) == len(lines)
    # outcomes and periods come back as outcomes, in the order of the lines
    keys = {}
    for line in lines:
        keys.setdefault((line["outcome"], line["period"]), None)
    for (outcome, period), key in zip(keys, draft.outcomes, strict=True):
        assert (
            draft.outcomes[key]["direction"]
            == read_review(RESOURCES / name, SCHEMAS).protocol["outcomes"][outcome]["direction"]
        )
        for (o, p, study), (y, v, measure, raw) in before.items():
            if (o, p) != (outcome, period):
                continue
            back = after[key, study]
            assert back[2] == measure
            assert numbers(back[3]) == numbers(raw)
            assert back[:2] == (y, v)


@pytest.mark.parametrize("name", SHIPPED)
def test_revman_tables_there_and_back(name, tmp_path):
    out = export(RESOURCES / name, tmp_path / "exchange")
    folder, draft = import_review(out / "revman", "back", tmp_path)
    read_review(folder, SCHEMAS)
    review = read_review(RESOURCES / name, SCHEMAS)
    before, after = used(RESOURCES / name), used(folder, by_period=False)
    assert len(before) == len(after)
    for (outcome, period, study), (y, v, measure, raw) in before.items():
        key = f"{review.periods.index(period) + 1}-{review.outcomes.index(outcome) + 1}"
        back = after[key, study]
        assert back[2] == (measure if measure in (*EVENTS, "MD", "SMD") else "GIV")
        if back[2] != "GIV":
            assert numbers(back[3]) == numbers(raw)
        assert back[:2] == pytest.approx((y, v), rel=1e-15)
    # the pools that the package states are the pools that the imported folder has
    found = {pool["outcome"]: pool for pool in pools(folder)}
    for row in draft.stored:
        model = next((m for m in found[row["outcome"]]["models"] if m["model"] == row["model"]), None)
        if model:
            assert model["estimate"] == pytest.approx(row["estimate"], abs=1e-12)
            assert model["ci_high"] == pytest.approx(row["ci_high"], abs=1e-12)
    for key, block in draft.outcomes.items():
        outcome = review.outcomes[int(key.split("-")[1]) - 1]
        assert block["direction"] == review.protocol["outcomes"][outcome]["direction"]
    years = {row["study"]: row.get("year", "") for row in read(RESOURCES / name / "studies.csv")}
    assert {
        row["study"]: row.get("year", "") for row in draft.studies if row["study"] in years and years[row["study"]]
    } == {study: year for study, year in years.items() if year}


@pytest.mark.parametrize("form", ["revman", "robvis.csv"])
def test_risk_of_bias_there_and_back(form, tmp_path):
    out = export(RESOURCES / "als-exercise", tmp_path / "exchange")
    _, draft = import_review(out / form, "back", tmp_path)
    with (RESOURCES / "als-exercise" / "risk_of_bias.csv").open(encoding="utf-8") as file:
        before = {
            (r["study"], r["domain"]): r["judgement"].lower()
            for r in csv.DictReader(file)
            if r["domain"] not in ("grade", "overall")
        }
    after = {(r["study"], r["domain"]): r["judgement"] for r in draft.risk_of_bias if r["domain"] != "overall"}
    known = {place: level for place, level in before.items() if level in ("low", "unclear", "high")}
    assert set(after) >= set(known)
    assert {place: after[place] for place in known} == known
    assert draft.instrument == "RoB1"
    assert set(draft.domains) == {domain for _, domain in before}


FLOAT = st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: round(x, 6))
SPREAD = st.floats(1e-3, 1e5).map(lambda x: round(x, 6))
SIZE = st.integers(2, 5000)


@st.composite
def trials(draw):
    """Rows of one review with a continuous, a binary and a given outcome."""
    rows = []
    for number in range(draw(st.integers(1, 5))):
        study = draw(st.sampled_from(["Ng", "O'Neil, J", "Müller", 'de "V"', "李", "A-1"])) + f" {number}"
        for arm in ("experimental", "control"):
            n = draw(SIZE)
            rows.append((study, "score", arm, n, repr(draw(FLOAT)), repr(draw(SPREAD)), "", "", ""))
            rows.append((study, "cured", arm, n, "", "", draw(st.integers(0, n)), "", ""))
        rows.append((study, "given", "contrast", "", "", "", "", repr(draw(FLOAT)), repr(draw(SPREAD))))
    measures = draw(st.sampled_from(["MD", "SMD"])), draw(st.sampled_from(EVENTS))
    return rows, measures


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(trials())
def test_any_review_survives_both_formats(tmp_path, drawn):
    rows, (continuous, binary) = drawn
    for used_before in ("demo", "exchange", "metafor", "revman"):
        shutil.rmtree(tmp_path / used_before, ignore_errors=True)
    folder = tmp_path / "demo"
    folder.mkdir()
    folder.joinpath("protocol.yaml").write_text(
        "title: T\noutcomes:\n"
        f"  score: {{measure: {continuous}, direction: higher_is_better}}\n"
        f"  cured: {{measure: {binary}, direction: lower_is_better}}\n"
        "  given: {measure: GIV, direction: lower_is_better}\n"
        "models: [{key: DL-z, track: protocol, tau2_method: DL, interval: z}]\n"
    )
    with folder.joinpath("extraction.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("study", "outcome", "arm", *RAW))
        writer.writerows(rows)
    before = used(folder, by_period=False)
    out = export(folder, tmp_path / "exchange")
    wide, _ = import_review(out / "metafor.csv", "metafor", tmp_path)
    assert {place: (*item[:3], numbers(item[3])) for place, item in used(wide, by_period=False).items()} == {
        place: (*item[:3], numbers(item[3])) for place, item in before.items()
    }
    package, _ = import_review(out / "revman", "revman", tmp_path)
    back = used(package, by_period=False)
    order = {"score": "1-1", "cured": "1-2", "given": "1-3"}
    assert len(back) == len(before)
    for (outcome, study), (y, v, measure, raw) in before.items():
        assert back[order[outcome], study][:3] == (y, v, measure)
        assert numbers(back[order[outcome], study][3]) == numbers(raw)
