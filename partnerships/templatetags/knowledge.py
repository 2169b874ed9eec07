"""The certainty of statuses and events, and the reach of the record, in words."""

from django import template
from django.utils.text import get_text_list

from partnerships.choices import Certainty
from partnerships.dates import day_in_words

register = template.Library()

NUMBERS = [
    *("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve"),
]
MOST_NAMED = 3


@register.filter
def checked_before(day, on):
    """The day through which editors looked, where a page is about a later one:
    "checked through 28 February 2026"."""
    if day is None:
        return "no check is recorded"
    return f"checked through {day_in_words(day)}" if day < on else ""


@register.filter
def checked_in_words(day):
    """The day through which editors looked: "Checked through 28 February 2026"."""
    return f"Checked through {day_in_words(day)}" if day else "No check is recorded"


@register.filter
def checked_together(partnerships, on=None):
    """The first day through which editors looked for news of each of these, and which
    they have not checked, as a sentence; empty where the day ``on`` is covered."""
    days = [row.checked_through for row in partnerships if row.checked_through]
    unchecked = [row.partner.name for row in partnerships if not row.checked_through]
    if not days:
        return "No check is recorded." if unchecked else ""
    if on and not unchecked and min(days) >= on:
        return ""
    if not unchecked:
        return f"Checked through {day_in_words(min(days))}."
    names = get_text_list(unchecked, "and")
    if len(unchecked) > MOST_NAMED:
        names = f"{len(unchecked)} others"
    return f"Checked through {day_in_words(min(days))}; no check of {names}."


@register.filter
def checked_alike(partnerships):
    """True where one day of checking holds for each of these, said once for all."""
    return len({row.checked_through for row in partnerships}) == 1


@register.filter
def number_in_words(number):
    """A number in words up to twelve: "nine"; "no" for none."""
    return NUMBERS[number] if number < len(NUMBERS) else f"{number:,}"


@register.filter
def signed_in_words(statistics):
    """Return how many are signed, and how sure that is: "nine partnerships signed, one
    by press reports alone; one of these may not be; one more may be"."""
    total, reported = statistics.signed_total, statistics.signed_reported
    text = f"{number_in_words(total)} partnership{'' if total == 1 else 's'} signed"
    if reported:
        all_of_them = {1: "", 2: "both "}.get(total, "all ")
        some = f"{number_in_words(reported)} "
        text += f", {all_of_them if reported == total else some}by press reports alone"
    if fewer := statistics.signed_may_not_be:
        which = f"{number_in_words(fewer)} of these" if total > 1 else "it"
        text += f"; {which} may not be"
    if more := statistics.signed_may_be:
        text += f"; {number_in_words(more)}{' more' if total else ''} may be"
    return text


@register.filter
def common_areas_in_words(statistics):
    """Say how many areas are common to which partnerships, and how many that leaves
    out: "ten areas are in all nine signed partnerships that are assessed; three are not
    assessed"."""
    left_out = statistics.signed_not_assessed
    assessed = statistics.signed_total - left_out
    count = len(statistics.areas_common_to_all_signed)
    if not assessed:
        return "no signed partnership has all its areas assessed"
    areas = f"{number_in_words(count)} area{'' if count == 1 else 's'}"
    verb = "is" if count == 1 else "are"
    text = f"{areas} {verb} " + (
        "in the one signed partnership that is assessed"
        if assessed == 1
        else f"in all {number_in_words(assessed)} signed partnerships that are assessed"
    )
    if left_out:
        verb = "is" if left_out == 1 else "are"
        text += f"; {number_in_words(left_out)} {verb} not assessed"
    return text


@register.filter
def perhaps_held(affiliation, on):
    """True where it may have held on a day, and does not certainly."""
    holding = affiliation.as_holding()
    return holding.may_hold_on(on) and not holding.holds_on(on)


@register.filter
def is_rejected(about):
    """True of a milestone that the editors rule did not happen."""
    return getattr(about, "certainty", None) == Certainty.REJECTED
