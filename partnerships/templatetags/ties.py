"""Other ties across partners in words."""

from typing import NamedTuple

from django import template

from partnerships.templatetags.knowledge import number_in_words
from partnerships.text import capitalised
from partnerships.web import tie_words

SQUARE = 10  # px, as in includes/tie_matrix.html

register = template.Library()


class Cell(NamedTuple):
    """Ties of one kind that a partner has: a square for each, filled where it is
    there."""

    there: int
    envisaged: int

    @property
    def filled(self) -> int:
        return SQUARE * self.there

    @property
    def open(self) -> int:
        return SQUARE * self.envisaged

    @property
    def width(self) -> int:
        return self.filled + self.open


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


@register.filter
def tie_cell(row, kind):
    """The number of ties of a kind that a partner has, as it is drawn; None of none."""
    there = row.there.get(kind.kind.value, 0)
    envisaged = row.envisaged.get(kind.kind.value, 0)
    return Cell(there, envisaged) if there or envisaged else None


@register.filter
def there_of_kind(rows, kind):
    """How many ties of a kind there are, of all these partners."""
    return sum(row.there.get(kind.kind.value, 0) for row in rows)


@register.filter
def envisaged_of_kind(rows, kind):
    """How many ties of a kind are only envisaged, of all these partners."""
    return sum(row.envisaged.get(kind.kind.value, 0) for row in rows)


@register.filter
def is_within(tie, totals):
    """True of a contribution that a running total includes."""
    return any(tie in total.included for total in totals)


@register.filter
def ties_there(rows):
    """How many ties these partners have that are there."""
    return sum(sum(row.there.values()) for row in rows)


@register.filter
def ties_envisaged(rows):
    """How many ties of these partners are only envisaged."""
    return sum(sum(row.envisaged.values()) for row in rows)


@register.filter
def with_ties(rows):
    """Those of these partners that have a tie that is there."""
    return [row for row in rows if row.there]


@register.filter
def with_totals(rows):
    """Those of these partners that have given money."""
    return [row for row in rows if row.totals]
