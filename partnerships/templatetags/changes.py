"""The log in words."""

from datetime import date

from django import template

from partnerships.dates import PartialDate
from partnerships.templatetags.dates import partial_date

register = template.Library()

NO_REASON = "No reason was required then."
NOT_PUBLIC = "Only fields that are not public were changed."


@register.filter
def reason(change):
    return change.reason or NO_REASON


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
def operation_title(operation):
    """An operation in a line: what matters most in it, or how many changes it was."""
    if operation.is_bulk:
        return f"{'At least ' * operation.is_cut}{operation.count:,} changes"
    return operation.change.title
