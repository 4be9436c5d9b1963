"""The unit of work of a sweep: a range of blocks of one scenario under one setup."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Piece:
    """Blocks from `start` up to `stop` of the scenario and setup named by `unit`, and the shard that holds them."""

    unit: str
    start: int
    stop: int
    shard: str = ""
