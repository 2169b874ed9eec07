"""How pages put the record into words. Nothing here queries or decides anything."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
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
SAFE_STANDING_IN_WORDS = {
    SafeStatus.NOT_NEEDED: (
        "needs no agreement and no partnership: the Regulation opens common "
        "procurement to EEA-EFTA states and to Ukraine."
    ),
    SafeStatus.ELIGIBLE: (
        "is eligible: the Regulation opens common procurement to EU candidates, "
        "potential candidates and those that signed a Security and Defence Partnership."
    ),
    SafeStatus.NOT_ELIGIBLE: (
        "is not eligible: it is not on record as a signed partner, EU candidate, "
        "potential candidate or EEA-EFTA state. Anyone may ask for an agreement; the "
        "steps after that need such a standing."
    ),
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


@register.inclusion_tag("includes/badge.html")
def status_badge(status):
    """The headline or SDP status, by shape, colour and word."""
    return {"mark": status, "label": Status(status).label}


@register.inclusion_tag("includes/badge.html")
def safe_badge(status):
    return {"mark": f"safe-{status}", "label": SafeStatus(status).label}


@register.filter
def in_words(status):
    """A sentence on an SDP status."""
    return IN_WORDS[status]


@register.filter
def safe_in_words(status):
    return SAFE_IN_WORDS[status]


@register.filter
def safe_standing_in_words(status):
    """The rest of a sentence that begins with the partner."""
    return SAFE_STANDING_IN_WORDS[status]


@register.filter
def in_sentence(label):
    """A label inside a sentence: "signed", but "European Parliament consented"."""
    is_name = label.startswith("European")
    return label if is_name else label[:1].lower() + label[1:]


@register.filter
def in_brief(record):
    """Where a record stands, in a sentence or two, for those who see no more of it."""
    partnership = record.partnership
    sdp, safe = IN_WORDS[partnership.sdp_status], SAFE_IN_WORDS[partnership.safe_status]
    return f"{sdp} SAFE: {safe} On {record.on.day} {record.on:%B %Y}."


@register.filter
def track_name(track):
    return TRACK_NAMES[track]


@register.filter
def in_list(kinds, last_word):
    """Kinds of milestones in a sentence: "suspended or ended"."""
    return get_text_list([in_sentence(kind.label) for kind in kinds], last_word)


@register.filter
def standstill(course):
    """Since when a track stands where it stands: "at least" so many days, where the
    day of the deciding milestone is not known exactly."""
    if course.deciding is None:
        return "No step is recorded by this day, so nothing waits."
    days = f"{thousands(course.days)} day{'' if course.days == 1 else 's'}"
    return format_html(
        "{} since {} ({}).",
        "Waiting" if course.ahead.onward else "It has stood so",
        partial_date(course.deciding.about.date),
        days if course.is_exact else f"at least {days}",
    )


@register.filter
def next_day(day):
    return day + timedelta(days=1)


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
        return "(nothing)"
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
def count_of(counts, key):
    """What a dictionary holds for a key, 0 if nothing."""
    return counts.get(key, 0)


@register.filter
def cells_by_value(record):
    """Pairs of each value of coverage and its cells, the empty ones too."""
    return [(value, record.cells_with(value)) for value in CoverageValue]


# Addresses


@register.simple_tag(takes_context=True)
def dated_url(context, name, *args, **parameters):
    """The address of a page, on the day that this page is about."""
    clock = context.get("clock")
    if clock and clock.is_valid():
        parameters |= {key: day for key, day in clock.cleaned_data.items() if day}
    query = urlencode(parameters)
    return reverse(name, args=args) + (f"?{query}" if query else "")


# Data for machines

#: What is markup in HTML, as JSON may also write it; json_script does the same.
_IN_SCRIPT = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&'"}


@register.simple_tag
def json_ld(data):
    """A block of linked data, which no browser runs; nothing for None."""
    if data is None:
        return ""
    text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False)
    # All but the quotes is escaped once more, and so is shown to hold no markup.
    parts = text.translate(_IN_SCRIPT).split('"')
    places = '"'.join(["{}"] * len(parts))
    return format_html(f'<script type="application/ld+json">{places}</script>', *parts)


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
