"""Lists: their filters, their counts, their order."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from partnerships.templatetags.presentation.library import register

_CHECKED = SafeString(" checked")


@register.filter
def checkboxes(field, counts):
    """The choices of a filter, each with how many there would be; where the form is
    wrong, nothing is counted."""
    # Not a template: a list has sixty of them.
    chosen = field.value() or ()
    return format_html_join(
        "\n",
        '<label class="choice"><input type="checkbox" name="{}" value="{}"{}>'
        ' <span>{}</span> <span class="choice-count">{}</span></label>',
        (
            (
                field.html_name,
                value,
                _CHECKED if value in chosen else "",
                label,
                counts.get(value, 0) if isinstance(counts, dict) else "",
            )
            for value, label in field.field.choices
        ),
    )


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
