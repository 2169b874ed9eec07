"""The lifecycle of a partnership: one table of effects, and the rules of order.

Status is never typed. Each dated milestone sets its track's status by ``EFFECTS``; on
day D the *deciding milestone* of a track is the latest one with an effect that has
happened by D. The same table makes the SQL of ``querysets/status.py``, so that there
is one definition. Why: docs/adr/0001-status-is-derived.md.

This module is pure: no database, no request, no clock; today's date is passed in.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from partnerships.choices import (
    AffiliationKind,
    MilestoneKind,
    SafeStatus,
    SdpStatus,
    Status,
    Track,
)
from partnerships.dates import PartialDate

K = MilestoneKind

#: What a milestone of each kind sets its track's status to, each track in the order of
#: its steps; None for kinds that change no status.
EFFECTS: dict[Track, dict[MilestoneKind, SdpStatus | SafeStatus | None]] = {
    Track.SDP: {
        K.PROPOSED: SdpStatus.PROPOSED,
        K.EXPLORATORY_TALKS: SdpStatus.EXPLORATORY,
        K.NEGOTIATIONS_AUTHORISED: SdpStatus.NEGOTIATING,
        K.NEGOTIATIONS_OPENED: SdpStatus.NEGOTIATING,
        K.TEXT_AGREED: SdpStatus.NEGOTIATING,
        K.SIGNED: SdpStatus.SIGNED,
        K.RESUMED: SdpStatus.SIGNED,
        K.SUSPENDED: SdpStatus.SUSPENDED,
        K.ENDED: SdpStatus.ENDED,
        K.ABANDONED: SdpStatus.ABANDONED,
        K.DIALOGUE_HELD: None,
        K.REVIEWED: None,
        K.STATEMENT: None,
    },
    Track.SAFE: {
        K.REQUESTED: SafeStatus.REQUESTED,
        K.NEGOTIATIONS_RECOMMENDED: SafeStatus.REQUESTED,
        K.NEGOTIATIONS_AUTHORISED: SafeStatus.NEGOTIATING,
        K.NEGOTIATIONS_OPENED: SafeStatus.NEGOTIATING,
        K.NEGOTIATIONS_CONCLUDED: SafeStatus.AGREED,
        K.ENDORSED: SafeStatus.AGREED,
        K.SIGNATURE_AUTHORISED: SafeStatus.AGREED,
        K.SIGNED: SafeStatus.ASSOCIATED,
        K.PROVISIONALLY_APPLIED: SafeStatus.ASSOCIATED,
        K.CONCLUDED: SafeStatus.ASSOCIATED,
        K.IN_FORCE: SafeStatus.IN_FORCE,
        K.NEGOTIATIONS_FAILED: SafeStatus.NO_AGREEMENT,
        K.SUSPENDED: SafeStatus.SUSPENDED,
        K.TERMINATED: SafeStatus.TERMINATED,
        K.PUBLISHED: None,
        K.PARLIAMENT_CONSENTED: None,
        K.STATEMENT: None,
    },
}

#: Each kind's place in the order of its track's steps; ties in date go to the later
#: one. Kinds without an effect come first: they never stand after a step of their day.
STEPS: dict[Track, dict[MilestoneKind, int]] = {
    track: {
        kind: 0 if effect is None else place
        for place, (kind, effect) in enumerate(effects.items(), start=1)
    }
    for track, effects in EFFECTS.items()
}

#: Kinds that close an attempt: the steps may start anew after them.
CLOSING = {
    Track.SDP: {K.ABANDONED},
    Track.SAFE: {K.NEGOTIATIONS_FAILED, K.TERMINATED},
}

#: Kinds that may follow any step; each says that a signature came before it.
AFTER_SIGNATURE = {K.SUSPENDED, K.RESUMED, K.ENDED}

#: The steps of an attempt that goes all the way, in their order.
LINE: dict[Track, list[MilestoneKind]] = {
    track: [
        kind
        for kind, step in steps.items()
        if step and kind not in AFTER_SIGNATURE | CLOSING[track]
    ]
    for track, steps in STEPS.items()
}

#: Kinds that follow a signature alone; that end an attempt before one; and that an
#: attempt has once, before the last step of its line.
NEEDS_SIGNATURE = AFTER_SIGNATURE | {K.TERMINATED, K.REVIEWED}
BEFORE_SIGNATURE = {K.ABANDONED, K.NEGOTIATIONS_FAILED}
ONCE = {K.PUBLISHED, K.PARLIAMENT_CONSENTED}

#: SAFE steps that a partner with no standing cannot take. A request is open to anyone,
#: and what ends an attempt can always be recorded.
NEEDS_STANDING = [
    K.NEGOTIATIONS_RECOMMENDED,
    K.NEGOTIATIONS_AUTHORISED,
    K.NEGOTIATIONS_OPENED,
    K.NEGOTIATIONS_CONCLUDED,
    K.ENDORSED,
    K.SIGNATURE_AUTHORISED,
    K.SIGNED,
    K.PROVISIONALLY_APPLIED,
    K.CONCLUDED,
    K.IN_FORCE,
    K.PUBLISHED,
    K.PARLIAMENT_CONSENTED,
]

#: When Council Regulation (EU) 2025/1106, which makes SAFE, was adopted.
SAFE_ADOPTED_ON = date(2025, 5, 27)
#: Standing that gives access to SAFE's common procurement without a partnership.
SAFE_NOT_NEEDED_KINDS = {AffiliationKind.EEA_EFTA}
SAFE_NOT_NEEDED_COUNTRIES = {"UA"}  # Ukraine is named by the Regulation itself
#: Standing that makes a partner eligible; so does a signed partnership.
SAFE_ELIGIBLE_KINDS = {
    AffiliationKind.EU_CANDIDATE,
    AffiliationKind.EU_POTENTIAL_CANDIDATE,
}
#: The affiliations that decide each standing, where one does.
SAFE_DECISIVE_KINDS = {
    SafeStatus.NOT_NEEDED: SAFE_NOT_NEEDED_KINDS,
    SafeStatus.ELIGIBLE: SAFE_ELIGIBLE_KINDS,
    SafeStatus.NOT_ELIGIBLE: set(),
}
SAFE_ASSOCIATED = {SafeStatus.ASSOCIATED, SafeStatus.IN_FORCE}


@dataclass(frozen=True)
class Event:
    """A milestone as the rules see it; ``latest`` is its latest day."""

    track: Track
    kind: MilestoneKind
    date: PartialDate
    latest: date

    @property
    def step(self) -> int:
        return STEPS[self.track][self.kind]

    def __str__(self) -> str:
        return f"“{self.kind.label}” ({self.date.display()})"


@dataclass(frozen=True)
class Holding:
    """An affiliation as the rules see it: ``since`` None is "start not known",
    ``until`` None is "still holds"; it holds on days in [since, until)."""

    kind: AffiliationKind
    since: date | None
    until: date | None

    def holds_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (
            self.until is None or day < self.until
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
    """What the rules let come next on a track, each in the order of its steps: along
    the line, away from it, and beside it, where no status changes. No forecast."""

    onward: list[MilestoneKind]
    away: list[MilestoneKind]
    beside: list[MilestoneKind]


def headline(sdp: str, safe: str) -> Status:
    """The headline status of a pair of track statuses."""
    if sdp == SdpStatus.SIGNED and safe in SAFE_ASSOCIATED:
        return Status.SAFE_ASSOCIATED
    return Status(sdp)


def sdp_status(events: Iterable[Event], *, on: date) -> SdpStatus:
    """The SDP status on that day."""
    deciding = _deciding(events, Track.SDP, on)
    return EFFECTS[Track.SDP][deciding.kind] if deciding else SdpStatus.NOT_RECORDED


def safe_standing(
    sdp: SdpStatus, holdings: Iterable[Holding], iso_code: str, *, on: date
) -> SafeStatus:
    """The SAFE status of a partner with no SAFE milestone, from its standing that
    day."""
    kinds = {holding.kind for holding in holdings if holding.holds_on(on)}
    if kinds & SAFE_NOT_NEEDED_KINDS or iso_code in SAFE_NOT_NEEDED_COUNTRIES:
        return SafeStatus.NOT_NEEDED
    if kinds & SAFE_ELIGIBLE_KINDS or sdp == SdpStatus.SIGNED:
        return SafeStatus.ELIGIBLE
    return SafeStatus.NOT_ELIGIBLE


def attempts(events: Iterable[Event], track: Track, *, on: date) -> list[list[Step]]:
    """The attempts on a track by that day, each as its steps; one at least.

    An attempt that goes on has its whole line, recorded or not. One that is over has
    the line as far as it came, and ends with what closed it.
    """
    events = list(events)
    deciding = _deciding(events, track, on)
    begun = [e for e in events if not e.date.earliest or e.date.earliest <= on]
    steps = [event for event in sorted_by_time(begun, track) if event.step]
    groups = [group for group in _by_attempt(steps) if group] or [[]]
    return [_steps(group, track, on, deciding) for group in groups]


def next_steps(
    events: Iterable[Event],
    track: Track,
    *,
    holdings: Collection[Holding] = (),
    iso_code: str = "",
    on: date,
) -> NextSteps:
    """What may come next on a track after what has happened by that day: nothing that
    ``refusals`` would refuse on the day after it."""
    day = on + timedelta(days=1)
    happened = [event for event in events if event.latest <= on]
    past = sorted_by_time(happened, track)
    standing = safe_standing(sdp_status(happened, on=day), holdings, iso_code, on=day)
    barred = track == Track.SAFE and standing == SafeStatus.NOT_ELIGIBLE
    allowed = []
    for kind in EFFECTS[track]:
        event = Event(track, kind, PartialDate(day.isoformat()), day)
        refused = any(found is event for found, _ in _order_refusals([*past, event]))
        if not refused and not (barred and kind in NEEDS_STANDING):
            allowed.append(kind)
    sensible = [kind for kind in allowed if _may_follow(kind, track, past)]
    onward = [k for k in sensible if k in LINE[track] or k == K.RESUMED]
    beside = [k for k in sensible if not STEPS[track][k]]
    away = [k for k in sensible if k not in onward and k not in beside]
    return NextSteps(onward, away, beside)


def refusals(
    events: Sequence[Event],
    *,
    holdings: Collection[Holding] = (),
    iso_code: str = "",
    today: date,
) -> list[tuple[Event, str]]:
    """What cannot be recorded, as (event, sentence for the editor), in order of time.

    Missing steps are normal, they were often not public, and are never refused.
    """
    found = [
        (
            event,
            f"{event} begins after today. Record a milestone once it has happened; "
            "an announcement is recorded as a statement.",
        )
        for event in events
        if (event.date.earliest or event.date.latest) > today
    ]
    for track in Track:
        found += _order_refusals(sorted_by_time(events, track))
    for event in sorted_by_time(events, Track.SAFE):
        if event.kind in NEEDS_STANDING:
            sdp = sdp_status(events, on=event.latest)
            standing = safe_standing(sdp, holdings, iso_code, on=event.latest)
            if standing == SafeStatus.NOT_ELIGIBLE:
                found.append((event, _not_eligible(event)))
    return found


def sorted_by_time(events: Iterable[Event], track: Track) -> list[Event]:
    """The events of one track in the order in which they count."""
    return sorted(
        (event for event in events if event.track == track),
        key=lambda event: (event.latest, event.step, event.kind, event.date.text),
    )


def _deciding(events: Iterable[Event], track: Track, on: date) -> Event | None:
    happened = [
        event
        for event in sorted_by_time(events, track)
        if event.step and event.latest <= on
    ]
    return happened[-1] if happened else None


def _by_attempt(events: list[Event]) -> list[list[Event]]:
    """The events of one track, given in order of time, by attempt; the last one is
    empty where it is closed, and no other has begun."""
    groups = [[]]
    for event in events:
        groups[-1].append(event)
        if event.kind in CLOSING[event.track]:
            groups.append([])
    return groups


def _line_of(attempt: list[Event], track: Track, on: date) -> list[MilestoneKind]:
    """The line of an attempt: all of it, or as far as it came where it is over."""
    closing, steps = CLOSING[track], STEPS[track]
    over = closing | {K.ENDED}
    if not any(event.kind in over and event.latest <= on for event in attempt):
        return LINE[track]
    places = [_place(event) for event in attempt if event.kind not in closing]
    return [kind for kind in LINE[track] if steps[kind] <= max(places, default=0)]


def _steps(
    attempt: list[Event], track: Track, on: date, deciding: Event | None
) -> list[Step]:
    """The steps of an attempt, given in order of time: its line, and each turn away
    from it after the furthest step before that turn."""
    found = [
        (STEPS[track][kind], kind, [event for event in attempt if event.kind == kind])
        for kind in _line_of(attempt, track, on)
    ]
    furthest = 0
    for event in attempt:
        furthest = max(furthest, _place(event))
        if event.kind not in LINE[track]:
            found.append((furthest, event.kind, [event]))
    found.sort(key=lambda step: step[0])  # stable: a turn stays after its step
    return [
        Step(
            kind,
            events=tuple(event for event in events if event.latest <= on),
            uncertain=tuple(event for event in events if event.latest > on),
            decides=deciding in events,
        )
        for _, kind, events in found
    ]


def _may_follow(kind: MilestoneKind, track: Track, past: list[Event]) -> bool:
    """Whether a kind makes sense after these events, given in order of time."""
    current = _by_attempt(past)[-1]
    furthest = max(map(_place, current), default=0)
    taken = [event for event in current if event.step]
    suspended = bool(taken) and taken[-1].kind == K.SUSPENDED
    signed = furthest >= STEPS[track][K.SIGNED]
    if kind in LINE[track]:
        # A suspension ends by "resumed", or where there is none, by any step again.
        again = suspended and K.RESUMED not in EFFECTS[track]
        place = STEPS[track][kind]
        return place >= furthest if again else place > furthest
    if kind in NEEDS_SIGNATURE:
        return signed and not (suspended and kind == K.SUSPENDED)
    if kind in BEFORE_SIGNATURE:
        return bool(taken) and not signed
    if kind in ONCE:
        done = furthest == STEPS[track][LINE[track][-1]]
        return not done and kind not in [event.kind for event in current]
    return True


def _order_refusals(events: list[Event]) -> Iterator[tuple[Event, str]]:
    """Refusals along one track, its events given in order of time."""
    furthest = previous = ended = None
    for event in events:
        if ended and event.kind != K.STATEMENT:
            yield event, _follows_the_end(event, ended)
        elif event.kind == K.RESUMED and (not previous or previous.kind != K.SUSPENDED):
            yield event, _resumes_nothing(event)
        elif furthest and _is_backwards(event, furthest):
            yield event, _goes_back(event, furthest)
        if not event.step:
            continue
        previous = event
        if event.kind in CLOSING[event.track]:
            furthest = None
        elif not furthest or _place(event) >= _place(furthest):
            furthest = event
        if event.kind == K.ENDED:
            ended = event


def _place(event: Event) -> int:
    """How far along its track a step stands."""
    kind = K.SIGNED if event.kind in AFTER_SIGNATURE else event.kind
    return STEPS[event.track][kind]


def _is_backwards(event: Event, furthest: Event) -> bool:
    return (
        0 < _place(event) < _place(furthest)
        and event.kind not in AFTER_SIGNATURE
        and event.kind not in CLOSING[event.track]
    )


def _follows_the_end(event: Event, ended: Event) -> str:
    return (
        f"{event} comes after {ended}. Once a partnership has ended, only a statement "
        "can follow; check both dates."
    )


def _resumes_nothing(event: Event) -> str:
    return (
        f"{event} resumes what was not suspended. Record “Suspended” with an earlier "
        "date first, or correct this date."
    )


def _goes_back(event: Event, furthest: Event) -> str:
    kinds = CLOSING[event.track]
    closing = " or ".join(
        f"“{kind.label}”" for kind in STEPS[event.track] if kind in kinds
    )
    return (
        f"{event} would come after {furthest}, which is a later step. Correct one of "
        f"the dates; a new attempt can begin only after {closing}."
    )


def _not_eligible(event: Event) -> str:
    return (
        f"{event} is a SAFE step, but the partner was not eligible that day: no signed "
        "partnership, no EU candidate or potential candidate, no EEA-EFTA state. "
        "Record the signature or the affiliation first, or correct this date."
    )
