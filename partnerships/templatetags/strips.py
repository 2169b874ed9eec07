"""Strips: the two tracks of a partnership side by side, as they are drawn."""

from django import template
from django.utils.html import format_html

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
    drawing = strips.strip_of(partnership, scale)
    return format_html(
        '<svg class="strip" width="100%" height="{height}" role="img"'
        ' aria-label="{words}"><rect class="unchecked" x="{checked}%" width="{width}%"'
        ' height="100%"/><use href="#strip-ground"/>{shapes}</svg>',
        height=strips.HEIGHT,
        words=drawing.words or "No step is recorded.",
        checked=drawing.checked,
        width=round(scale.now - drawing.checked, 2),
        shapes=drawing.shapes,
    )


@register.simple_tag
def strip_key():
    """Every look of a band with its words."""
    return strips.KEY
