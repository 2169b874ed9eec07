"""The kinds of parts that an address can have, beside Django's own."""

from collections.abc import Iterable

from django.urls import register_converter


class NumberConverter:
    """The number of a change or the id of a row, small enough for every database."""

    regex = "[1-9][0-9]{0,17}"
    to_python = int
    to_url = str


register_converter(NumberConverter, "number")


def register_converters(*, tables: Iterable[str], endings: Iterable[str]) -> None:
    """Make known ``table``, a table's name, and ``ending``, that of a file's name."""
    for name, values in (("table", tables), ("ending", endings)):
        attributes = {"regex": "|".join(values), "to_python": str, "to_url": str}
        register_converter(type(f"{name.title()}Converter", (), attributes), name)
