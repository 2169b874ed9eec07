"""How sure a status or an event is, and how far the record knows, in words."""

from django import template
from django.utils.text import get_text_list

from partnerships.choices import Certainty, SafeStatus, SdpStatus, Status
from partnerships.dates import day_in_words
from partnerships.text import in_sentence
from partnerships.web.event_words import event_in_words

register = template.Library()
register.filter(event_in_words)

VOCABULARIES = {"status": Status, "sdp_status": SdpStatus, "safe_status": SafeStatus}
#: Statuses that read otherwise after "may be" than by their label.
MAY_BE = {
    SdpStatus.EXPLORATORY: "in exploratory talks",
    SafeStatus.NOT_NEEDED: "in no need of a partnership for SAFE",
    SafeStatus.NO_AGREEMENT: "without an agreement",
}
NUMBERS = [
    *("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve"),
]
MOST_NAMED = 3


@register.filter
def perhaps(partnership, field="status"):
    """The words beside the badge of one of its statuses that is not simply so:
    "reportedly signed; may be suspended". Empty where it is."""
    status = getattr(partnership, field)
    words = []
    if _is_reported(partnership, field):
        words.append(f"reportedly {in_sentence(VOCABULARIES[field](status).label)}")
    if may_be := getattr(partnership, f"{field}_may_be"):
        choices = [VOCABULARIES[field](value) for value in may_be]
        names = [MAY_BE.get(one, in_sentence(one.label)) for one in choices]
        words.append(f"may be {get_text_list(names, 'or')}")
    return "; ".join(words)


def _is_reported(partnership, field):
    if field == "safe_status":
        return partnership.safe_status_reported
    by_safe = (
        field == "sdp_status"
        and partnership.status == Status.SAFE_ASSOCIATED
        and partnership.safe_status_reported
    )
    return partnership.status_reported and not by_safe


@register.filter
def checked_before(day, on):
    """The day through which editors looked, where a page is about a later one:
    "checked through 28 February 2026"."""
    if day is None:
        return "not checked by the editors"
    return f"checked through {day_in_words(day)}" if day < on else ""


@register.filter
def checked_together(partnerships, on=None):
    """The first day through which editors looked for news of each of these, and which
    they have not checked, as a sentence; empty where the day ``on`` is covered."""
    days = [row.checked_through for row in partnerships if row.checked_through]
    unchecked = [row.partner.name for row in partnerships if not row.checked_through]
    if not days:
        return "Not checked by the editors." if unchecked else ""
    if on and not unchecked and min(days) >= on:
        return ""
    if not unchecked:
        return f"Checked through {day_in_words(min(days))}."
    names = get_text_list(unchecked, "and")
    if len(unchecked) > MOST_NAMED:
        names = f"{len(unchecked)} others"
    return f"Checked through {day_in_words(min(days))}; not checked: {names}."


@register.filter
def number_in_words(number):
    """A number in words up to twelve: "nine"; "no" for none."""
    return NUMBERS[number] if number < len(NUMBERS) else f"{number:,}"


@register.filter
def signed_in_words(statistics):
    """How many are signed, and how sure that is: "nine partnerships signed, one by
    press reports alone; one more may be"."""
    total, reported = statistics.signed_total, statistics.signed_reported
    text = f"{number_in_words(total)} partnership{'' if total == 1 else 's'} signed"
    if reported:
        all_of_them = {1: "", 2: "both "}.get(total, "all ")
        some = f"{number_in_words(reported)} "
        text += f", {all_of_them if reported == total else some}by press reports alone"
    if more := statistics.signed_may_be:
        text += f"; {number_in_words(more)}{' more' if total else ''} may be"
    return text


@register.filter
def common_areas_in_words(statistics):
    """Which partnerships the common areas are common to, and how many that leaves out:
    "areas common to the nine whose areas are assessed; three are not assessed"."""
    left_out = statistics.signed_not_assessed
    assessed = statistics.signed_total - left_out
    count = len(statistics.areas_common_to_all_signed)
    if not assessed:
        return "areas: no signed partnership has all its areas assessed"
    text = f"area{'' if count == 1 else 's'} common to the "
    text += (
        "one signed partnership whose areas are assessed"
        if assessed == 1
        else f"{number_in_words(assessed)} signed partnerships whose areas are assessed"
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
