"""One or some values of a controlled vocabulary."""

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.text import get_text_list
from django_filters.fields import ChoiceField, MultipleChoiceField

from partnerships.text import capitalised

SHOWN = 50  # characters of a wrong value


MOST_OFFERED = 12


class ChoicesInError:
    """A field that answers a wrong choice with the choices that there are, by their
    labels."""

    def __init__(self, *, noun="", **kwargs):
        super().__init__(**kwargs)
        self.noun = noun  # what a choice is, where the label does not say it

    def validate(self, value):
        try:
            super().validate(value)
        except ValidationError as error:
            if error.code != "invalid_choice":
                raise
            value = capitalised(str(error.params["value"])[:SHOWN])
            raise ValidationError(
                f"“{value}” is no {self._noun}. {self._offer}", code=error.code
            ) from None

    @property
    def _noun(self):
        label = self.noun or str(self.label)
        is_name = label[1:2].isupper()  # SAFE
        return label if is_name else label[:1].lower() + label[1:]

    @property
    def _offer(self):
        labels = [str(label) for key, label in self.choices if key]
        if len(labels) > MOST_OFFERED:
            return f"Choose one of the {len(labels)} listed."
        return f"Choose {get_text_list(labels, 'or')}." if labels else ""


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
