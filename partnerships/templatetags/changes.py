"""The log in words."""

from datetime import date

from django import template

from partnerships.dates import PartialDate
from partnerships.templatetags.dates import partial_date
from partnerships.text import as_sentence, in_a_line

register = template.Library()

NO_REASON = "No reason was required then."
NOT_PUBLIC = "Only fields that are not public were changed."


@register.filter
def reason(change):
    return change.reason or NO_REASON


@register.filter
def reason_sentence(change):
    """The reason of a change, with an end where its editor gave it none."""
    return as_sentence(change.reason or NO_REASON)


@register.simple_tag
def not_public():
    return NOT_PUBLIC


@register.filter
def logged_value(value):
    """A value of a field, before or after a change."""
    if value is None:
        return "(nothing)"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        value = PartialDate(value.isoformat())
    return partial_date(value) if isinstance(value, PartialDate) else value


@register.filter
def group_title(group):
    """An operation in a line: what matters most in it, or how many changes it
    was, and why."""
    if not group.is_bulk:
        return group.change.title
    reason = f": {in_a_line(group.change.reason)}" if group.change.reason else ""
    return f"{group.count:,} changes at once{reason}"
