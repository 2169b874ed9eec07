"""Marks of milestones: their names, and how the timeline draws them on pages and in
pictures. The symbols themselves are in ``includes/marks.html``."""

from collections.abc import Iterable
from functools import cache
from typing import Any
from xml.etree import ElementTree

from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from partnerships.choices import MilestoneKind, Track
from partnerships.lifecycle.table import EFFECTS
from partnerships.models import Milestone
from partnerships.web.timeline_drawing import Mark

K = MilestoneKind
REPORTED = "reported"


def mark_name(milestone: Milestone) -> str:
    """Return the name of a milestone's mark: of the status that it leads to."""
    return _name(milestone.track, EFFECTS[Track(milestone.track)][K(milestone.kind)])


def _name(track: str, effect: Any) -> str:
    name = str(effect or "event")
    return f"safe-{name}" if track == Track.SAFE else name


def legend(milestones: Iterable[Milestone]) -> list[tuple[str, str, str]]:
    """Return the marks of these milestones in order of steps: track, name and words."""
    shown = {mark_name(milestone) for milestone in milestones}
    named = {}
    for track, effects in EFFECTS.items():
        prefix = "SAFE: " if track == Track.SAFE else ""
        for effect in effects.values():
            words = effect.label.lower() if effect else "another event"
            named[_name(track, effect)] = (str(track), f"{prefix}{words}")
    return [
        (track, mark, said) for mark, (track, said) in named.items() if mark in shown
    ]


@cache
def symbols() -> dict[str, SafeString]:
    """Return the symbol of each mark, by its name."""
    drawn = ElementTree.fromstring(render_to_string("includes/marks.html"))
    return {
        # Safe, as it is a part of our own template.
        symbol.attrib["id"].removeprefix("mark-"): SafeString(
            ElementTree.tostring(symbol, "unicode")
        )
        for symbol in drawn.iter("symbol")
    }


def classes(mark: Mark) -> str:
    """Return the look of a mark: its track, and that its day is not known."""
    return f"timeline-mark {mark.milestone.track}{'' if mark.is_sure else ' unsure'}"


def shapes(mark: Mark) -> SafeString:
    """Return what is drawn of a milestone: lighter than the mark the days on which it
    may have happened, and beside it its name."""
    return format_html("{}{}{}", _days(mark), _shape(mark), _beside(mark))


def _days(mark: Mark) -> SafeString:
    if not mark.width:
        return SafeString()
    look, height = ("span-open", 8) if mark.is_open else ("span", 16)
    return format_html(
        '<rect class="{}" x="{}%" width="{}%" y="{}" height="{}"/>',
        look,
        mark.start,
        mark.width,
        mark.y - height // 2,
        height,
    )


def _shape(mark: Mark) -> SafeString:
    names = [mark_name(mark.milestone), *[REPORTED] * mark.is_reported]
    drawn = format_html_join(
        "",
        '<use href="#mark-{}" x="-7" y="-7" width="14" height="14"/>',
        ((name,) for name in names),
    )
    return format_html(
        '<svg x="{}%" y="{}" overflow="visible"><g>'
        '<circle class="timeline-ground" r="9"/>{}</g></svg>',
        mark.x,
        mark.y,
        drawn,
    )


def _beside(mark: Mark) -> SafeString:
    return format_html(
        '<text class="timeline-name{}" x="{}%" y="{}" dx="{}"{}>{}</text>',
        " roomy" * mark.is_named_on_phones,
        mark.anchor,
        mark.y + 4,
        mark.offset,
        format_html(' text-anchor="{}"', "end") if mark.is_named_before else "",
        mark.name,
    )
