"""One or some values of a controlled vocabulary."""

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django_filters.fields import ChoiceField, MultipleChoiceField

SHOWN = 50  # characters of a wrong value


class ChoicesInError:
    """A field that answers a wrong choice with the choices that there are."""

    def validate(self, value):
        try:
            super().validate(value)
        except ValidationError as error:
            if error.code != "invalid_choice":
                raise
            value = str(error.params["value"])[:SHOWN]
            choices = ", ".join(str(key) for key, _ in self.choices if key)
            raise ValidationError(
                f"{value} is not one of the available choices: {choices}.",
                code=error.code,
            ) from None


class ChoicesInput(forms.SelectMultiple):
    """Any number of choices: an empty one is none, a repeated one is one."""

    def value_from_datadict(self, data, files, name):
        values = super().value_from_datadict(data, files, name) or ()
        return [value for value in dict.fromkeys(values) if value]


class ChoicesField(ChoicesInError, MultipleChoiceField):
    widget = ChoicesInput

    def to_python(self, value):
        values = super().to_python(value)
        for text in values:
            ProhibitNullCharactersValidator()(text)
        return values


class AnyOf(filters.Filter):
    """Any of some values. The column is named once, as ``MultipleChoiceFilter`` would
    not: it can stand for much SQL."""

    field_class = ChoicesField

    def __init__(self, **kwargs):
        super().__init__(lookup_expr="in", **kwargs)


class OneOfField(ChoicesInError, ChoiceField):
    pass


class OneOf(filters.ChoiceFilter):
    field_class = OneOfField
