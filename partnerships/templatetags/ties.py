"""Other ties across partners in words."""

from django import template
from django.utils.html import format_html, format_html_join

from partnerships.choices import EngagementKind
from partnerships.templatetags.knowledge import number_in_words
from partnerships.templatetags.links import dated_url
from partnerships.text import capitalised
from partnerships.web import tie_words
from partnerships.web.markup import joined

SQUARE = 10  # px, as in includes/tie_matrix.html
_ENVISAGED = '<i>+{}<span class="visually-hidden"> envisaged</span></i> '
_NO_CELL = format_html("<td>{}</td>", "")

register = template.Library()


@register.simple_tag(takes_context=True)
def tie_finding(context):
    """The finding of the page of one kind of ties."""
    found = tie_words.finding(
        context["kind"],
        context["partners"],
        context["totals"],
        number_in_words,
        is_past=context["is_past"],
    )
    return capitalised(found)


@register.simple_tag(takes_context=True)
def tie_standfirst(context):
    """Whose ties are there, and how many more are only envisaged."""
    return tie_words.standfirst(context["partners"], context["counts"], number_in_words)


@register.filter
def money(amount, currency):
    return tie_words.money(amount, currency)


@register.filter
def total_in_words(total):
    return tie_words.total_in_words(total)


@register.simple_tag(takes_context=True)
def tie_cells(context, row, kinds):
    """The cells of a partner: how many ties of each kind, drawn and in numbers."""
    # No template: a page has hundreds.
    return joined("", (_cell(context, row, kind) for kind in kinds))


def _cell(context, row, kind):
    there = row.there.get(kind.kind.value, 0)
    envisaged = row.envisaged.get(kind.kind.value, 0)
    if not there and not envisaged:
        return _NO_CELL
    return format_html(
        '<td data-label="{}"><a href="{}">{} {}<svg width="{}" height="9" aria-hidden='
        '"true"><rect class="there" width="{}" height="9"/><rect class="envisaged"'
        ' x="{}" width="{}" height="9"/></svg></a>{}</td>',
        kind.name,
        dated_url(context, "tie-kind", kind.slug, partner=row.slug),
        there or "",
        format_html(_ENVISAGED, envisaged) if envisaged else "",
        SQUARE * (there + envisaged),
        SQUARE * there,
        SQUARE * there,
        SQUARE * envisaged,
        format_html_join("", '<span class="row-note">{}</span>', _sums(row, kind)),
    )


def _sums(row, kind):
    """The sums that a partner gave, where the kind is of money."""
    is_money = kind.kind == EngagementKind.EPF_CONTRIBUTION
    return [(tie_words.total_in_words(total),) for total in row.totals if is_money]


@register.filter
def there_of_kind(rows, kind):
    """The number of ties of a kind that there are, of all these partners."""
    return sum(row.there.get(kind.kind.value, 0) for row in rows)


@register.filter
def envisaged_of_kind(rows, kind):
    """The number of ties of a kind that are only envisaged, of all these partners."""
    return sum(row.envisaged.get(kind.kind.value, 0) for row in rows)


@register.filter
def is_within(tie, totals):
    """True of a contribution that a running total includes."""
    return any(tie in total.included for total in totals)


@register.filter
def ties_there(rows):
    """The number of ties of these partners that are there."""
    return sum(sum(row.there.values()) for row in rows)


@register.filter
def ties_envisaged(rows):
    """The number of ties of these partners that are only envisaged."""
    return sum(sum(row.envisaged.values()) for row in rows)


@register.filter
def with_ties(rows):
    """The partners among these that have a tie that is there."""
    return [row for row in rows if row.there]


@register.filter
def with_totals(rows):
    """The partners among these that have given money."""
    return [row for row in rows if row.totals]
