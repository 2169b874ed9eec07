"""The lifecycle of a partnership: one table of effects, and the rules of order.

Status is never typed. Each dated milestone sets its track's status by ``EFFECTS``; on
day D the *deciding milestone* of a track is the latest one with an effect that has
happened by D. The same table makes the SQL of ``querysets/status.py``, so that there
is one definition. Why: docs/adr/0001-status-is-derived.md.

This module is pure: no database, no request, no clock; today's date is passed in.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

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

#: Standing that gives access to SAFE's common procurement without a partnership.
SAFE_NOT_NEEDED_KINDS = {AffiliationKind.EEA_EFTA}
SAFE_NOT_NEEDED_COUNTRIES = {"UA"}  # Ukraine is named by the Regulation itself
#: Standing that makes a partner eligible; so does a signed partnership.
SAFE_ELIGIBLE_KINDS = {
    AffiliationKind.EU_CANDIDATE,
    AffiliationKind.EU_POTENTIAL_CANDIDATE,
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
