"""The course of one partnership: its steps on each track, what may come next and since
when that waits, and the facts behind its eligibility for SAFE. No queries."""

from dataclasses import dataclass
from datetime import date

from partnerships.choices import AffiliationKind, SafeStatus, SdpStatus, Track
from partnerships.lifecycle import status as lifecycle_status
from partnerships.lifecycle.course import NextSteps, Step, attempts, next_steps
from partnerships.lifecycle.table import (
    CLOSING,
    SAFE_DECISIVE_KINDS,
    SAFE_NOT_NEEDED_COUNTRIES,
)
from partnerships.models import Affiliation, Milestone
from partnerships.selectors.facts import Fact
from partnerships.selectors.record import Record


@dataclass(frozen=True)
class Course:
    """One track: its attempts, each with its steps, whose events have the ids of their
    milestones; the milestone that decides its status, None where no one does; the kinds
    that may come next; and the day ``until`` which that is known, None without any."""

    track: Track
    status: str
    attempts: list[list[Step]]
    deciding: Fact[Milestone] | None
    ahead: NextSteps
    until: date | None

    @property
    def days(self) -> int | None:
        """Days from the latest day of the deciding milestone to the day ``until``: that
        many at least where its day is not known exactly; None where none decides."""
        if self.deciding is None or self.until is None:
            return None
        return max((self.until - self.deciding.about.last_day).days, 0)

    @property
    def is_over(self) -> bool:
        """True where the last attempt is closed: what comes next begins another."""
        closing = CLOSING[self.track]
        return self.deciding is not None and self.deciding.about.kind in closing

    @property
    def is_exact(self) -> bool:
        """True where the day of the deciding milestone is known, by date or order."""
        if self.deciding is None:
            return False
        return self.deciding.about.first_day == self.deciding.about.last_day


@dataclass(frozen=True)
class SafeEligibility:
    """A partner's SAFE status without regard to an agreement on it, and the facts that
    it rests on: affiliations, the signature, or the Regulation itself, which names the
    country. Before there was a Regulation the status is NONE, and nothing decides.
    ``may_be`` is what else the status may be, ``perhaps`` the standing that may hold
    and does not certainly."""

    status: SafeStatus
    affiliations: list[Fact[Affiliation]]
    signature: Fact[Milestone] | None
    is_named: bool
    may_be: set[SafeStatus]
    perhaps: list[AffiliationKind]


def courses(record: Record) -> list[Course]:
    """Return the course of a record on each track."""
    events = [fact.about.as_event() for fact in [*record.milestones, *record.uncertain]]
    holdings = [fact.about.as_holding() for fact in record.affiliations]
    deciding = dict(record.because)
    return [
        Course(
            track=track,
            status=getattr(record.partnership, f"{track}_status"),
            attempts=attempts(events, track, on=record.on),
            deciding=deciding.get(track),
            ahead=next_steps(
                events,
                track,
                holdings=holdings,
                iso_code=record.partnership.partner.iso_code,
                on=record.on,
            ),
            until=record.known_through,
        )
        for track in Track
    ]


def safe_eligibility(record: Record) -> SafeEligibility:
    """Return a partner's SAFE status without an agreement, and the facts behind it."""
    iso_code = record.partnership.partner.iso_code
    sdp = SdpStatus(record.partnership.sdp_status)
    holdings = [(fact, fact.about.as_holding()) for fact in record.affiliations]
    holding = [(fact, held) for fact, held in holdings if held.holds_on(record.on)]
    status = lifecycle_status.safe_eligibility(
        {sdp}, [held for _, held in holding], iso_code, on=record.on
    )
    options = lifecycle_status.safe_eligibilities(
        {sdp, *map(SdpStatus, record.partnership.sdp_status_may_be)},
        [held for _, held in holdings],
        iso_code,
        on=record.on,
    )
    kinds = SAFE_DECISIVE_KINDS.get(status, set())
    by_signature = status == SafeStatus.ELIGIBLE and sdp == SdpStatus.SIGNED
    return SafeEligibility(
        status=status,
        affiliations=[fact for fact, held in holding if held.kind in kinds],
        signature=dict(record.because)[Track.SDP] if by_signature else None,
        is_named=status != SafeStatus.NONE and iso_code in SAFE_NOT_NEEDED_COUNTRIES,
        may_be=options - {status},
        perhaps=[
            held.kind
            for _, held in holdings
            if held.may_hold_on(record.on) and not held.holds_on(record.on)
        ],
    )
