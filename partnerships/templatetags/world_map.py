"""The partners on the map, as a page draws them."""

from django import template

from partnerships.web import world_map

register = template.Library()


@register.filter
def map_view(name):
    """The part of the map of that name that is shown, as a viewBox."""
    return " ".join(map(str, world_map.VIEWS[name]))


@register.filter
def drawn_on(partnerships, name):
    """The partnerships that the map of that name has a shape for."""
    return list(world_map.places(partnerships, name))


@register.filter
def map_groups(partnerships):
    """The looks on the map, each with its words and its partnerships."""
    return world_map.groups(partnerships)


@register.filter
def map_notes(partnerships):
    """The sentences that the map never stands without."""
    return world_map.notes(partnerships)
