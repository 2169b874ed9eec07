"""Days, spans of days and numbers in words."""

from django import template
from django.utils.html import format_html

from partnerships.choices import EngagementState
from partnerships.dates import day_in_words, span_in_words
from partnerships.web import past_words

register = template.Library()


@register.filter
def partial_date(value):
    """A partial date in words; marked up as a time only where the day is known."""
    if value is None:
        return "not recorded"
    if not value.is_day:
        return value.display()
    return format_html(
        '<time datetime="{}">{}</time>', value.earliest.isoformat(), value.display()
    )


@register.filter
def period(tie):
    """Return when an affiliation or engagement began and ended, as far as is known;
    when an event took place; "only envisaged" of a tie that is not there."""
    state = getattr(tie, "state", EngagementState.IN_BEING)
    if state == EngagementState.ENVISAGED:
        return "only envisaged"
    if state == EngagementState.EVENT:
        return partial_date(tie.since) if tie.since else "day not recorded"
    since = "start not recorded"
    if tie.since:
        since = format_html("since {}", partial_date(tie.since))
    if not tie.until:
        return since
    return format_html("{}, until {}", since, partial_date(tie.until))


@register.filter
def date_range(form):
    """The days that a log is filtered by, as the beginning of a sentence: "Since 1 May
    2026"; empty where there are none."""
    start, end = form.cleaned_data.get("from"), form.cleaned_data.get("to")
    if start and end:
        return span_in_words(start, end)
    if start:
        return f"Since {day_in_words(start)}"
    return f"Until {day_in_words(end)}" if end else ""


@register.filter
def past_in_words(past):
    return past_words.past_in_words(past)


@register.filter
def thousands(number):
    return f"{number:,}"
