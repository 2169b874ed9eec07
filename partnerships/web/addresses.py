"""Addresses: the kinds of parts that they have beside Django's own, and the paths."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from django.urls import register_converter, reverse


@lru_cache(maxsize=10_000)  # an answer has hundreds, again and again
def path_of(name: str, *args: str | int | date) -> str:
    """Return the path of the page or resource of that name."""
    return reverse(name, args=args)


class NumberConverter:
    """The number of a change or the id of a row, small enough for every database."""

    regex = "[1-9][0-9]{0,17}"
    to_python = int
    to_url = str


register_converter(NumberConverter, "number")


class MonthConverter:
    """A month as 2026-03; its value is the first day of it."""

    regex = "[12][0-9]{3}-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(f"{value}-01")

    def to_url(self, value: date) -> str:
        return f"{value:%Y-%m}"


register_converter(MonthConverter, "month")


def register_converters(**endings: Iterable[str]) -> None:
    """Make known, by their names, parts of addresses that are one of a few: ``table``,
    a table's name, and the endings of the names of files and pictures."""
    for name, values in endings.items():
        attributes = {"regex": "|".join(values), "to_python": str, "to_url": str}
        register_converter(type(f"{name.title()}Converter", (), attributes), name)
