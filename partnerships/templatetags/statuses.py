"""Statuses, steps and tracks in words and marks."""

from functools import cache

from django import template
from django.utils.html import format_html
from django.utils.text import get_text_list

from partnerships.choices import SafeStatus, SdpStatus, Status, Track
from partnerships.dates import day_in_words
from partnerships.lifecycle.table import EFFECTS
from partnerships.templatetags.dates import partial_date, thousands
from partnerships.text import in_sentence

register = template.Library()
register.filter(in_sentence)

NAMES_PER_STATUS = 24

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


@register.simple_tag
def status_badge(status):
    """The headline or SDP status, by shape, colour and word."""
    return _badge(status, Status(status).label)


@register.simple_tag
def safe_badge(status):
    """The SAFE status, by shape, colour and word."""
    return _badge(f"safe-{status}", SafeStatus(status).label)


@cache
def _badge(mark, label):
    # No template: lists show many.
    return format_html(
        '<span class="badge badge-{mark}">'
        '<svg class="mark" viewBox="0 0 16 16" aria-hidden="true">'
        '<use href="#mark-{mark}"></use></svg>{label}</span>',
        mark=mark,
        label=label,
    )


@register.filter
def milestone_mark(milestone):
    """The name of a milestone's mark: the mark of the status that it leads to."""
    return _mark(milestone.track, EFFECTS[milestone.track][milestone.kind])


def _mark(track, effect):
    name = str(effect or "event")
    return f"safe-{name}" if track == Track.SAFE else name


@register.filter
def mark_legend(milestones):
    """The marks of these milestones in order of steps: track, name and words."""
    shown = {milestone_mark(milestone) for milestone in milestones}
    legend = {}
    for track, effects in EFFECTS.items():
        prefix = "SAFE: " if track == Track.SAFE else ""
        for effect in effects.values():
            label = effect.label.lower() if effect else "another event"
            legend[_mark(track, effect)] = (track, f"{prefix}{label}")
    return [
        (track, mark, label) for mark, (track, label) in legend.items() if mark in shown
    ]


@register.filter
def sdp_status_in_words(status):
    return IN_WORDS[status]


@register.filter
def safe_status_in_words(status):
    return SAFE_IN_WORDS[status]


@register.filter
def record_in_brief(record):
    """The two statuses of a record and their day, for those who see no more of it."""
    partnership = record.partnership
    sdp, safe = IN_WORDS[partnership.sdp_status], SAFE_IN_WORDS[partnership.safe_status]
    return f"{sdp} SAFE: {safe} On {day_in_words(record.on)}."


@register.filter
def joined_by(choices, last_word):
    """Statuses or kinds of milestones in a sentence: "suspended or ended"."""
    return get_text_list([in_sentence(choice.label) for choice in choices], last_word)


@register.filter
def set_by_milestones(status, track):
    """The kinds of milestones that set a status."""
    return [kind for kind, effect in EFFECTS[track].items() if effect == status]


@register.filter
def tracks_decided(record, milestone):
    """The names of the tracks whose status a milestone decides."""
    tracks = [track for track, fact in record.because if fact.about == milestone]
    return " and ".join(track.upper() for track in tracks)


@register.filter
def waiting_in_words(course):
    """The day since which a track has its status, and the days from then: "at least" so
    many where the day of the deciding milestone is not known exactly."""
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
def by_status(partnerships, counts):
    """The statuses there are, furthest first, with count and first partnerships."""
    groups = {status: [] for status in reversed(Status)}
    for partnership in partnerships:
        groups[partnership.status].append(partnership)
    return [
        (status, counts[status], rows[:NAMES_PER_STATUS])
        for status, rows in groups.items()
        if counts[status]
    ]


@register.filter
def without_partnership(counts):
    """The statuses that no partnership has."""
    return [status for status, count in counts.items() if not count]
