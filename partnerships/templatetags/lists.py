"""Lists: their filters, with the counts of each, and their order; dictionaries."""

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from partnerships.filters.clock import ClockFilter
from partnerships.filters.partnerships import IN_ORDER

register = template.Library()


@register.inclusion_tag("includes/checkboxes.html")
def checkboxes(field, counts=None, is_open=False):
    """A filter that takes several values, unfolded while it has any. ``counts`` says
    how many rows each value would leave, and folds away what leaves none; a wrong form
    has none."""
    chosen = field.value() or ()
    is_counted = isinstance(counts, dict)
    boxes = [
        (value, label, value in chosen, str(counts.get(value, 0)) if is_counted else "")
        for value, label in field.field.choices
    ]
    unused = [box for box in boxes if box[3] == "0" and not box[2]]
    used = [box for box in boxes if box not in unused]
    return {
        "field": field,
        "chosen": chosen,
        "boxes": _drawn(field.html_name, used),
        "unused": _drawn(field.html_name, unused),
        "is_open": is_open,
    }


def _drawn(name, boxes):
    # No template: there are a hundred of them.
    return format_html_join(
        "",
        '<label class="choice"><input type="checkbox" name="{}" value="{}"{}>'
        ' <span>{}</span> <span class="choice-count">{}</span></label>',
        (
            (name, value, SafeString(" checked" * is_checked), label, count)
            for value, label, is_checked, count in boxes
        ),
    )


#: The ways to order the list of partnerships: what the link says, and both orders, the
#: one that it leads to first in front.
_ORDERS = [
    ("name", "name", "-name"),
    ("signature", "-signed_on", "signed_on"),
    ("last change", "-changed", "changed"),
    ("status", "-status", "status"),
]


@register.simple_tag(takes_context=True)
def orders(context, order):
    """The ways to order the list: label, query, and where the list is in that order, a
    sign for its direction."""
    query = context.request.GET.copy()
    query.pop("page", None)
    ways = []
    for label, first, other in _ORDERS:
        is_here = (order or "name") in (first, other)
        query["order"] = other if order == first or (not order and is_here) else first
        sign = "↓" if (order or "name").startswith("-") else "↑"
        ways.append((label, _without_blanks(query).urlencode(), sign * is_here))
    return ways


@register.filter
def active_filters(filterset):
    """The values that a valid list is filtered by, but for its days and its order: the
    label of the filter, the value in words, and the query without it."""
    for name, field in filterset.form.fields.items():
        given = list(filter(None, dict.fromkeys(filterset.data.getlist(name))))
        is_clock = isinstance(filterset.filters[name], ClockFilter)
        if not given or is_clock or name in IN_ORDER:
            continue
        choices = {str(key): label for key, label in getattr(field, "choices", ())}
        for value in given:
            query = filterset.data.copy()
            query.pop("page", None)
            query.setlist(name, [v for v in query.getlist(name) if v != value])
            label = str(choices.get(value, value))
            yield field.label, label, _without_blanks(query).urlencode()


@register.filter
def lookup(mapping, key):
    """The value that a dictionary has for a key, or None."""
    return mapping.get(key)


def _without_blanks(query):
    for name, values in list(query.lists()):
        query.setlist(name, [value for value in values if value])
    return query
