"""Statuses, steps and tracks in words and marks."""

from functools import cache

from django import template
from django.utils.html import format_html
from django.utils.text import get_text_list

from partnerships.choices import SafeStatus, Status
from partnerships.lifecycle.table import EFFECTS
from partnerships.text import as_sentence
from partnerships.web import (
    milestone_words,
    safe_words,
    status_words,
    timeline_marks,
)

register = template.Library()


@register.simple_tag
def status_badge(status, is_reported=False):
    """The headline or SDP status, by shape, colour and words: "Reportedly signed"."""
    return _badge(status, status_words.reportedly(Status(status).label, is_reported))


@register.simple_tag
def safe_badge(status, is_reported=False):
    """The SAFE status, by shape, colour and words."""
    return _badge(
        f"safe-{status}", status_words.reportedly(SafeStatus(status).label, is_reported)
    )


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
def status_in_words(status):
    """The headline status: "SAFE associated"."""
    return Status(status).label


@register.filter
def milestone_mark(milestone):
    return timeline_marks.mark_name(milestone)


@register.filter
def mark_legend(milestones):
    return timeline_marks.legend(milestones)


@register.filter
def has_partnership(partnership):
    return status_words.has_partnership(partnership)


@register.filter
def official_title(partnership):
    """The title of a partnership that is signed, or was; else between whom one would
    be: nothing may look like a partnership that is none."""
    return status_words.official_title(partnership)


@register.filter
def sdp_meaning(status):
    return status_words.SDP_MEANINGS[status]


@register.filter
def safe_meaning(status):
    """The meaning of a SAFE status: first its effect, then the legal term."""
    return safe_words.SAFE_MEANINGS[status]


@register.filter
def how_sure(partnership, name="status"):
    return status_words.how_sure(partnership, name)


@register.filter
def milestone_title(milestone):
    """Who and what: "India: partnership signed"."""
    return milestone_words.title(milestone)


@register.filter
def milestone_sentence(milestone):
    """The milestone with its day and place, as a sentence."""
    return milestone_words.sentence(milestone)


@register.filter
def milestone_what(milestone):
    """The title without the partner: "partnership signed"."""
    return milestone_words.what(milestone)


@register.filter
def outcome_in_words(milestone, record):
    """Return what became of an announcement by the day of its record."""
    facts = [*record.milestones, *record.uncertain]
    outcome = milestone_words.outcome(
        milestone,
        [fact.about for fact in facts],
        checked_through=record.partnership.checked_through,
        on=record.on,
    )
    return as_sentence(outcome)


@register.filter
def acted_apart(milestone):
    """Who acted, where the title does not say it."""
    return milestone.actor if milestone_words.names_actor_apart(milestone) else ""


@register.filter
def joined_by(choices, last_word):
    """Statuses or kinds of milestones in a sentence: "suspended or ended"."""
    return get_text_list(
        [milestone_words.in_sentence(choice.label) for choice in choices], last_word
    )


@register.filter
def set_by_milestones(status, track):
    """The kinds of milestones that set a status."""
    return [kind for kind, effect in EFFECTS[track].items() if effect == status]
