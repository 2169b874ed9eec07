"""The course of a track: its attempts step by step, and what may come next."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from partnerships.choices import MilestoneKind, Track
from partnerships.dates import PartialDate
from partnerships.lifecycle.chronology import Chronology, chronologies
from partnerships.lifecycle.events import Event, Holding
from partnerships.lifecycle.refusals import refusals
from partnerships.lifecycle.table import (
    AWAITED,
    BEFORE_SIGNATURE,
    CLOSING,
    EFFECTS,
    LINE,
    NEEDS_SIGNATURE,
    ONCE,
    TURNS,
    K,
)


@dataclass(frozen=True)
class Step:
    """One step of an attempt, with what is recorded of it in order of time; what may
    have happened by the day stands apart. With neither it is not recorded."""

    kind: MilestoneKind
    events: tuple[Event, ...]
    uncertain: tuple[Event, ...]
    decides: bool


@dataclass(frozen=True)
class NextSteps:
    """The kinds that the rules let come next on a track, in the order of its steps:
    along the line, with what its steps wait for; away from it; and beside it, where no
    status changes. No forecast."""

    onward: list[MilestoneKind]
    away: list[MilestoneKind]
    beside: list[MilestoneKind]


def attempts(events: Iterable[Event], track: Track, *, on: date) -> list[list[Step]]:
    """Return the attempts on a track by that day, each as its steps; one at least.

    An attempt that goes on has its whole line, recorded or not. One that is over has
    the line as far as it came, and ends with what closed it.
    """
    chronology = chronologies(events, track)[0]
    begun = [j for j in chronology.in_order if chronology.earliest[j] <= on]
    numbers = {chronology.events[j].attempt for j in begun}
    return [
        _steps(
            chronology,
            [j for j in begun if chronology.events[j].attempt == n],
            track,
            on,
        )
        for n in sorted(numbers) or [1]
    ]


def next_steps(
    events: Iterable[Event],
    track: Track,
    *,
    holdings: Collection[Holding] = (),
    iso_code: str = "",
    on: date,
) -> NextSteps:
    """Return the kinds that may come next on a track after what has happened by that
    day: none that ``refusals`` would refuse on the day after it."""
    day = on + timedelta(days=1)
    happened = [event for event in events if event.has_happened(on=on)]
    order = chronologies(happened, track)[0].happened(on)
    number = order[-1].attempt if order else 1
    if order and order[-1].kind in CLOSING[track]:
        number += 1
    beside = [e for e in happened if e.track == track and e.attempt == number]
    current = [event for event in order if event.attempt == number]
    sensible = []
    for kind in EFFECTS[track]:
        if not _may_follow(kind, track, current, beside):
            continue
        # Asked last, as it weighs every choice of days.
        event = Event(track, kind, PartialDate(day.isoformat()), day, number)
        if not refusals(
            [*happened, event],
            holdings=holdings,
            iso_code=iso_code,
            today=day,
            judged=[event],
        ):
            sensible.append(kind)
    onward = [k for k in sensible if k in LINE[track] or k == K.RESUMED]
    for kind, step in AWAITED.items():
        if kind in sensible and step in onward:
            onward.insert(onward.index(step), kind)
    sideways = [k for k in sensible if not EFFECTS[track][k] and k not in onward]
    away = [k for k in sensible if k not in onward and k not in sideways]
    return NextSteps(onward, away, sideways)


def _place(kind: MilestoneKind, track: Track) -> int:
    """Return how far along the line a kind leads, from 1; a turn implies a signature,
    and what closes an attempt leads nowhere."""
    if kind in CLOSING[track]:
        return 0
    return LINE[track].index(K.SIGNED if kind in TURNS else kind) + 1


def _steps(
    chronology: Chronology, attempt: list[int], track: Track, on: date
) -> list[Step]:
    """Return the steps of an attempt, given in order of time: its line, and each turn
    away from it after the furthest step before that turn."""
    events = [chronology.events[j] for j in attempt]
    happened = {id(chronology.events[j]) for j in attempt if chronology.latest[j] <= on}
    order = chronology.happened(on)
    places = [_place(event.kind, track) for event in events]
    is_over = any(e.kind in CLOSING[track] and id(e) in happened for e in events)
    line = LINE[track][: max(places, default=0)] if is_over else LINE[track]
    steps = [
        (_place(kind, track), kind, [event for event in events if event.kind == kind])
        for kind in line
    ]
    furthest = 0
    for event, place in zip(events, places, strict=True):
        furthest = max(furthest, place)
        if event.kind not in LINE[track]:
            steps.append((furthest, event.kind, [event]))
    steps.sort(key=lambda step: step[0])  # stable: a turn stays after its step
    return [
        Step(
            kind,
            events=tuple(event for event in found if id(event) in happened),
            uncertain=tuple(event for event in found if id(event) not in happened),
            decides=bool(order) and any(event is order[-1] for event in found),
        )
        for _, kind, found in steps
    ]


def _may_follow(
    kind: MilestoneKind, track: Track, current: list[Event], beside: list[Event]
) -> bool:
    """Return whether a kind makes sense after the events of the current attempt, given
    in order of time, and whatever else is recorded of it."""
    furthest = max((_place(event.kind, track) for event in current), default=0)
    signed = furthest >= _place(K.SIGNED, track)
    if kind in LINE[track]:
        return _place(kind, track) > furthest
    if kind == K.RESUMED:
        return bool(current) and current[-1].kind == K.SUSPENDED
    if kind in NEEDS_SIGNATURE:
        return signed
    if kind in BEFORE_SIGNATURE:
        return bool(current) and not signed
    if kind in ONCE:
        done = furthest == len(LINE[track])
        return not done and kind not in [event.kind for event in beside]
    return True
