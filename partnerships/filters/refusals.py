"""What is wrong with what is asked for, where nothing is ignored in silence."""

from django import forms


def fields(*questions) -> dict[str, forms.Field]:
    """All parameters that these forms and filters know, by name."""
    return {
        name: field
        for form in map(_form, questions)
        for name, field in form.fields.items()
    }


def problems(*questions) -> dict[str, list[str]]:
    """What any of these forms and filters of the same parameters finds wrong, and what
    none of them knows, by parameter."""
    found = {}
    for form in map(_form, questions):
        found |= {name: list(errors) for name, errors in form.errors.items()}
    known = fields(*questions)
    unknown = f"There is no such parameter; there are {', '.join(known)}."
    return found | {name: [unknown] for name in questions[0].data if name not in known}


def _form(question) -> forms.Form:
    return getattr(question, "form", question)
