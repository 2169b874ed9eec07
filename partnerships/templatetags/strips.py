"""Strips: the two tracks of a partnership side by side, as they are drawn."""

from django import template

from partnerships.web import strips

register = template.Library()


@register.filter
def strip_scale(partnerships, on):
    """The days that the strips of these partnerships run over."""
    return strips.scale_of(partnerships, on)


@register.simple_tag
def one_strip_scale(partnership, on):
    """The days that the strip of one partnership runs over."""
    return strips.scale_of([partnership], on)


@register.simple_tag
def strip(partnership, scale):
    """The strip of a partnership, with what it shows in words."""
    return strips.strip_of(partnership, scale).drawing


@register.simple_tag
def strip_key():
    """Every look of a band with its words."""
    return strips.KEY
