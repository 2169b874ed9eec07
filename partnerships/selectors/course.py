"""The course of one partnership: its steps on each track, what may come next and since
when that waits, and the facts behind its eligibility for SAFE. No queries."""

from dataclasses import dataclass, field
from datetime import date

from partnerships.choices import SafeStatus, SdpStatus, Track
from partnerships.lifecycle import status as lifecycle_status
from partnerships.lifecycle import table
from partnerships.lifecycle.course import NextSteps, Step, attempts, next_steps
from partnerships.lifecycle.events import Event
from partnerships.models import Affiliation, Milestone
from partnerships.selectors.facts import Fact
from partnerships.selectors.record import Record


@dataclass(frozen=True)
class MilestoneEvent(Event):
    """A milestone as the rules see it, with its id."""

    pk: int = field(compare=False)


@dataclass(frozen=True)
class Course:
    """One track: its attempts, in order of time, each with its steps, whose events are
    ``MilestoneEvent``; the milestone that decides its status, None where no one does;
    and the kinds that may come next."""

    track: Track
    status: str
    attempts: list[list[Step]]
    deciding: Fact[Milestone] | None
    ahead: NextSteps
    on: date

    @property
    def days(self) -> int | None:
        """Days since the latest day of the deciding milestone: that many at least where
        its day is not known exactly; None where no milestone decides."""
        return (self.on - self.deciding.about.latest).days if self.deciding else None

    @property
    def is_exact(self) -> bool:
        """True where the day of the deciding milestone is known."""
        return self.deciding is not None and self.deciding.about.date.is_day


@dataclass(frozen=True)
class SafeEligibility:
    """A partner's SAFE status without regard to an agreement on it, and the facts that
    it rests on: affiliations, the signature, or the Regulation itself, which names the
    country. ``is_early`` on days before there was a Regulation."""

    status: SafeStatus
    affiliations: list[Fact[Affiliation]]
    signature: Fact[Milestone] | None
    is_named: bool
    is_early: bool


def courses(record: Record) -> list[Course]:
    """Return the course of a record on each track."""
    milestones = [fact.about for fact in [*record.milestones, *record.uncertain]]
    events = list(dict.fromkeys(map(_event, milestones)))
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
            on=record.on,
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
        sdp, [held for _, held in holding], iso_code, on=record.on
    )
    kinds = table.SAFE_DECISIVE_KINDS[status]
    by_signature = status == SafeStatus.ELIGIBLE and sdp == SdpStatus.SIGNED
    return SafeEligibility(
        status=status,
        affiliations=[fact for fact, held in holding if held.kind in kinds],
        signature=dict(record.because)[Track.SDP] if by_signature else None,
        is_named=iso_code in table.SAFE_NOT_NEEDED_COUNTRIES,
        is_early=record.on < table.SAFE_ADOPTED_ON,
    )


def _event(milestone: Milestone) -> MilestoneEvent:
    return MilestoneEvent(**vars(milestone.as_event()), pk=milestone.pk)
