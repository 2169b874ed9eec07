"""The timeline: the number of its milestones, and its marks."""

from django import template
from django.utils.html import format_html, format_html_join

from partnerships.dates import day_in_words
from partnerships.templatetags.links import dated_url
from partnerships.web import timeline_marks
from partnerships.web.markup import joined

register = template.Library()


@register.simple_tag
def milestones_counted(count, drawing, clock):
    """The number of milestones and their time: "58 milestones, 2023 to 2026"."""
    said = f"{count:,} milestone{'' if count == 1 else 's'}"
    if clock.given.get("as_of"):
        return f"{said} by {day_in_words(clock.on)}"
    return f"{said}, {drawing.years}" if drawing else said


@register.simple_tag(takes_context=True)
def lane_columns(context, lane):
    """The columns of a track, each the way to the milestones of its time."""
    # No template: a drawing has a hundred of them.
    query = context.request.GET.copy()
    query.pop("page", None)
    query["track"] = lane.track
    return joined("\n", (_column(lane.track, query, one) for one in lane.columns))


def _column(track, query, column):
    query["from"], query["to"] = column.first.isoformat(), column.last.isoformat()
    return format_html(
        '<a class="timeline-mark track-{}" href="?{}" tabindex="-1"><title>{} ({})'
        '</title><rect class="column" x="{}%" width="{}%" y="{}" height="{}"/></a>',
        *(track, query.urlencode(), column.title, track.upper()),
        *(column.x, column.width, column.y, column.height),
    )


@register.simple_tag(takes_context=True)
def lane_marks(context, lane):
    """The marks of a partner, each the way to its milestone."""
    # No template: a drawing has up to 250 of them.
    record = dated_url(context, "partnership-detail", lane.slug)
    return format_html_join(
        "\n",
        '<a class="{}" href="{}#milestone-{}" tabindex="-1"><title>{}</title>{}</a>',
        (
            (
                timeline_marks.classes(mark),
                record,
                mark.milestone.pk,
                mark.title,
                timeline_marks.shapes(mark),
            )
            for mark in lane.marks
        ),
    )
