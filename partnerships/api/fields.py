"""Fields of the JSON that stand in more than one resource."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from partnerships.dates import PATTERN
from partnerships.web.addresses import path_of


@extend_schema_field(
    {
        "type": "string",
        "description": (
            "A partial date: 2025, 2025-09, 2025-09-05, a span as in "
            "2025-06-17/2025-06-18, or ../2025-09-11 for no later than."
        ),
        "pattern": PATTERN,
    }
)
class PartialDateField(serializers.Field):
    """ISO text that says no more than what is known."""

    def to_representation(self, value):
        return str(value)


@extend_schema_field({"type": "string", "format": "uri"})
class AddressField(serializers.Field):
    """The whole address of the page or resource of the url name ``name`` whose key is
    the field's value. The context has ``base``, the address of the site."""

    def __init__(self, name, **kwargs):
        self.name = name
        super().__init__(**kwargs)

    def to_representation(self, value):
        return self.context["base"] + path_of(self.name, value)


@extend_schema_field({"type": ["string", "integer", "boolean", "null"]})
class ReadableField(serializers.Field):
    """A value as readers read it: text, a number, true or false, or null."""

    def to_representation(self, value):
        return value if isinstance(value, bool | int | str) else str(value)


def statuses(values, meaning, **kwargs):
    """Return the field of a list of statuses, all of one vocabulary."""
    child = serializers.ChoiceField(values.choices)
    return serializers.ListField(child=child, help_text=meaning, **kwargs)


def holding(**kwargs):
    """Return the field that says of an affiliation whether it holds."""
    meaning = "True that day; false once it is over; null where it may hold."
    return serializers.BooleanField(allow_null=True, help_text=meaning, **kwargs)
