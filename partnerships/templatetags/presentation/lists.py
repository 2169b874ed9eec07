"""Lists: their filters, their counts, their order."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.forms import ModelChoiceField
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join

from partnerships.templatetags.presentation.addresses import dated_url
from partnerships.templatetags.presentation.library import register, remembered


@register.filter
def checkboxes(field, counts):
    """The choices of a filter, each with how many there would be; where the form is
    wrong, nothing is counted."""
    chosen = field.value() or ()
    return format_html_join(
        "\n",
        "{}",
        (
            (
                _checkbox(
                    field.html_name,
                    value,
                    label,
                    value in chosen,
                    counts.get(value, 0) if isinstance(counts, dict) else "",
                ),
            )
            for value, label in field.field.choices
        ),
    )


@lru_cache(maxsize=10_000)  # a list has sixty of them
def _checkbox(name, value, label, is_checked, count):
    return format_html(
        '<label class="choice"><input type="checkbox" name="{}" value="{}"{}>'
        ' <span>{}</span> <span class="choice-count">{}</span></label>',
        name,
        value,
        " checked" if is_checked else "",
        label,
        count,
    )


@register.simple_tag
def form_field(field):
    """A field with its label and what is wrong with it."""
    kind, value = field.field, field.value()
    if isinstance(kind, ModelChoiceField) or len(str(value)) > LONG_VALUE:
        return _drawn(field)  # rows of a table are its choices, or it is hardly usual
    choices = tuple(getattr(kind, "choices", ()))
    key = type(kind), choices, field.html_name, field.label, value, tuple(field.errors)
    if (drawn := _FIELDS.get(key)) is None:
        drawn = _drawn(field)
        if len(_FIELDS) >= MOST_FIELDS:
            _FIELDS.clear()
        _FIELDS[key] = drawn
    return drawn


#: Fields as they were drawn, by all that their looks depend on: on every list, most are
#: empty. No form is kept with them.
_FIELDS = {}
MOST_FIELDS, LONG_VALUE = 1_000, 100


def _drawn(field):
    return render_to_string("includes/field.html", {"field": field})


@remembered("includes/partnership_row.html")
def partnership_row(context, row):
    """A partnership in the list."""
    return {
        "address": dated_url(context, "partnership-detail", row.partner.slug),
        "name": row.partner.name,
        "region": row.partner.get_region_display(),
        "status": row.status,
        "safe_status": row.safe_status,
        "signed_on": row.signed_on,
        "is_assessed": row.is_assessed,
        "areas_included": row.areas_included,
        "stated_areas": row.stated_areas,
        "open_disagreements": row.open_disagreements,
    }


@register.inclusion_tag("includes/sort_header.html", takes_context=True)
def sort_header(context, label, name):
    """The heading of a column that orders the list, one way and then the other."""
    order = context["order"] or "name"
    directions = {name: "ascending", f"-{name}": "descending"}
    query = context.request.GET.copy()
    query["order"] = f"-{name}" if order == name else name
    query.pop("page", None)
    return {
        "label": label,
        "sorted": directions.get(order),
        "query": _without_blanks(query).urlencode(),
    }


@dataclass(frozen=True)
class ActiveFilter:
    """One value that a list is filtered by, and the query without it."""

    label: str
    value: str
    query_without: str


@register.filter
def active_filters(listed) -> Iterable[ActiveFilter]:
    """What a valid list is filtered by: all that was given but date and order."""
    for name, field in listed.form.fields.items():
        given = list(filter(None, dict.fromkeys(listed.data.getlist(name))))
        if not given or name in ("as_of", "known_on", "order"):
            continue
        choices = {str(key): label for key, label in getattr(field, "choices", ())}
        for value in given:
            query = listed.data.copy()
            query.pop("page", None)
            query.setlist(name, [v for v in query.getlist(name) if v != value])
            label = str(choices.get(value, value))
            yield ActiveFilter(field.label, label, _without_blanks(query).urlencode())


def _without_blanks(query):
    for name, values in list(query.lists()):
        query.setlist(name, [value for value in values if value])
    return query
