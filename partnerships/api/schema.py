"""The description of the API (OpenAPI 3.1), made of the forms that check parameters and
of the serializers that make the answers. Its examples are recorded answers."""

import json
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from partnerships.api import parameters
from partnerships.filters.clock import DayField
from partnerships.filters.refusals import fields
from partnerships.web.citations import (
    DATA_SET,
    LICENCE,
    LICENCE_NAME,
    NOT_OFFICIAL,
    SITE,
)
from partnerships.web.open_data import PROBLEM, READ_ALONE

JSON = "application/json"
INTRODUCTION = f"""\
All that is public, to read, without a key. {NOT_OFFICIAL}

- An answer is a function of its address, of the edition of the data set and of the day;
  its `ETag` says when to take it anew.
- `fields` leaves keys out of an answer, also such as are required here.
- An empty parameter is as if left out. An unknown one is refused, but for those that
  others add to follow readers, such as `utm_source`.
- Dates of events say no more than is known: `2025`, `2025-09`, `2025-09-05`, a span as
  in `2025-06-17/2025-06-18`, or `../2025-09-11` for no later than.
- Whatever goes wrong is said in problem details (RFC 9457).
- Keys, resources, parameters and values may be added; pass over what you do not know.
"""
MOST_VALUES = 200  # of a parameter whose values are records; there may be others
_DAY = "[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"
_TIME = "([01][0-9]|2[0-3])(:[0-5][0-9]){2}"
#: What ``web.parameters`` refuses no text of a parameter has.
ONE_LINE = r"^[^\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029]*$"
EDITION = f"^([0-9]{{1,18}}|{_DAY}T{_TIME}Z)$"
DESCRIPTIONS = {
    "affiliation": "Whose partner certainly has any of these affiliations that day.",
    "area": "Which include all of these areas.",
    "as_of": "What was true that day, by what is recorded; no day to come. "
    "Areas have no day.",
    "disagreement": "With a fact on which sources disagree, with or without a ruling.",
    "after": "Only changes with higher numbers than this, oldest first.",
    "edition": "What this tracker said in that edition, after the change of this "
    "number; of changes, those up to it. Not together with known_on.",
    "from": "From this day on.",
    "kind": "Of any of these kinds.",
    "known_on": "What this tracker said at the end of that day, UTC; no day to come.",
    "operation": "Of one operation: what was saved at once, for one reason.",
    "order": "In this order; the other way round with a minus.",
    "partnership": "Of one partnership, by its slug.",
    "q": "In which every one of these words is found, whatever its case and accents: "
    "in the record, its areas, milestones and sources.",
    "region": "Whose partner is in any of these regions.",
    "safe_status": "Certainly with any of these statuses on SAFE that day.",
    "status": "Certainly with any of these headline statuses that day; what is SAFE "
    "associated is signed too, but has that status instead.",
    "to": "Up to and with this day.",
}
ERRORS = {
    400: "A parameter is wrong or unknown; errors says which, and what is allowed.",
    404: "There is no such thing, or no such page.",
    405: READ_ALONE,
    429: "Too much was asked in a short time; Retry-After says when to go on.",
}
#: An answer of each resource, with one row of each list in it, and of each error; a
#: test compares them.
EXAMPLES = json.loads(Path(__file__).with_name("examples.json").read_text())


class ProblemSerializer(serializers.Serializer):
    """A problem, as RFC 9457 has it."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()), required=False
    )
    request_id = serializers.CharField(
        required=False, help_text="By this number we find it in our log."
    )


class ResourceSchema(AutoSchema):
    """One operation, named like the method in a client."""

    def get_operation_id(self):
        return self.view.operation_id

    def get_summary(self):
        return self.get_description().removesuffix(".")

    def get_description(self):
        described = " ".join(type(self.view).__doc__.split())
        is_one_of_many = self.view.action == "retrieve" and hasattr(self.view, "list")
        first, rest = described[0].lower(), described[1:]
        return f"One of {first}{rest}" if is_one_of_many else described

    def get_tags(self):
        return super().get_tags() or ["index"]

    def get_auth(self):
        return []

    def get_override_parameters(self):
        in_query = fields(*self.view.get_forms(QueryDict()))
        return [_parameter(*parameter) for parameter in in_query.items()]

    def get_paginated_name(self, serializer_name):
        return f"{serializer_name}Page"

    def get_response_serializers(self):
        resource = self.view.serializer_class
        responses = {(200, JSON): _response(resource, "", EXAMPLES[_name(resource)])}
        has_404 = self.view.action == "list" or "{" in self.path
        for status, meaning in ERRORS.items():
            if status != 404 or has_404:
                example = EXAMPLES[str(status)]
                response = _response(ProblemSerializer, meaning, example)
                responses[status, PROBLEM] = response
        return responses


def _name(serializer_class):
    return serializer_class.__name__.removesuffix("Serializer")


def _response(serializer_class, description, example):
    examples = [OpenApiExample(_name(serializer_class), example)]
    return OpenApiResponse(serializer_class, description=description, examples=examples)


def introduced(result, generator, request, public):
    """Say of the whole what holds for all of it, whose it is and under which licence;
    of each tag what its resource is, a list before one of it."""
    result["info"] |= {
        "summary": DATA_SET,
        "description": INTRODUCTION,
        "contact": _contact(settings.CONTACT),
        "license": {"name": LICENCE_NAME, "url": LICENCE},
    }
    tags = {}
    for operation in (path["get"] for path in result["paths"].values()):
        (tag,) = operation["tags"]
        tags.setdefault(tag, operation["description"])
        for parameter in operation["parameters"]:
            if parameter["in"] == "query":
                parameter["allowEmptyValue"] = True
    result["tags"] = [{"name": name, "description": d} for name, d in tags.items()]
    return result


def _contact(address: str) -> dict[str, str]:
    named = {"name": f"The editors of the {SITE}"}
    if address.startswith("mailto:"):
        return named | {"email": address.removeprefix("mailto:")}
    return named | ({"url": address} if address else {})


def _parameter(name: str, field: forms.Field) -> OpenApiParameter:
    described = DESCRIPTIONS.get(name) or field.help_text or field.label or ""
    has_commas = isinstance(field, parameters.KeysField)
    return OpenApiParameter(
        name,
        _schema(field),
        description=described,
        style="form" if has_commas else None,
        explode=False if has_commas else None,
    )


def _schema(field: forms.Field) -> dict:
    """Return the schema of the values that the field of a form allows."""
    match field:
        case parameters.KeysField():
            return _array(field.keys)
        case forms.MultipleChoiceField():
            return _array(_values(field))
        case forms.ChoiceField():
            return {"type": "string", "enum": _values(field)[:MOST_VALUES]}
        case DayField():
            return {"type": "string", "format": "date"}
        case forms.UUIDField():
            return {"type": "string", "format": "uuid"}
        case forms.IntegerField():
            bounds = {"minimum": field.min_value, "maximum": field.max_value}
            return {"type": "integer", **bounds}
        case parameters.MomentField():
            return {"type": "string", "pattern": EDITION}
        case forms.CharField():
            longest = field.max_length
            return {"type": "string", "maxLength": longest, "pattern": ONE_LINE}
    raise TypeError(field)


def _array(values: list[str]) -> dict:
    return {"type": "array", "items": {"type": "string", "enum": values}}


def _values(field: forms.ChoiceField) -> list[str]:
    choices: Any = field.choices
    return [str(value) for value, _ in choices if value != ""]
