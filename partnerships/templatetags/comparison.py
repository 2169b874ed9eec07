"""A few partnerships side by side, in sentences: what they share, where they part."""

from dataclasses import dataclass

from django import template
from django.utils.text import get_text_list

from partnerships.choices import CoverageValue, EngagementState
from partnerships.models import Area, Engagement, Partnership
from partnerships.selectors.contributions import contribution_totals
from partnerships.templatetags.dates import period
from partnerships.templatetags.knowledge import number_in_words
from partnerships.text import capitalised
from partnerships.web.milestone_words import in_text, when

register = template.Library()

IN, OUT, EXISTS, UNKNOWN = CoverageValue
_EVERY = {2: "both", 3: "all three", 4: "all four"}


@dataclass(frozen=True)
class Line:
    """A sentence on areas: what is said of them, and which they are."""

    words: str
    areas: list[Area]


@register.filter
def names(partnerships):
    """The partners of these, as a heading has them: "Japan and Norway"."""
    return get_text_list([row.partner.name for row in partnerships], "and")


@register.filter
def shared_in_words(comparison):
    """The number of areas that all of them include, and on which they differ; whose
    areas nobody has assessed, and so do not compare."""
    rows = comparison.partnerships
    total = sum(len(pattern.rows) for pattern in comparison.patterns)
    if not total:
        return ""
    assessed = [row for row in rows if row.is_assessed]
    said = []
    if len(assessed) > 1:
        alike = [{*_assessed(p, rows)} for p in comparison.patterns]
        counts = [len(pattern.rows) for pattern in comparison.patterns]
        pairs = list(zip(alike, counts, strict=True))
        shared = sum(n for values, n in pairs if values == {IN})
        differ = sum(n for values, n in pairs if len(values) > 1)
        every = _EVERY[len(assessed)]
        who = every if len(assessed) == len(rows) else f"{_named(assessed)} {every}"
        include = f"{who} include {number_in_words(shared)} of the {total} areas"
        said.append(f"{include}; they differ on {number_in_words(differ)}.")
    if left_out := [row for row in rows if not row.is_assessed]:
        said.append(f"nobody has assessed the areas of {_named(left_out)}.")
    return " ".join(map(capitalised, said))


def _assessed(pattern, partnerships):
    """Return the values of the partnerships whose areas somebody has assessed."""
    pairs = zip(partnerships, pattern.values, strict=True)
    return [value for row, value in pairs if row.is_assessed]


@register.filter
def compares_areas(comparison):
    """True where the areas of two at least are assessed."""
    return sum(row.is_assessed for row in comparison.partnerships) > 1


@register.filter
def lines(comparison):
    """Sentences on what partnerships share and where they part, most shared first; that
    one lacks nothing that all others share is said too."""
    if not compares_areas(comparison):
        return []
    told = [_line(pattern, comparison.partnerships) for pattern in comparison.patterns]
    patterns = comparison.patterns
    first = sum({*pattern.values} == {IN} for pattern in patterns)
    return [*told[:first], *_lacking_nothing(comparison), *told[first:]]


def _lacking_nothing(comparison):
    """Return, of each partnership, that it lacks nothing that all of the others share,
    where that is so and all are assessed."""
    rows = comparison.partnerships
    if not all(row.is_assessed for row in rows) or not comparison.patterns:
        return []
    there = {pattern.values for pattern in comparison.patterns}
    said = []
    for number, lacking in enumerate(rows):
        others = [row for row in rows if row is not lacking]
        values = tuple(OUT if n == number else IN for n in range(len(rows)))
        if values not in there:
            share = "includes" if len(others) == 1 else "share"
            lacks = f"no area that {_named([lacking])} lacks"
            said.append(f"{_named(others)} {share} {lacks}.")
    return [Line(capitalised(words), []) for words in said]


def _line(pattern, partnerships):
    """Return the sentence on areas that are treated alike: "Japan and South Korea both
    include two areas that Norway does not"."""
    areas = [row.area for row in pattern.rows]
    by_value = {value: [] for value in CoverageValue}
    for row, value in zip(partnerships, pattern.values, strict=True):
        if row.is_assessed:
            by_value[value].append(row)
    one = len(areas) == 1
    number = f"{number_in_words(len(areas))} area{'s' * (not one)}"
    if pattern.is_shared:
        words = _alike(pattern.values[0], len(partnerships), number, one=one)
    elif by_value[IN]:
        words = _included(by_value, len(partnerships), number, one=one)
    elif by_value[EXISTS]:
        words = _existing(by_value, number, one=one)
    elif not by_value[UNKNOWN]:
        outside = by_value[OUT]
        words = (
            f"neither {in_text(outside[0].partner)} nor {in_text(outside[1].partner)} "
            f"includes {number}"
            if len(outside) == 2
            else f"none of {_named(outside)} includes {number}"
        )
    else:
        do = "does" if len(by_value[OUT]) == 1 else "do"
        unknown = _are_not_assessed(by_value[UNKNOWN])
        words = f"{_named(by_value[OUT])} {do} not include {number} on which {unknown}"
    return Line(f"{capitalised(words)}:", areas)


