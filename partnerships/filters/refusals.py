"""Wrong and unknown parameters in sentences: none is ignored in silence."""

from itertools import islice

from django import forms
from django_filters import FilterSet

MOST_UNKNOWN = 20  # are named; an answer is not a hundred times what was asked


def fields(*parameters: forms.Form | FilterSet) -> dict[str, forms.Field]:
    """Return the field of each parameter that these forms and filters know, by name."""
    return {
        name: field
        for form in map(_form, parameters)
        for name, field in form.fields.items()
    }


def refusals(*parameters: forms.Form | FilterSet) -> dict[str, list[str]]:
    """Return sentences by parameter: what these forms and filters, of one query, find
    wrong with it, and that none of them knows it. Empty where all is right."""
    refused: dict[str, list[str]] = {}
    for form in map(_form, parameters):
        refused |= {
            name: [str(error) for error in errors]
            for name, errors in form.errors.items()
        }
    known = fields(*parameters)
    unknown = f"There is no such parameter; there are {', '.join(known) or 'none'}."
    others = (name for name in parameters[0].data if name not in known)
    return refused | {name: [unknown] for name in islice(others, MOST_UNKNOWN)}


def _form(parameters: forms.Form | FilterSet) -> forms.Form:
    return getattr(parameters, "form", parameters)
