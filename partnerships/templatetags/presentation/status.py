"""Statuses, steps and tracks in words and marks."""

from datetime import timedelta
from functools import cache

from django.utils.html import format_html
from django.utils.text import get_text_list

from partnerships.choices import (
    SafeStatus,
    SdpStatus,
    Status,
    Track,
)
from partnerships.dates import day_in_words
from partnerships.templatetags.presentation.dates import partial_date, thousands
from partnerships.templatetags.presentation.library import register
from partnerships.web.timeline_drawing import shape_of

NAMES_PER_STATUS = 24


TRACK_NAMES = {Track.SDP: "SDP", Track.SAFE: "SAFE"}


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
def safe_standing_in_words(status):
    """The rest of a sentence that begins with the partner."""
    return SAFE_STANDING_IN_WORDS[status]


@register.filter
def in_sentence(label):
    """A label inside a sentence: "signed", but "European Parliament consented" and
    "SAFE associated"."""
    is_name = label.startswith(("European", "SAFE"))
    return label if is_name else label[:1].lower() + label[1:]


@register.filter
def in_brief(record):
    """Where a record stands, in a sentence or two, for those who see no more of it."""
    partnership = record.partnership
    sdp, safe = IN_WORDS[partnership.sdp_status], SAFE_IN_WORDS[partnership.safe_status]
    return f"{sdp} SAFE: {safe} On {day_in_words(record.on)}."


@register.filter
def track_name(track):
    return TRACK_NAMES[track]


@register.filter
def shape(milestone):
    """The name of a milestone's mark."""
    return shape_of(milestone.track, milestone.kind)


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
    return [
        (status, counts[status], rows[:NAMES_PER_STATUS])
        for status, rows in groups.items()
        if counts[status]
    ]


@register.filter
def empty_statuses(counts):
    """The statuses that no partnership has, in a list of words."""
    names = [in_sentence(status.label) for status, n in counts.items() if not n]
    return get_text_list(names, "or")
