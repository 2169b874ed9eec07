"""The marks of the timeline, as they are drawn."""

from django import template
from django.utils.html import format_html, format_html_join

from partnerships.templatetags.links import dated_url
from partnerships.templatetags.statuses import milestone_mark

register = template.Library()


@register.simple_tag(takes_context=True)
def lane_marks(context, lane):
    """The marks of a partner, each the way to its milestone: lighter than the mark the
    days on which it may have happened, and beside it its name."""
    # No template: a drawing has up to 250 of them.
    record = dated_url(context, "partnership-detail", lane.slug)
    return format_html_join(
        "\n",
        '<a class="timeline-mark {}" href="{}#milestone-{}" tabindex="-1">'
        "<title>{}</title>{}{}{}</a>",
        (
            (
                _classes(mark),
                record,
                mark.milestone.pk,
                mark.title,
                _days(mark),
                _shape(mark),
                _name(mark),
            )
            for mark in lane.marks
        ),
    )


def _classes(mark):
    return f"{mark.milestone.track}{'' if mark.is_sure else ' unsure'}"


def _days(mark):
    if not mark.width:
        return ""
    look, height = ("span-open", 8) if mark.is_open else ("span", 16)
    return format_html(
        '<rect class="{}" x="{}%" width="{}%" y="{}" height="{}"/>',
        look,
        mark.start,
        mark.width,
        mark.y - height // 2,
        height,
    )


def _shape(mark):
    names = [milestone_mark(mark.milestone), *["reported"] * mark.is_reported]
    shapes = format_html_join(
        "",
        '<use href="#mark-{}" x="-7" y="-7" width="14" height="14"/>',
        ((name,) for name in names),
    )
    return format_html(
        '<svg x="{}%" y="{}" overflow="visible"><g>'
        '<circle class="timeline-ground" r="9"/>{}</g></svg>',
        mark.x,
        mark.y,
        shapes,
    )


def _name(mark):
    return format_html(
        '<text class="timeline-name{}" x="{}%" y="{}" dx="{}"{}>{}</text>',
        " roomy" * mark.is_named_on_phones,
        mark.anchor,
        mark.y + 4,
        mark.offset,
        format_html(' text-anchor="{}"', "end") if mark.is_named_before else "",
        mark.name,
    )
