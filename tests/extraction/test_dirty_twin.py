"""A dirty twin of a clean file: every ill of real spreadsheets at once, and the same effects to the byte."""

import csv
import io
import random
import shutil

import pytest

from metawright.checking.folder import read_review
from metawright.effects.compute import compute_effects
from metawright.effects.rows import EFFECT_COLUMNS
from metawright.extraction.arms import arm_rows
from metawright.extraction.clean import clean_extraction, rows_of_outcome
from metawright.extraction.documents import ARM_COLUMNS
from metawright.files.tables import cell
from metawright.reading.sheets import read_sheet
from tests.extraction import dirt
from tests.extraction.files import as_workbook, csv_bytes
from tests.workflow.conftest import copy_house

REVIEWS = ("als-exercise", "common-cold", "deep-brain-stimulation", "glioma-chemotherapy")


def table_of(root, review):
    with (root / "resources" / review / "extraction.csv").open(newline="") as file:
        return list(csv.reader(file))


def effects(folder, schemas, file, content) -> tuple[bytes, set[str]]:
    """The bytes of effects.csv as the rules make them, outcome by outcome, and the cleaning rules that were applied."""
    for name in ("extraction.csv", "extraction.xlsx"):
        (folder / name).unlink(missing_ok=True)
    (folder / file).write_bytes(content)
    review = read_review(folder, schemas)
    sheet = read_sheet(content, file)
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, EFFECT_COLUMNS)
    used: set[str] = set()
    for outcome, block in review.protocol["outcomes"].items():
        protocol = {**review.protocol, "outcomes": {outcome: block}}
        cleaned = clean_extraction(rows_of_outcome(sheet, protocol["outcomes"], outcome), protocol, review.treatment)
        assert cleaned.problems == []
        used |= {line["rule"] for line in cleaned.log}
        arms = [{name: cell(arm[name]) for name in ARM_COLUMNS} for arm in cleaned.arms]
        for effect in compute_effects(arm_rows(arms), block, protocol["periods"]):
            writer.writerow({name: cell(value) for name, value in effect.items()})
    return buffer.getvalue().encode(), used


def daggered(text, rng):
    return text + rng.choice(["*", "†", " ‡", "**"])  # a superscript after 10 would be refused: 10² is a power


def twin(table, rng, commas):
    """Every ill that leaves no doubt, spread over the cells."""
    table = [list(record) for record in table]
    ways = [
        dirt.spaced,
        dirt.invisible,
        dirt.typographic,
        dirt.full_width,
        daggered,
        dirt.signed,
        dirt.thousands(","),
    ]
    ways += [dirt.middle_dot] if not commas else []
    for row, place in dirt.number_cells(table):
        name = table[0][place]
        text = table[row][place]
        if commas and name not in dirt.WHOLE:
            text = text.replace(".", ",")
            text = dirt.with_zeros(text, rng) if dirt.decimals(text) == 3 and not text.startswith("0") else text
        own = [*ways, dirt.named(name), *([dirt.people, dirt.whole_with_zero] if name in dirt.WHOLE[:2] else [])]
        table[row][place] = rng.choice(own)(text, rng)
    if {"mean", "sd"} <= set(table[0]):
        mean, sd = table[0].index("mean"), table[0].index("sd")
        table[0].append("value")
        for record in table[1:]:
            record.append("")
            plain = [
                record[place].strip().isascii() and record[place].replace(",", ".").replace(".", "").isdigit()
                for place in (mean, sd)
            ]
            if all(plain):
                record[-1] = rng.choice(["{} ± {}", "{} ± {}", "{} (SD {})"]).format(record[mean], record[sd])
                record[mean] = record[sd] = ""
    for place, name in enumerate(table[0]):
        for record in table[1:]:
            if name in ("outcome", "arm"):
                record[place] = rng.choice([str.upper, str.title, lambda text: f" {text}\u00a0"])(record[place])
            elif name in ("study", "timepoint"):
                record[place] = record[place].replace(" ", rng.choice([" ", "\u00a0", "  "])) + rng.choice(
                    ["", " ", "\u200b"]
                )
            elif not record[place]:
                record[place] = rng.choice(["", "NR", "n.r.", "-", "\u2013"]) if name in dirt.NUMBERS else ""
    return table


@pytest.mark.parametrize("review", REVIEWS)
@pytest.mark.parametrize("form", ["points", "commas", "workbook", "utf-16"])
def test_the_dirty_twin_has_the_same_effects(root, schemas, tmp_path, review, form):
    folder = tmp_path / review
    shutil.copytree(root / "resources" / review, folder)
    clean = table_of(root, review)
    expected, _ = effects(folder, schemas, "extraction.csv", csv_bytes(clean))
    dirty = twin(clean, random.Random(f"{review} {form}"), commas=form == "commas")
    file, content = {
        "points": ("extraction.csv", b"\xef\xbb\xbf" + csv_bytes(dirty, end="\r\n")),
        "commas": ("extraction.csv", csv_bytes(dirty, ";")),
        "workbook": ("extraction.xlsx", as_workbook(dirty, "Sheet1")),
        "utf-16": ("extraction.csv", csv_bytes(dirty, "\t").decode().encode("utf-16")),
    }[form]
    found, rules = effects(folder, schemas, file, content)
    assert found == expected
    assert {"surrounding_space", "footnote_mark", "repeated_column_name", "full_width_character"} <= rules
    assert {
        "points": "byte_order_mark",
        "commas": "semicolon_separated",
        "workbook": "excel_workbook",
        "utf-16": "utf16_text",
    }[form] in rules


@pytest.mark.slow
def test_through_the_workflow(root, tmp_path):
    """Windows-1252 with semicolons and decimal commas, and a workbook: effects.csv as Snakemake builds it."""
    house = copy_house(root, tmp_path / "house", "als-exercise")
    folder = house.folder / "resources" / "als-exercise"
    target = "results/als-exercise/effects/effects.csv"
    house.build("--", target)
    expected = (house.folder / target).read_bytes()
    clean = table_of(root, "als-exercise")
    commas = [
        clean[0],
        *[[dirt.with_comma(cell, name) for cell, name in zip(record, clean[0], strict=True)] for record in clean[1:]],
    ]
    commas[1][-1] += " naïve"
    folder.joinpath("extraction.csv").write_bytes(csv_bytes(commas, ";", "cp1252"))
    assert "clean_extraction" in house.build("--", target)
    assert (house.folder / target).read_bytes() == expected
    folder.joinpath("extraction.csv").unlink()
    folder.joinpath("extraction.xlsx").write_bytes(as_workbook(twin(clean, random.Random(1), commas=False)))
    house.build("--", target)
    assert (house.folder / target).read_bytes() == expected
