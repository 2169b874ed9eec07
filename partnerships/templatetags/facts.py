"""Facts by their names."""

from django import template

from partnerships.choices import MilestoneKind

register = template.Library()


@register.filter
def fact_name(fact):
    """A fact by its name inside its record."""
    part = fact.claims[0].get_partnership_fact_display()
    return part or fact.about.name_in_record


@register.filter
def by_fact_kind(facts):
    """Pairs of the heading of a kind of fact and the facts of that kind, as they
    come."""
    groups = {}
    for fact in facts:
        groups.setdefault(fact.claims[0].fact_kind.heading, []).append(fact)
    return groups.items()


@register.filter
def unrecorded_particulars(milestone):
    """The names of what is not known of a milestone."""
    wanted = ["place", "reference"]
    if milestone.kind == MilestoneKind.SIGNED:
        wanted.append("signatories")
    return ", ".join(name for name in wanted if not getattr(milestone, name))


@register.filter
def lookup(mapping, key):
    """The value that a dictionary has for a key, or None."""
    return mapping.get(key)
