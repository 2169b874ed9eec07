"""Facts in groups, each with a heading and the end of an address."""

import re
from typing import NamedTuple

from django import template
from django.utils.text import slugify

from partnerships.choices import (
    AffiliationKind,
    EngagementState,
    Frequency,
    HolderKind,
)
from partnerships.selectors.facts import Fact
from partnerships.templatetags.dates import period
from partnerships.web.markup import joined

register = template.Library()

#: The questions that every reader has, by their slugs.
ASKED_MOST = [
    *("legally-binding", "mutual-defence", "who-negotiates", "who-authorises"),
    *("who-signs", "safe-access", "safe-component-limit"),
]


#: Notes up to this length stand in full.
MOST_CHARACTERS = 130
_FIRST_SENTENCE = re.compile(r"(.+?[.!?”](?=\s|$)|.*)\s*(.*)", re.DOTALL)


class Group(NamedTuple):
    """Facts under one heading."""

    heading: str
    facts: list[Fact]

    @property
    def slug(self) -> str:
        return slugify(self.heading)


@register.filter
def ties_by_kind(record):
    """The other ties of a record by kind; last, those that are only envisaged."""
    envisaged = EngagementState.ENVISAGED
    in_being = [f for f in record.engagements if f.about.state != envisaged]
    others = [f for f in record.engagements if f.about.state == envisaged]
    groups = _by_heading(in_being, lambda tie: tie.get_kind_display())
    return [*groups, *as_one_group(others, envisaged.label)]


@register.filter
def standing_name(tie):
    """An affiliation by its kind; one of another kind by how its note begins."""
    is_other = tie.kind == AffiliationKind.OTHER
    return re.split("[,;.]", tie.note)[0] if is_other else tie.get_kind_display()


@register.filter
def in_short(tie):
    """Kind or time of a tie, its level and how often it meets, in a line."""
    is_envisaged = tie.state == EngagementState.ENVISAGED
    time = period(tie) if tie.since or tie.until else ""
    is_regular = tie.frequency not in ("", Frequency.NOT_SPECIFIED)
    often = tie.get_frequency_display().lower() if is_regular else ""
    parts = [tie.get_kind_display() if is_envisaged else time, tie.level, often]
    return joined("; ", filter(None, parts))


@register.filter
def in_two(note):
    """A note as its first sentence and the rest; whole, with nothing after it, where it
    is short."""
    first, rest = _FIRST_SENTENCE.fullmatch(note.strip()).groups("")
    is_short = len(note) <= MOST_CHARACTERS
    return (note, "") if is_short else (first, rest)


@register.filter
def by_holder(facts):
    """Positions by who holds them."""
    labels = dict(HolderKind.choices)
    groups = _by_heading(facts, lambda position: labels[position.holder_kind])
    order = list(labels.values())
    return sorted(groups, key=lambda group: order.index(group.heading))


@register.filter
def by_name(facts):
    """Positions by the name of who holds them, in the order of the newest of each."""
    return _by_heading(facts, lambda position: position.holder)


@register.filter
def by_agreement(facts):
    """Questions: those asked most, then those on which sources agree, and not."""
    asked = [f for slug in ASKED_MOST for f in facts if f.about.slug == slug]
    others = [fact for fact in facts if fact not in asked]
    agreed = [fact for fact in others if not fact.rivals]
    disputed = [fact for fact in others if fact.rivals]
    return [
        *as_one_group(asked, "Asked most"),
        *as_one_group(agreed, "Sources agree"),
        *as_one_group(disputed, "Sources disagree"),
    ]


def as_one_group(facts, heading):
    """These facts in a list of one group, or of none."""
    return [Group(heading, facts)] if facts else []


def _by_heading(facts, heading_of):
    groups = {}
    for fact in facts:
        groups.setdefault(heading_of(fact.about), []).append(fact)
    return [Group(heading, listed) for heading, listed in groups.items()]
