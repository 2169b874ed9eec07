"""Days, spans and numbers in words."""

from datetime import date

from django.utils.html import format_html

from partnerships import dates
from partnerships.templatetags.presentation.library import register

NOT_RECORDED = "not recorded"


@register.filter
def partial_date(value):
    """A date in words; marked up as a time only where the day is known."""
    if value is None:
        return NOT_RECORDED
    if not value.is_day:
        return value.display()
    return format_html(
        '<time datetime="{}">{}</time>', value.earliest.isoformat(), value.display()
    )


@register.filter
def readable(value):
    """A value in the log, in words."""
    if value is None:
        return "(nothing)"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dates.PartialDate):
        return partial_date(value)
    if isinstance(value, date):
        return partial_date(dates.PartialDate(value.isoformat()))
    return value


@register.filter
def headline(operation):
    """What was done at once, in a line: its first change, or how many there were."""
    change = operation.first
    if operation.is_bulk:
        return f"{'At least ' * operation.is_cut}{operation.count:,} changes"
    name = change.model_label
    return f"{name[:1].upper()}{name[1:]} {change.action}: {change.label}"


@register.filter
def period(about):
    """When an affiliation or engagement began and ended, as far as is known."""
    since = "start not recorded"
    if about.since:
        since = format_html("since {}", partial_date(about.since))
    if not about.until:
        return since
    return format_html("{}, until {}", since, partial_date(about.until))


@register.filter
def between(form):
    """The span of days that a log is asked for, as the beginning of a sentence; empty
    where none is."""
    start, end = form.cleaned_data.get("from"), form.cleaned_data.get("to")
    if start and end:
        return dates.span_in_words(start, end)
    if start:
        return f"Since {dates.day_in_words(start)}"
    return f"Until {dates.day_in_words(end)}" if end else ""


@register.filter
def thousands(number):
    return f"{number:,}"
