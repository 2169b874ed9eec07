"""The order of a track's events, as far as attempts, table, editors and dates give it.

Events happened on some day between their bounds. A *choice* of days fits if no event
comes before one that it follows: those of the attempt before, those of lower rank, the
turn before it, and the one that editors say it follows. Events that neither precedes
the other may have happened in either order.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice, product, zip_longest

from partnerships.choices import MilestoneKind, Track
from partnerships.lifecycle.events import Event
from partnerships.lifecycle.table import (
    AFTER_RESUMPTION,
    EFFECTS,
    RANKS,
    TURNS,
    Effect,
    K,
)

#: More orders of suspensions than anybody means: dates that vague say nothing.
MOST_ORDERS = 100


class Chronology:
    """The events with an effect of one track, with one order of its turns.

    Days are worked out from bounds: ``latest`` and ``earliest`` give the last and the
    first day of each event that any choice gives it, ``clashes`` the pairs of events
    (before, after) that no choice fits.
    """

    def __init__(self, events: list[Event], turns: dict[int, int]) -> None:
        self.events = events
        self.before = [
            {i for i, one in enumerate(events) if _precedes(one, other, turns, i, j)}
            for j, other in enumerate(events)
        ]
        if any(event.follows is not None for event in events):
            self.before = _closed(self.before)
        first = [event.earliest or date.min for event in events]
        self.earliest = [
            max([first[j], *(first[i] for i in before)])
            for j, before in enumerate(self.before)
        ]
        self.latest = [event.latest for event in events]
        for j, before in enumerate(self.before):
            for i in before:
                self.latest[i] = min(self.latest[i], events[j].latest)
        self.clashes = [
            (events[i], event)
            for j, event in enumerate(events)
            for i in self.before[j]
            if first[i] > event.latest or j in self.before[i]
        ]
        #: The places of the events in ``events``, each as late as any choice has it.
        self.in_order = sorted(range(len(events)), key=self._place)

    def _place(self, j: int) -> tuple:
        event = self.events[j]
        rank = RANKS[event.track][event.kind]
        return self.latest[j], len(self.before[j]), rank, event.kind, event.date.text

    def happened(self, on: date) -> list[Event]:
        """Return the events that have certainly happened by that day, in order."""
        return [self.events[j] for j in self.in_order if self.latest[j] <= on]

    def effect(self, happened: list[Event]) -> Effect | None:
        """Return what these events, in order, set the status to; None without any."""
        if not happened:
            return None
        return _effect(happened[-1], {(e.attempt, e.kind) for e in happened})

    def possible(self, on: date) -> set[Effect | None]:
        """Return what the status may be on that day by any choice; None stands for a
        choice by which nothing has happened."""
        days = range(len(self.events))
        forced = {j for j in days if self.latest[j] <= on}
        found: set[Effect | None] = set() if forced else {None}
        for j in days:
            last = min(self.latest[j], on)
            beside = forced - self.before[j] - {j}
            if (
                self.earliest[j] <= on
                and all(j not in self.before[i] for i in beside)
                and all(self.earliest[i] <= last for i in beside)
            ):
                found |= self._effects_of(j, last, on)
        return found

    def _effects_of(self, j: int, last: date, on: date) -> set[Effect | None]:
        """Return what an event may set the status to if it is the last by a day."""
        event, sure, perhaps = self.events[j], set(), set()
        for i, other in enumerate(self.events):
            if i in self.before[j] or (self.latest[i] <= on and i != j):
                sure.add((other.attempt, other.kind))
            elif j not in self.before[i] and self.earliest[i] <= last:
                perhaps.add((other.attempt, other.kind))
        return {_effect(event, sure), _effect(event, sure | perhaps)}


def chronologies(events: Iterable[Event], track: Track) -> list[Chronology]:
    """Return a chronology of a track's events for each order of its turns that some
    choice fits, the likeliest first; one that does not fit where none does."""
    steps = [event for event in events if event.track == track and event.effect]
    steps.sort(key=_by_dates)
    found = []
    for orders in _turn_orders(steps):
        chronology = Chronology(steps, orders)
        if not chronology.clashes:
            found.append(chronology)
        first = found[0] if found else chronology
        if len(found) == MOST_ORDERS:
            break
    return found or [first]


def _by_dates(event: Event) -> tuple:
    """Return where an event comes by its dates; whatever was entered first, of two that
    end alike the one that may be earlier."""
    begins = event.earliest or date.min
    return event.attempt, event.latest, begins, event.kind, str(event.pk)


def _precedes(one: Event, other: Event, turns: dict[int, int], i: int, j: int) -> bool:
    if other.comes_after(one):
        return True
    if one.attempt != other.attempt:
        return one.attempt < other.attempt
    if i in turns and j in turns:
        return turns[i] < turns[j]
    ranks = RANKS[one.track]
    return ranks[one.kind][1] < ranks[other.kind][0]


def _closed(before: list[set[int]]) -> list[set[int]]:
    """Return for each place all that come before it at however many removes."""
    for middle, earlier in enumerate(before):
        for places in before:
            if middle in places:
                places |= earlier
    return before


def _effect(event: Event, happened: set[tuple[int, MilestoneKind]]) -> Effect | None:
    """Return what an event sets the status to once these kinds of its attempt have
    happened: a resumption brings back what there was."""
    for kind in AFTER_RESUMPTION[event.track] if event.kind == K.RESUMED else ():
        if (event.attempt, kind) in happened:
            return EFFECTS[event.track][kind]
    return event.effect


def _turn_orders(events: list[Event]) -> Iterator[dict[int, int]]:
    """Yield the orders in which suspensions and resumptions can alternate in each
    attempt: the place of each of them among those of its attempt. Where they cannot,
    the order of their dates."""
    turns: dict[int, list[int]] = defaultdict(list)
    for place, event in enumerate(events):
        if event.kind in TURNS:
            turns[event.attempt].append(place)
    for orders in product(*(list(_alternating(events, t)) for t in turns.values())):
        yield {place: n for order in orders for n, place in enumerate(order)}


def _alternating(events: list[Event], turns: list[int]) -> Iterator[list[int]]:
    """Yield the orders of these turns that alternate and differ for their dates: of two
    of a kind, the one that must be over first comes first, unless it cannot begin as
    early or editors say what follows what."""
    groups = [[p for p in turns if events[p].kind == kind] for kind in TURNS]
    is_stated = any(event.follows is not None for event in events)

    def begins(place: int) -> date:
        return events[place].earliest or date.min

    def is_first(place: int, left: list[int], day: date) -> bool:
        over = events[place].latest, place
        return all((events[p].latest, p) >= over or begins(p) > day for p in left)

    def orders(done: list[int], day: date) -> Iterator[list[int]]:
        left = [p for p in groups[len(done) % 2] if p not in done]
        if len(done) == len(turns):
            yield done
        for place in left:
            at = max(day, begins(place))
            waits = any(
                events[place].comes_after(events[p]) for p in turns if p not in done
            )
            is_next = not waits and (is_stated or is_first(place, left, at))
            if at <= events[place].latest and is_next:
                yield from orders([*done, place], at)

    found = list(islice(orders([], date.min), MOST_ORDERS))
    in_turn = [p for pair in zip_longest(*groups) for p in pair if p is not None]
    yield from found or [in_turn]
