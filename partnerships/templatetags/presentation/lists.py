"""Lists: their filters, their counts, their order."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.forms import ModelChoiceField
from django.template.loader import render_to_string
from django.utils.html import format_html

from partnerships.templatetags.presentation.library import lines, register
from partnerships.templatetags.presentation.links import dated_url


@register.simple_tag
def form_field(field):
    """A field with its label and what is wrong with it."""
    return _drawn("includes/field.html", field)


@register.simple_tag
def checkboxes(field, counts=None, is_open=False):
    """A filter that takes several values, unfolded while it has any; counts say how
    many there would be with each. Where the form is wrong, nothing is counted."""
    chosen, name = field.value() or (), field.html_name
    is_counted = isinstance(counts, dict)
    boxes = (
        _checkbox(
            name,
            value,
            label,
            value in chosen,
            counts.get(value, 0) if is_counted else "",
        )
        for value, label in field.field.choices
    )
    template = "includes/checkboxes.html"
    return _drawn(template, field, boxes=lines(boxes), is_open=is_open)


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


def _drawn(template, field, **more):
    """A field as a template draws it, with the context ``more``."""
    kind, value = field.field, field.value()
    is_long = len(str(value)) > LONG_VALUE or len(more.get("boxes", "")) > LONG_BOXES
    if isinstance(kind, ModelChoiceField) or is_long or field.errors:
        # Rows of a table are its choices, or it is hardly usual.
        return render_to_string(template, {"field": field} | more)
    looks = tuple(more.values()) or tuple(getattr(kind, "choices", ()))
    value = tuple(value) if isinstance(value, list) else value
    said = field.html_name, field.label, value
    return _once((type(kind), said, looks), template, {"field": field} | more)


@register.simple_tag
def clock_form(clock, template="includes/clock.html"):
    """The days that a page is about, and a way to others."""
    context = {"clock": clock}
    if not clock.is_valid():
        return render_to_string(template, context)
    return _once((type(clock), *clock.given.items()), template, context)


def _once(key, template, context):
    """The template filled in, or as it was for the same key."""
    if (drawn := _FIELDS.get((template, key))) is None:
        drawn = render_to_string(template, context)
        if len(_FIELDS) >= MOST_FIELDS:
            _FIELDS.clear()
        _FIELDS[template, key] = drawn
    return drawn


#: Fields as they were drawn, by all that their looks depend on: on every list, most are
#: empty. No form is kept with them.
_FIELDS = {}
MOST_FIELDS, LONG_VALUE, LONG_BOXES = 500, 100, 10_000


@register.simple_tag(takes_context=True)
def partnership_rows(context, rows):
    """The partnerships in the list. The name leads elsewhere on each day, the other
    cells stay the same."""
    return lines(
        _name(
            dated_url(context, "partnership-detail", row.partner.slug),
            row.partner.name,
            row.partner.get_region_display(),
        )
        + _cells(
            row.status,
            row.safe_status,
            row.signed_on,
            row.areas_included if row.is_assessed else None,
            row.stated_areas,
            row.open_disagreements,
        )
        for row in rows
    )


@lru_cache(maxsize=2_000)
def _name(address, name, region):
    return format_html(
        '<tr><th scope="row"><a href="{}">{}</a> <span class="row-note">{}</span></th>',
        address,
        name,
        region,
    )


@lru_cache(maxsize=2_000)
def _cells(status, safe_status, signed_on, included, stated, open_disagreements):
    context = {
        "status": status,
        "safe_status": safe_status,
        "signed_on": signed_on,
        "included": included,
        "stated": stated,
        "open_disagreements": open_disagreements,
    }
    cells = render_to_string("includes/partnership_cells.html", context)
    return format_html("{}</tr>", cells)


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
