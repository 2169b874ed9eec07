"""Each value of a form that a proposal would change, as it is and as it would be."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django import forms
from django.db import models
from django.utils.text import Truncator, capfirst

from partnerships.admin.change_form import EXPLANATION
from partnerships.dates import PartialDate

#: How much of a long value is shown, in characters.
SHOWN = 2000


class ProposedValue(NamedTuple):
    """A value by its name, with that of its row, and both in words."""

    name: str
    before: str
    after: str


def proposed_values(form: forms.Form) -> Iterator[ProposedValue]:
    """Yield the values that a form, filled in, would change; of a row that it would
    delete, that alone."""
    row = "" if form.prefix is None else f"{_row(form)}: "
    if "DELETE" in form.changed_data:
        yield ProposedValue(_row(form), "on record", "deleted")
        return
    for name in form.changed_data:
        bound, field = form[name], form.fields[name]
        if bound.is_hidden or name in EXPLANATION:
            continue
        values = (bound.initial, form.cleaned_data.get(name, bound.data))
        before, after = (_in_words(field, value) for value in values)
        label = capfirst(str(bound.label)) if not row else str(bound.label).lower()
        yield ProposedValue(f"{row}{label}", before, after)


def _row(form: Any) -> str:
    return str(form.instance) if form.instance.pk else "New row"


def _in_words(field: Any, value: Any) -> str:
    if value in (None, "", []):
        return "empty"
    if isinstance(field, forms.ModelChoiceField):
        rows: Any = field.queryset
        found = rows.filter(pk__in=_keys(value))
        return ", ".join(map(str, found)) or "empty"
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        labels = dict(choices)
        return str(labels.get(value, value))
    if isinstance(field, forms.BooleanField):
        return "yes" if value else "no"
    if isinstance(value, PartialDate):
        return value.display()
    return Truncator(str(value)).chars(SHOWN)


def _keys(value: Any) -> list[Any]:
    is_many = isinstance(value, list | tuple | models.QuerySet)
    many = value if is_many else [value]
    return [getattr(one, "pk", one) for one in many]
