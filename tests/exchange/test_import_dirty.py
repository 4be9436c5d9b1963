"""Damaged files: a clear refusal, or a folder that passes the checks; never a traceback, never a folder that does not check."""

import random
import re
from pathlib import Path

import pytest

from metawright.checking.folder import read_review
from metawright.exchange.draft import CannotRead
from metawright.exchange.import_review import import_review
from tests.conftest import SCHEMAS

DATA = Path(__file__).parent / "data"
SOURCES = (
    [DATA / "fleiss1993.rm5"],
    [DATA / "sore-throat.rm5"],
    sorted((DATA / "CD007654").glob("*.csv")),
    sorted((DATA / "CD009532").glob("*.csv")),
)
TOKENS = ("", "-1", "0", "abc", "1e400", "NaN", "1,5", "٣", "NR", " ", "− 3", "9" * 20, "0.5", "<", '"', "\n", ";", "#N/A", "YES", "x" * 50)  # fmt: skip


def damaged(text: str, form: str, rng: random.Random) -> str:
    """Replace a cell or an attribute by something else, or cut a piece out."""
    for _ in range(rng.randint(1, 3)):
        if rng.random() < 0.7:
            pattern = r'="([^"]*)"' if form == ".rm5" else r"(?:^|,)([^,\n]*)"
            start, end = rng.choice([match.span(1) for match in re.finditer(pattern, text)])
        else:
            start = rng.randrange(len(text))
            end = min(len(text), start + rng.randint(0, 40))
        text = text[:start] + rng.choice(TOKENS) + text[end:]
    return text


@pytest.mark.parametrize("seed", range(4))
def test_damaged_files(seed, tmp_path):
    rng = random.Random(seed)
    imported = 0
    for number in range(60):
        paths = rng.choice(SOURCES)
        source = tmp_path / f"source{number}"
        source.mkdir()
        for path in paths:
            (source / path.name).write_text(
                damaged(path.read_text(encoding="utf-8"), path.suffix, rng), encoding="utf-8"
            )
        brought = source / paths[0].name if paths[0].suffix == ".rm5" else source
        try:
            folder, _ = import_review(brought, f"demo{number}", tmp_path)
        except CannotRead as error:
            assert str(error)
            assert not (tmp_path / f"demo{number}").exists()
            continue
        read_review(folder, SCHEMAS)
        imported += 1
    assert imported > 10
