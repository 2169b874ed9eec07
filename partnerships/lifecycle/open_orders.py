"""Orders that dates and steps leave open, and on which a status hangs."""

from collections.abc import Sequence
from dataclasses import replace

from partnerships.lifecycle.chronology import chronologies
from partnerships.lifecycle.events import Event
from partnerships.lifecycle.table import Effect


def open_order(events: Sequence[Event], event: Event) -> Event | None:
    """Return the event of the same track that may have come before this one or after
    it, where the status that all of them leave is another by either order; None where
    there is none."""
    for other in events if event.effect and event.follows is None else ():
        if other.track != event.track or other is event or not other.effect:
            continue
        if other.follows is not None:
            continue
        either = {
            _left_by(events, event, other),
            _left_by(events, other, event),
        }
        if None not in either and len(either) == 2:
            return other
    return None


def _left_by(events: Sequence[Event], later: Event, earlier: Event) -> Effect | None:
    """Return the status that the events leave if one of them came after another; None
    if it cannot have."""
    stated = replace(later, follows=earlier.pk)
    ordered = [stated if event is later else event for event in events]
    chronology, *_ = chronologies(ordered, later.track)
    if chronology.clashes:
        return None
    return chronology.effect(
        chronology.happened(max(event.latest for event in chronology.events))
    )
