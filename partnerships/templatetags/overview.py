"""The state of play in groups and lines."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.html import format_html

from partnerships.choices import Status
from partnerships.dates import day_in_words
from partnerships.templatetags.knowledge import signed_in_words
from partnerships.templatetags.links import dated_url
from partnerships.templatetags.strips import strip
from partnerships.text import capitalised
from partnerships.web import row_words

register = template.Library()

MOST_ROWS = 40  # the list has the others
#: The groups of the state of play in order; what is signed stands together.
_GROUPS = (
    ("Signed", (Status.SIGNED, Status.SAFE_ASSOCIATED)),
    ("Being negotiated", (Status.NEGOTIATING,)),
    ("In exploratory talks", (Status.EXPLORATORY,)),
    ("Asked for or suggested, not begun", (Status.PROPOSED,)),
    ("Suspended", (Status.SUSPENDED,)),
    ("Ended", (Status.ENDED,)),
    ("Attempt given up", (Status.ABANDONED,)),
    ("No step recorded", (Status.NOT_RECORDED,)),
)


@dataclass(frozen=True)
class Group:
    """Partnerships of one state, or the first of them, how many there are, and how many
    more may be in it."""

    name: str
    statuses: list[str]
    rows: list[Any]
    count: int
    more: int


@register.filter
def by_status(partnerships):
    """The groups of partnerships there are or may be, each in order of signature; the
    first ``MOST_ROWS`` of all are shown."""
    groups, room = [], MOST_ROWS
    for name, statuses in _GROUPS:
        rows = [row for row in partnerships if row.status in statuses]
        more = sum(
            row.status not in statuses and not {*statuses}.isdisjoint(row.status_may_be)
            for row in partnerships
        )
        if rows or more:
            rows.sort(key=lambda row: str(row.signed_latest or ""))
            values = [status.value for status in statuses]
            groups.append(Group(name, values, rows[:room], len(rows), more))
            room -= len(groups[-1].rows)
    return groups


@register.filter
def finding(statistics, clock):
    """The finding that leads the first page: how many are signed on its day, or that
    nothing was on record by then."""
    if clock.known and not statistics.partnerships:
        return f"Nothing was on record on {day_in_words(clock.known)}"
    signed = signed_in_words(statistics)
    if clock.given.get("as_of") or clock.errors:
        return f"On {day_in_words(clock.on)}: {signed}"
    return capitalised(signed)


@register.filter
def sdp_line(row, deciding):
    return row_words.sdp_line(row, deciding.get(row.sdp_milestone_id))


@register.simple_tag(takes_context=True)
def register_row(context, row, scale, deciding):
    """The row of a partnership: its name, its strip, its state in a line."""
    # No template: a page has forty, and much else.
    doubt = row_words.doubts(row)
    return format_html(
        '<tr><th scope="row"><a href="{}">{}</a></th><td>{}</td>'
        '<td class="register-words">{} <span class="safe">{}</span>{}</td></tr>',
        dated_url(context, "partnership-detail", row.partner.slug),
        row.partner.name,
        strip(row, scale),
        sdp_line(row, deciding),
        row_words.safe_line(row),
        doubt and format_html(' <span class="perhaps">{}</span>', doubt),
    )


@register.filter
def row_sentence(row, listed):
    """The state of a row in a sentence that stands alone."""
    return row_words.sentence(row, listed[row.pk])


@register.filter
def last_change(listed):
    return row_words.last_change(listed)


@register.filter
def areas_line(row, count):
    return row_words.areas_line(row, count)


@register.filter
def sources_line(listed):
    return row_words.sources_line(listed)


@register.filter
def safe_line(row):
    return row_words.safe_line(row)


@register.filter
def doubts(row):
    return row_words.doubts(row)
