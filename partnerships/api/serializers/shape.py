"""How the JSON of a resource is declared, and made."""

from collections.abc import Callable
from functools import cache
from operator import attrgetter

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from partnerships.web.addresses import path_of

#: What such a field holds is JSON as it is.
_PLAIN = (
    serializers.BooleanField,
    serializers.CharField,
    serializers.ChoiceField,
    serializers.DictField,
    serializers.IntegerField,
)


class Shape(serializers.Serializer):
    """The keys of a resource, in the order of the record.

    Fields are declared as the framework has it, so that the schema is made of them; but
    their values are taken by functions that are made once, since the framework's own
    way costs more than the queries. Context: ``base``, what every address begins with.
    """

    def to_representation(self, instance):
        return _maker(type(self))(self, instance)


@cache
def _maker(shape: type[Shape]) -> Callable:
    """A function of a serializer and an instance that makes a dict of plain values."""
    fields = [(name, _getter(shape, f)) for name, f in shape().fields.items()]

    def make(serializer, instance):
        return {name: get(serializer, instance) for name, get in fields}

    return make


def _getter(shape: type[Shape], field: serializers.Field) -> Callable:
    if isinstance(field, serializers.SerializerMethodField):
        method = getattr(shape, field.method_name)
        return lambda serializer, instance: method(serializer, instance)
    if isinstance(field, AddressField):
        key = attrgetter(field.of)
        return lambda serializer, instance: (
            serializer.context["base"] + path_of(field.name, key(instance))
        )
    value = _value(field)
    convert = _converter(field)
    if convert is None:
        return lambda serializer, instance: value(instance)

    def get(serializer, instance):
        found = value(instance)
        return None if found is None else convert(serializer, found)

    return get


def _value(field: serializers.Field) -> Callable:
    source = field.source
    if source == "*":
        return lambda instance: instance
    owner, _, name = source.rpartition(".")
    if owner and field.allow_null:
        get_owner, get = attrgetter(owner), attrgetter(name)
        return lambda instance: (
            None if (found := get_owner(instance)) is None else get(found)
        )
    get = attrgetter(source)
    if name.startswith("get_"):
        return lambda instance: get(instance)()
    return get


def _converter(field: serializers.Field) -> Callable | None:
    if isinstance(field, serializers.ListSerializer):
        make = _maker(type(field.child))
        return lambda serializer, found: [make(serializer, one) for one in found]
    if isinstance(field, Shape):
        return _maker(type(field))
    if isinstance(field, serializers.DateField):
        return lambda serializer, found: found.isoformat()
    if isinstance(field, _PLAIN):
        return None
    return lambda serializer, found: field.to_representation(found)


@extend_schema_field(
    {
        "type": "string",
        "description": (
            "A partial date: 2025, 2025-09, 2025-09-05, a span as in "
            "2025-06-17/2025-06-18, or ../2026-03-05 for no later than."
        ),
        "pattern": r"^(\.\.|\d{4}(-\d\d(-\d\d)?)?)(/\d{4}(-\d\d(-\d\d)?)?)?$",
    }
)
class PartialDateField(serializers.Field):
    """ISO text that says no more than what is known."""

    def to_representation(self, value):
        return str(value)


@extend_schema_field({"type": "string", "format": "uri"})
class AddressField(serializers.Field):
    """The whole address of the page or resource of that name, whose path is made with
    what the instance holds as ``of``."""

    def __init__(self, name, of, **kwargs):
        self.name, self.of = name, of
        super().__init__(source="*", **kwargs)