def _included(by_value, count, number, *, one):
    included = by_value[IN]
    if len(included) == 1:
        is_alone = len(by_value[OUT]) == count - 1
        verb = f"{' alone' * is_alone} includes"
    else:
        verb = f" {_EVERY[len(included)]} include"
    return f"{_named(included)}{verb} {number} {_but(by_value, one=one)}".rstrip()


def _existing(by_value, number, *, one):
    words = f"{number} already exist{'s' * one} with {_named(by_value[EXISTS])}"
    if outside := by_value[OUT]:
        do = "does" if len(outside) == 1 else "do"
        words += f", and {_named(outside)} {do} not include {'it' if one else 'them'}"
    if unknown := by_value[UNKNOWN]:
        words += f"; {_are_not_assessed(unknown)}"
    return words


def _alike(value, count, number, *, one):
    every = _EVERY[count]
    return {
        IN: f"{every} include {number}",
        EXISTS: f"{number} already exist{'s' * one} with {every}",
        OUT: f"{'neither' if count == 2 else 'none of them'} includes {number}",
        UNKNOWN: f"nobody has assessed {number} for any of them",
    }[value]


def _but(by_value, *, one):
    """Return what tells areas apart: "that Norway does not and that already exist with
    Canada"."""
    said = []
    if outside := by_value[OUT]:
        do = "does" if len(outside) == 1 else "do"
        said.append(f"that {_named(outside)} {do} not")
    if exists := by_value[EXISTS]:
        said.append(f"that already exist{'s' * one} with {_named(exists)}")
    if unknown := by_value[UNKNOWN]:
        said.append(f"on which {_are_not_assessed(unknown)}")
    return get_text_list(said, "and")


def _are_not_assessed(rows):
    return f"{_named(rows)} {'is' if len(rows) == 1 else 'are'} not assessed"


def _named(rows: list[Partnership]) -> str:
    return get_text_list([in_text(row.partner) for row in rows], "and")


@register.filter
def beside_in_words(comparison):
    """Pairs of who in words and the kinds of standing and ties recorded with them, what
    more of them have first: "All three" and ["Dialogue"]."""
    kinds = {column.partnership.pk: _kinds(column) for column in comparison.columns}
    by_names = {}
    for kind in dict.fromkeys(kind for own in kinds.values() for kind in own):
        having = [row for row in comparison.partnerships if kind in kinds[row.pk]]
        by_names.setdefault((-len(having), _who(having, comparison)), []).append(kind)
    return [(who, own) for (_, who), own in sorted(by_names.items())]


def _kinds(column):
    """Return the names of the kinds of standing and ties of one partner, but for what
    is only envisaged, and what has no kind."""
    ties = [fact.about for own in column.engagements.values() for fact in own]
    there = [tie for tie in ties if tie.state != EngagementState.ENVISAGED]
    there += [fact.about for fact in column.affiliations]
    return [row.get_kind_display() for row in there if row.kind != "other"]


def _who(having, comparison):
    """Return these partners as the beginning of a line: "All three", "Norway alone"."""
    if len(having) == len(comparison.columns):
        return capitalised(_EVERY[len(having)])
    return capitalised(_named(having)) + " alone" * (len(having) == 1)


@register.filter
def tie_period(tie):
    """When a tie began and ended, as far as is known; of what took place on one day
    when: "in June 2025"."""
    is_event = getattr(tie, "state", "") == EngagementState.EVENT
    return when(tie.since) if is_event and tie.since else period(tie)


@register.filter
def ties_in_number(facts):
    """The number of these ties, and how many of them are only meant to be: "9 recorded,
    4 envisaged"."""
    envisaged = sum(f.about.state == EngagementState.ENVISAGED for f in facts)
    return _in_number(facts, envisaged, "envisaged")


@register.filter
def steps_in_number(steps, on):
    """The number of these milestones, and how many of them the day leaves open."""
    uncertain = sum(step.about.last_day > on for step in steps)
    return _in_number(steps, uncertain, "may have happened by this day")


def _in_number(facts, less, words):
    return f"{len(facts)} recorded" + f", {less} {words}" * (less > 0)


@register.filter
def contributed(facts):
    """The sum of the contributions among these ties, running totals counted once."""
    rows = [fact.about for fact in facts or ()]
    return contribution_totals(row for row in rows if isinstance(row, Engagement))
