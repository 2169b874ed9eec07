"""How pages put the record into words. Nothing here queries or decides anything."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.text import get_text_list

from partnerships import dates
from partnerships.choices import (
    CoverageValue,
    Frequency,
    MilestoneKind,
    SafeStatus,
    SdpStatus,
    Standing,
    Status,
    Track,
)

register = template.Library()

_CHECKED = SafeString(" checked")
NOT_RECORDED = "not recorded"
TRACK_NAMES = {Track.SDP: "SDP", Track.SAFE: "SAFE"}
SIGNS = {Standing.AGREES: "=", Standing.COMPATIBLE: "≈", Standing.DISAGREES: "≠"}
IN_WORDS = {
    SdpStatus.NOT_RECORDED: "No step towards a partnership is recorded by this day.",
    SdpStatus.PROPOSED: "A partnership has been proposed.",
    SdpStatus.EXPLORATORY: "Talks explore whether there will be a partnership.",
    SdpStatus.NEGOTIATING: "A partnership is being negotiated.",
    SdpStatus.SIGNED: "The partnership is signed.",
    SdpStatus.SUSPENDED: "The partnership was signed and is suspended.",
    SdpStatus.ENDED: "The partnership has ended.",
    SdpStatus.ABANDONED: "The attempt at a partnership was abandoned.",
}
SAFE_IN_WORDS = {
    SafeStatus.NOT_NEEDED: (
        "Takes part in SAFE’s common procurement without a partnership, as an "
        "EEA-EFTA state or as Ukraine."
    ),
    SafeStatus.ELIGIBLE: (
        "May take part in SAFE’s common procurement, as an EU candidate, potential "
        "candidate or signed partner. No step towards an agreement on SAFE is "
        "recorded by this day."
    ),
    SafeStatus.NOT_ELIGIBLE: (
        "No standing that opens SAFE is recorded: no signed partnership, no EU "
        "candidacy, no EEA-EFTA membership."
    ),
    SafeStatus.REQUESTED: "A bilateral agreement on SAFE has been asked for.",
    SafeStatus.NEGOTIATING: "A bilateral agreement on SAFE is being negotiated.",
    SafeStatus.AGREED: "A bilateral agreement on SAFE is agreed but not yet signed.",
    SafeStatus.ASSOCIATED: (
        "A bilateral agreement on SAFE is signed or provisionally applied; its entry "
        "into force is not recorded."
    ),
    SafeStatus.IN_FORCE: "A bilateral agreement on SAFE is in force.",
    SafeStatus.NO_AGREEMENT: (
        "Negotiations on SAFE ended without an agreement. The partnership itself "
        "is a separate matter."
    ),
    SafeStatus.SUSPENDED: "The bilateral agreement on SAFE is suspended.",
    SafeStatus.TERMINATED: "The bilateral agreement on SAFE was terminated.",
}


# Status


@register.simple_tag
def status_badge(status):
    """The headline or SDP status, by shape, colour and word."""
    return _badge(status, Status(status).label)


@register.simple_tag
def safe_badge(status):
    return _badge(f"safe-{status}", SafeStatus(status).label)


@cache
def _badge(mark, label):
    # Not a template: lists show many.
    return format_html(
        '<span class="badge badge-{mark}">'
        '<svg class="mark" viewBox="0 0 16 16" aria-hidden="true">'
        '<use href="#mark-{mark}"></use></svg>{label}</span>',
        mark=mark,
        label=label,
    )


@register.filter
def in_words(status):
    """A sentence on an SDP status."""
    return IN_WORDS[status]


@register.filter
def safe_in_words(status):
    return SAFE_IN_WORDS[status]


@register.filter
def in_sentence(label):
    """A label inside a sentence: "signed", but "European Parliament consented"."""
    is_name = label.startswith("European")
    return label if is_name else label[:1].lower() + label[1:]


@register.filter
def track_name(track):
    return TRACK_NAMES[track]


@register.filter
def decides(record, milestone):
    """The names of the tracks whose status this milestone decides."""
    tracks = [track for track, fact in record.because if fact.about == milestone]
    return " and ".join(TRACK_NAMES[track] for track in tracks)


@register.filter
def by_status(partnerships, counts):
    """Status, count and first partnerships, furthest first, those with any alone."""
    groups = {status: [] for status in reversed(Status)}
    for partnership in partnerships:
        groups[partnership.status].append(partnership)
    return [(status, counts[status], rows) for status, rows in groups.items() if rows]


@register.filter
def empty_statuses(counts):
    """The statuses that no partnership has, in a list of words."""
    names = [in_sentence(status.label) for status, n in counts.items() if not n]
    return get_text_list(names, "or")


# Time and numbers


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
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dates.PartialDate):
        return partial_date(value)
    if isinstance(value, date):
        return partial_date(dates.PartialDate(value.isoformat()))
    return value


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
def thousands(number):
    return f"{number:,}"


# Facts and sources


@register.filter
def unrecorded(milestone):
    """What is not known of a milestone, as a list of words."""
    wanted = ["place", "reference"]
    if milestone.kind == MilestoneKind.SIGNED:
        wanted.append("signatories")
    return ", ".join(name for name in wanted if not getattr(milestone, name))


@register.filter
def publishers(claims):
    """Who published the sources of these claims: "the Council, EEAS and 2 others"."""
    names = list(dict.fromkeys(claim.source.publisher for claim in claims))
    if len(names) > 3:
        names = [*names[:2], f"{len(names) - 2} others"]
    return get_text_list(names, "and")


@register.filter
def dispute(fact):
    """How many sources disagree, and whether the editors have ruled."""
    count = len({claim.source_id for claim in fact.rivals})
    ruled = "ruled on" if fact.ruling else "not ruled on yet"
    return (
        f"{count} {'source disagrees' if count == 1 else 'sources disagree'}, {ruled}"
    )


@register.filter
def by_standing(claims):
    """Those that agree first, the rivals last."""
    return sorted(claims, key=lambda claim: Standing.values.index(claim.standing))


@register.filter
def sign(standing):
    return SIGNS[standing]


@register.filter
def standing_word(standing):
    return Standing(standing).label.lower()


@register.filter
def said(claim):
    """What a source says of a fact, in words."""
    if claim.says in CoverageValue.values:
        return CoverageValue(claim.says).label.lower()
    if claim.says in Frequency.values:
        return Frequency(claim.says).label.lower()
    if amount := re.fullmatch(r"(\d+) ([A-Z]{3})", claim.says, re.ASCII):
        return f"{amount[2]} {int(amount[1]):,}"
    is_number = claim.partnership_id or claim.question_id
    try:
        return claim.says if is_number else dates.parse(claim.says).display()
    except dates.InvalidPartialDate:
        return claim.says


@register.filter
def included_count(record):
    return len(record.cells_with(CoverageValue.INCLUDED))


@register.filter
def cells_by_value(record):
    """Pairs of each value of coverage and its cells, the empty ones too."""
    return [(value, record.cells_with(value)) for value in CoverageValue]


# Lists


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


# Addresses


@register.simple_tag(takes_context=True)
def dated_url(context, name, *args, **parameters):
    """The address of a page, on the day that this page is about."""
    clock = context.get("clock")
    if clock and clock.is_valid():
        parameters |= {key: day for key, day in clock.cleaned_data.items() if day}
    query = urlencode(parameters)
    return reverse(name, args=args) + (f"?{query}" if query else "")


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
