"""What an address may have in a place of its own, beside Django's kinds."""

from django.urls import register_converter


class NumberConverter:
    """The number of a change or the id of a row, small enough for every database."""

    regex = "[1-9][0-9]{0,17}"
    to_python = int
    to_url = str


register_converter(NumberConverter, "number")
