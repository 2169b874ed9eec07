"""The course of one partnership: its steps on each track, what may come next and since
when that waits, and on what its standing with SAFE rests. No queries of their own."""

from dataclasses import dataclass
from datetime import date

from partnerships.choices import MilestoneKind, SafeStatus, SdpStatus, Track
from partnerships.lifecycle import status as lifecycle_status
from partnerships.lifecycle.course import NextSteps, attempts, next_steps
from partnerships.lifecycle.events import Event
from partnerships.lifecycle.table import (
    SAFE_ADOPTED_ON,
    SAFE_DECISIVE_KINDS,
    SAFE_NOT_NEEDED_COUNTRIES,
)
from partnerships.selectors.facts import Fact
from partnerships.selectors.record import Record


@dataclass(frozen=True)
class CourseStep:
    """One step of an attempt with the milestones recorded of it. Those that may have
    happened by the day stand apart; with neither, the step is not recorded."""

    kind: MilestoneKind
    facts: list[Fact]
    uncertain: list[Fact]
    decides: bool


@dataclass(frozen=True)
class Course:
    """One track: its attempts, in order of time, each with its steps; the milestone
    that decides its status, if one does; and what may come next."""

    track: Track
    status: str
    attempts: list[list[CourseStep]]
    deciding: Fact | None
    ahead: NextSteps
    on: date

    @property
    def days(self) -> int | None:
        """Days since the latest day of the deciding milestone: that many at least where
        its day is not known exactly; None where no milestone decides."""
        return (self.on - self.deciding.about.latest).days if self.deciding else None

    @property
    def is_exact(self) -> bool:
        return self.deciding is not None and self.deciding.about.date.is_day


@dataclass(frozen=True)
class SafeStanding:
    """A partner's standing with SAFE without regard to an agreement on it, and the
    facts that it rests on: affiliations, the signature, or the Regulation itself, which
    names the country. ``is_early`` on days before there was a Regulation."""

    status: SafeStatus
    affiliations: list[Fact]
    signature: Fact | None
    is_named: bool
    is_early: bool


def courses(record: Record) -> list[Course]:
    """The course of a record on each track."""
    by_event: dict[Event, Fact] = {}
    for fact in [*record.milestones, *record.uncertain]:
        by_event.setdefault(fact.about.as_event(), fact)
    deciding = dict(record.because)
    return [
        Course(
            track=track,
            status=getattr(record.partnership, f"{track}_status"),
            attempts=_attempts(by_event, track, record.on),
            deciding=deciding.get(track),
            ahead=next_steps(
                by_event,
                track,
                holdings=[fact.about.as_holding() for fact in record.affiliations],
                iso_code=record.partnership.partner.iso_code,
                on=record.on,
            ),
            on=record.on,
        )
        for track in Track
    ]


def safe_standing(record: Record) -> SafeStanding:
    """On what a record's standing with SAFE rests."""
    iso_code = record.partnership.partner.iso_code
    sdp = SdpStatus(record.partnership.sdp_status)
    holdings = [(fact, fact.about.as_holding()) for fact in record.affiliations]
    holding = [(fact, held) for fact, held in holdings if held.holds_on(record.on)]
    status = lifecycle_status.safe_standing(
        sdp, [held for _, held in holding], iso_code, on=record.on
    )
    kinds = SAFE_DECISIVE_KINDS[status]
    by_signature = status == SafeStatus.ELIGIBLE and sdp == SdpStatus.SIGNED
    return SafeStanding(
        status=status,
        affiliations=[fact for fact, held in holding if held.kind in kinds],
        signature=dict(record.because)[Track.SDP] if by_signature else None,
        is_named=iso_code in SAFE_NOT_NEEDED_COUNTRIES,
        is_early=record.on < SAFE_ADOPTED_ON,
    )


def _attempts(
    by_event: dict[Event, Fact], track: Track, on: date
) -> list[list[CourseStep]]:
    return [
        [
            CourseStep(
                kind=step.kind,
                facts=[by_event[event] for event in step.events],
                uncertain=[by_event[event] for event in step.uncertain],
                decides=step.decides,
            )
            for step in steps
        ]
        for steps in attempts(by_event, track, on=on)
    ]
