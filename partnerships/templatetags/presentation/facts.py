"""Facts, and what each source says of them, in words."""

from django.utils.text import get_text_list
from django.utils.translation import get_language_info

from partnerships.choices import (
    Alone,
    CoverageValue,
    MilestoneKind,
    Standing,
)
from partnerships.lifecycle.table import EFFECTS
from partnerships.templatetags.presentation.library import register
from partnerships.templatetags.presentation.status import in_sentence

VERBS = {
    Standing.AGREES: ("agrees", "agree"),
    Standing.COMPATIBLE: ("is compatible", "are compatible"),
    Standing.DISAGREES: ("disagrees", "disagree"),
}


ALONE_SHORT = {
    Alone.ONLY: "that no other speaks of",
    Alone.AGAINST: "against all others",
}


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
def source_count(fact):
    return len({claim.source_id for claim in fact.claims})


@register.filter
def dispute(fact):
    """How many sources disagree, and whether the editors have ruled."""
    count = len({claim.source_id for claim in fact.rivals})
    ruled = "ruled on" if fact.ruling else "not ruled on yet"
    return (
        f"{count} {'source disagrees' if count == 1 else 'sources disagree'}, {ruled}"
    )


@register.filter
def fact_kind(fact):
    """What kind of fact it is, as the heading of its like."""
    return fact.claims[0].fact_kind.heading


@register.filter
def fact_name(fact):
    """A fact by its name inside its record."""
    part = fact.claims[0].get_partnership_fact_display()
    return part or fact.about.name_in_record


@register.filter
def of_source(fact, source):
    """The claims of one source about a fact."""
    return [claim for claim in fact.claims if claim.source_id == source.pk]


@register.filter
def by_kind(facts):
    """Pairs of each kind of fact and the facts of that kind, as they come."""
    kinds = {}
    for fact in facts:
        kinds.setdefault(fact_kind(fact), []).append(fact)
    return kinds.items()


@register.filter
def tally(summary):
    """Pairs of a standing and how many of a source's claims have it, without none."""
    counts = summary.by_standing
    return [(standing, counts[standing]) for standing in Standing if counts[standing]]


@register.filter
def alone_tally(summary):
    return [(how, summary.alone[how]) for how in Alone if summary.alone[how]]


@register.filter
def standing_verb(standing, count):
    """A standing after a number: "1 agrees", "2 agree"."""
    one, many = VERBS[standing]
    return one if count == 1 else many


@register.filter
def alone_word(how):
    return Alone(how).label


@register.filter
def alone_short(how):
    return ALONE_SHORT[how]


@register.filter
def language_word(code):
    """A language by its English name, or by its code where Django knows none."""
    try:
        return get_language_info(code)["name"]
    except KeyError:
        return code


@register.filter
def set_by(status, track):
    """The milestones that set a status, in a list of words."""
    kinds = [kind for kind, effect in EFFECTS[track].items() if effect == status]
    return get_text_list([in_sentence(kind.label) for kind in kinds], "or")


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
