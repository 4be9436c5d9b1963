"""Read the further reference values."""

import json
from functools import cache
from pathlib import Path


@cache
def more() -> dict:
    """All of them, by analysis."""
    return json.loads(Path(__file__).with_name("reference.json").read_text(encoding="utf-8"))
