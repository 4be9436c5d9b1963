"""Values that may be absent by their type, and are there by what came before."""

from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")


def known(value: T | None) -> T:
    """Return *value*, which is there: the rows that are asked for it were chosen because they have it.

    Raises
    ------
    ValueError
        If it is absent all the same.
    """
    if value is None:
        raise ValueError("a value is missing that was taken to be there")
    return value


def all_known(values: Iterable[T | None]) -> list[T]:
    """Return the values as a list, each as `known` does."""
    return [known(value) for value in values]
