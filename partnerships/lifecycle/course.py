"""The course of a track: its attempts step by step, and what may come next."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from partnerships.choices import MilestoneKind, SafeStatus, Track
from partnerships.dates import PartialDate
from partnerships.lifecycle import table
from partnerships.lifecycle.events import (
    Event,
    Holding,
    by_attempt,
    place_of,
    sorted_by_time,
)
from partnerships.lifecycle.refusals import order_refusals
from partnerships.lifecycle.status import deciding_event, safe_eligibility, sdp_status
from partnerships.lifecycle.table import K


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
    along the line, away from it, and beside it, where no status changes."""

    onward: list[MilestoneKind]
    away: list[MilestoneKind]
    beside: list[MilestoneKind]


def attempts(events: Iterable[Event], track: Track, *, on: date) -> list[list[Step]]:
    """Return the attempts on a track by that day, each as its steps; one at least.

    An attempt that goes on has its whole line, recorded or not. One that is over has
    the line as far as it came, and ends with what closed it.
    """
    events = list(events)
    deciding = deciding_event(events, track, on)
    begun = [event for event in events if event.has_begun(on=on)]
    steps = [event for event in sorted_by_time(begun, track) if event.step]
    groups = [group for group in by_attempt(steps) if group] or [[]]
    return [_steps(group, track, on, deciding) for group in groups]


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
    earlier = sorted_by_time(happened, track)
    sdp = sdp_status(happened, on=day)
    eligibility = safe_eligibility(sdp, holdings, iso_code, on=day)
    barred = track == Track.SAFE and eligibility == SafeStatus.NOT_ELIGIBLE
    allowed = []
    for kind in table.EFFECTS[track]:
        event = Event(track, kind, PartialDate(day.isoformat()), day)
        refused = any(e is event for e, _ in order_refusals([*earlier, event]))
        if not refused and not (barred and kind in table.NEEDS_ELIGIBILITY):
            allowed.append(kind)
    sensible = [kind for kind in allowed if _may_follow(kind, track, earlier)]
    onward = [k for k in sensible if k in table.LINE[track] or k == K.RESUMED]
    beside = [k for k in sensible if not table.STEPS[track][k]]
    away = [k for k in sensible if k not in onward and k not in beside]
    return NextSteps(onward, away, beside)


def _line_of(attempt: list[Event], track: Track, on: date) -> list[MilestoneKind]:
    """Return the line of an attempt: all of it, or as far as it came if it is over."""
    closing, steps = table.CLOSING[track], table.STEPS[track]
    over = closing | {K.ENDED}
    if not any(event.kind in over and event.has_happened(on=on) for event in attempt):
        return table.LINE[track]
    places = [place_of(event) for event in attempt if event.kind not in closing]
    return [kind for kind in table.LINE[track] if steps[kind] <= max(places, default=0)]


def _steps(
    attempt: list[Event], track: Track, on: date, deciding: Event | None
) -> list[Step]:
    """Return the steps of an attempt, given in order of time: its line, and each turn
    away from it after the furthest step before that turn."""
    steps = [
        (
            table.STEPS[track][kind],
            kind,
            [event for event in attempt if event.kind == kind],
        )
        for kind in _line_of(attempt, track, on)
    ]
    furthest = 0
    for event in attempt:
        furthest = max(furthest, place_of(event))
        if event.kind not in table.LINE[track]:
            steps.append((furthest, event.kind, [event]))
    steps.sort(key=lambda step: step[0])  # stable: a turn stays after its step
    return [
        Step(
            kind,
            events=tuple(event for event in events if event.has_happened(on=on)),
            uncertain=tuple(event for event in events if event.is_uncertain(on=on)),
            decides=deciding in events,
        )
        for _, kind, events in steps
    ]


def _may_follow(kind: MilestoneKind, track: Track, earlier: list[Event]) -> bool:
    """Return whether a kind makes sense after these events, given in order of time."""
    current = by_attempt(earlier)[-1]
    furthest = max(map(place_of, current), default=0)
    taken = [event for event in current if event.step]
    suspended = bool(taken) and taken[-1].kind == K.SUSPENDED
    signed = furthest >= table.STEPS[track][K.SIGNED]
    if kind in table.LINE[track]:
        # A suspension ends by "resumed", or where there is none, by any step again.
        again = suspended and K.RESUMED not in table.EFFECTS[track]
        place = table.STEPS[track][kind]
        return place >= furthest if again else place > furthest
    if kind in table.NEEDS_SIGNATURE:
        return signed and not (suspended and kind == K.SUSPENDED)
    if kind in table.BEFORE_SIGNATURE:
        return bool(taken) and not signed
    if kind in table.ONCE:
        done = furthest == table.STEPS[track][table.LINE[track][-1]]
        return not done and kind not in [event.kind for event in current]
    return True
