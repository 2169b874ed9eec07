"""Other ties of a partnership."""

from django import template

from partnerships.choices import EngagementState

register = template.Library()


@register.filter
def ties_by_kind(record):
    """The other ties of a record by kind; last, those that are only envisaged."""
    groups = {}
    for fact in record.engagements:
        is_envisaged = fact.about.state == EngagementState.ENVISAGED
        heading = "" if is_envisaged else fact.about.get_kind_display()
        groups.setdefault(heading, []).append(fact)
    envisaged = groups.pop("", [])
    if envisaged:
        groups[EngagementState.ENVISAGED.label] = envisaged
    return [{"heading": heading, "facts": facts} for heading, facts in groups.items()]
