"""The statuses of a partnership on a day: what is certain, and what else may be."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import chain
from typing import Any

from partnerships.choices import Certainty, SafeStatus, SdpStatus, Status, Track
from partnerships.lifecycle.chronology import Chronology, chronologies
from partnerships.lifecycle.events import Event, Holding
from partnerships.lifecycle.table import (
    SAFE_ADOPTED_ON,
    SAFE_ASSOCIATED,
    SAFE_ELIGIBLE_KINDS,
    SAFE_NOT_NEEDED_COUNTRIES,
    SAFE_NOT_NEEDED_KINDS,
    Effect,
    K,
)


@dataclass(frozen=True)
class TrackStatus:
    """The status that certainly holds on a track on a day, and the event that
    ``decides`` it, None where none does; ``may_be`` are the others that hold by another
    choice of days. ``is_reported`` is true where the press alone reports it, or the
    signature that opens SAFE."""

    status: Effect
    may_be: tuple[Effect, ...]
    decides: Event | None
    is_reported: bool

    @property
    def look(self) -> tuple[Effect, tuple[Effect, ...], bool]:
        """The status and the doubts about it: a day is like another if these are."""
        return self.status, self.may_be, self.is_reported


@dataclass(frozen=True)
class DayStatus:
    """The statuses of a partnership on a day. ``signed`` is the last signature that has
    certainly happened by then in the attempt that stands; those of earlier attempts do
    not count."""

    sdp: TrackStatus
    safe: TrackStatus
    signed: Event | None

    @property
    def look(self) -> tuple:
        return self.sdp.look, self.safe.look

    @property
    def status(self) -> Status:
        return headline(self.sdp.status, self.safe.status)

    @cached_property
    def may_be(self) -> tuple[Status, ...]:
        """The other headlines that some choice of days gives."""
        pairs = [
            headline(sdp, safe)
            for sdp in (self.sdp.status, *self.sdp.may_be)
            for safe in (self.safe.status, *self.safe.may_be)
        ]
        return tuple(s for s in Status if s in pairs and s != self.status)

    @property
    def is_reported(self) -> bool:
        by_safe = self.status == Status.SAFE_ASSOCIATED and self.safe.is_reported
        return self.sdp.is_reported or by_safe


@dataclass(frozen=True)
class Period:
    """Days on which one status holds as certainly: from ``since`` to the day before
    ``until``, None for the last."""

    since: date
    until: date | None
    day: DayStatus


class Story:
    """All events of a partnership, and the affiliations and country of its partner."""

    def __init__(
        self,
        events: Sequence[Event],
        holdings: Collection[Holding] = (),
        iso_code: str = "",
    ) -> None:
        self.holdings, self.iso_code = holdings, iso_code
        self.chronologies = {track: chronologies(events, track) for track in Track}

    def settle(self, milestones: Iterable[Any]) -> list[Any]:
        """Give each milestone the days between which dates and order let it have
        happened, ``first_day`` (None where that is unknown) and ``last_day``; return
        them in that order, each as late as it may have happened."""
        bounds = {
            event.pk: (chronology.earliest[j], chronology.latest[j], place)
            for chronology, *_ in self.chronologies.values()
            for place, j in enumerate(chronology.in_order)
            for event in [chronology.events[j]]
        }
        settled = []
        for milestone in milestones:
            own = milestone.earliest or date.min, milestone.latest, len(bounds)
            first, last, place = bounds.get(milestone.pk, own)
            milestone.first_day = None if first == date.min else first
            milestone.last_day = last
            settled.append((last, place, first, milestone.pk, milestone))
        return [milestone for *_, milestone in sorted(settled, key=lambda s: s[:4])]

    def on(self, day: date) -> DayStatus:
        """Return the statuses on that day."""
        sdp, signed = self._track(
            Track.SDP, day, SdpStatus.NOT_RECORDED, {SdpStatus.NOT_RECORDED}
        )
        eligibility, unsigned = (
            safe_eligibility(sdp_statuses, self.holdings, self.iso_code, on=day)
            for sdp_statuses in ({sdp.status}, ())
        )
        options = self.safe_options(sdp, day)
        safe, _ = self._track(Track.SAFE, day, eligibility, options)
        if safe.decides is None and eligibility != unsigned:  # the signature opens SAFE
            safe = replace(safe, is_reported=sdp.is_reported)
        return DayStatus(sdp, safe, signed)

    @cached_property
    def periods(self) -> list[Period]:
        """The days from the first event, or the first day that matters, in the periods
        of one status: each begins on a day on which one of the statuses changes, or
        what else it may be, or how sure it is."""
        periods: list[Period] = []
        for day in self._turning_days():
            status = self.on(day)
            if periods and periods[-1].day.look == status.look:
                continue
            if periods:
                periods[-1] = replace(periods[-1], until=day)
            periods.append(Period(day, None, status))
        return periods

    def runs(self, track: Track, *, on: date) -> list[tuple[date, date, TrackStatus]]:
        """Return the periods of one track up to a day, joined where nothing changes on
        it: the first day, the day after the last, and the status. The last one ends on
        that day."""
        runs: list[tuple[date, date, TrackStatus]] = []
        for period in self.periods:
            if period.since > on:
                break
            status: TrackStatus = getattr(period.day, track)
            until = min(period.until or date.max, on)
            if runs and runs[-1][2].look == status.look:
                runs[-1] = (runs[-1][0], until, status)
            else:
                runs.append((period.since, until, status))
        return runs

    def _turning_days(self) -> list[date]:
        """Return the days on which a status may change, in order."""
        days: set[date | None] = {SAFE_ADOPTED_ON}
        for chronology in chain(*self.chronologies.values()):
            days.update(chronology.earliest, chronology.latest)
        for holding in self.holdings:
            for bound in filter(None, (holding.since, holding.until)):
                days.update((bound.earliest, bound.latest))
        return sorted(day for day in days if day and day != date.min)

    def safe_options(self, sdp: TrackStatus, day: date) -> set[SafeStatus]:
        """Return what a partner without a step towards SAFE may be on that day."""
        return safe_eligibilities(
            {sdp.status, *sdp.may_be}, self.holdings, self.iso_code, on=day
        )

    def _track(
        self, track: Track, day: date, otherwise: Effect, options: Iterable[Effect]
    ) -> tuple[TrackStatus, Event | None]:
        """Return the status of a track and its last signature. ``otherwise`` holds
        where nothing has happened, and perhaps one of ``options``."""
        first, *others = self.chronologies[track]
        happened = first.happened(day)
        status = first.effect(happened) or otherwise
        possible = set(first.possible(day)).union(*(c.possible(day) for c in others))
        if None in possible:
            possible |= set(options)
        may_be = tuple(s for s in type(otherwise) if s in possible and s != status)
        return (
            TrackStatus(
                status,
                may_be,
                happened[-1] if happened else None,
                bool(happened) and _is_reported(first, happened),
            ),
            next((e for e in reversed(happened) if _signs(e, happened[-1])), None),
        )


def headline(sdp: str, safe: str) -> Status:
    """Return the headline status of a pair of track statuses."""
    if sdp == SdpStatus.SIGNED and safe in SAFE_ASSOCIATED:
        return Status.SAFE_ASSOCIATED
    return Status(sdp)


def safe_eligibility(
    sdp: Collection[Effect], holdings: Iterable[Holding], iso_code: str, *, on: date
) -> SafeStatus:
    """Return the SAFE status of a partner that took no step towards it, from what it
    certainly is on that day."""
    if on < SAFE_ADOPTED_ON:
        return SafeStatus.NONE
    held = {holding.kind for holding in holdings if holding.holds_on(on)}
    if held & SAFE_NOT_NEEDED_KINDS or iso_code in SAFE_NOT_NEEDED_COUNTRIES:
        return SafeStatus.NOT_NEEDED
    if held & SAFE_ELIGIBLE_KINDS or SdpStatus.SIGNED in sdp:
        return SafeStatus.ELIGIBLE
    return SafeStatus.NOT_ELIGIBLE


def safe_eligibilities(
    sdp: Collection[Effect], holdings: Iterable[Holding], iso_code: str, *, on: date
) -> set[SafeStatus]:
    """Return each SAFE status that a partner without a step towards it may have on that
    day, where its SDP status is one of ``sdp``."""
    if on < SAFE_ADOPTED_ON:
        return {SafeStatus.NONE}
    holdings = list(holdings)
    may = {holding.kind for holding in holdings if holding.may_hold_on(on)}
    must = {holding.kind for holding in holdings if not holding.may_not_hold_on(on)}
    found = set()
    if may & SAFE_NOT_NEEDED_KINDS or iso_code in SAFE_NOT_NEEDED_COUNTRIES:
        found.add(SafeStatus.NOT_NEEDED)
    if not (must & SAFE_NOT_NEEDED_KINDS or iso_code in SAFE_NOT_NEEDED_COUNTRIES):
        if may & SAFE_ELIGIBLE_KINDS or SdpStatus.SIGNED in sdp:
            found.add(SafeStatus.ELIGIBLE)
        if not must & SAFE_ELIGIBLE_KINDS and {*sdp} != {SdpStatus.SIGNED}:
            found.add(SafeStatus.NOT_ELIGIBLE)
    return found


def _signs(event: Event, decides: Event) -> bool:
    return event.kind == K.SIGNED and event.attempt == decides.attempt


def _is_reported(chronology: Chronology, happened: list[Event]) -> bool:
    """Return whether nothing that sets the status which holds is confirmed."""
    decides, status = happened[-1], chronology.effect(happened)
    return all(
        event.certainty == Certainty.REPORTED
        for event in happened
        if event is decides
        or (event.attempt == decides.attempt and event.effect == status)
    )
