"""Lists: their filters, with the counts of each, and their order; dictionaries."""

from django import template

from partnerships.filters.partnerships import KEEPING_ALL

register = template.Library()


@register.inclusion_tag("includes/checkboxes.html")
def checkboxes(field, counts=None, is_open=False):
    """A filter that takes several values, unfolded while it has any. ``counts`` says
    how many rows each value would leave; a wrong form has none."""
    chosen = field.value() or ()
    is_counted = isinstance(counts, dict)
    boxes = [
        (value, label, value in chosen, str(counts.get(value, 0)) if is_counted else "")
        for value, label in field.field.choices
    ]
    return {"field": field, "chosen": chosen, "boxes": boxes, "is_open": is_open}


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


@register.filter
def active_filters(filterset):
    """The values that a valid list is filtered by, but for its days and its order: the
    label of the filter, the value in words, and the query without it."""
    for name, field in filterset.form.fields.items():
        given = list(filter(None, dict.fromkeys(filterset.data.getlist(name))))
        if not given or name in KEEPING_ALL:
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
