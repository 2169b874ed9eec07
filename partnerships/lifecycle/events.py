"""Milestones and affiliations as the rules see them."""

from dataclasses import dataclass
from datetime import date as Day

from partnerships.choices import AffiliationKind, Certainty, MilestoneKind, Track
from partnerships.dates import Dated, PartialDate
from partnerships.lifecycle.table import EFFECTS, SAFE_ADOPTED_ON, Effect


@dataclass(frozen=True)
class Event(Dated):
    """A milestone as the rules see it: in which ``attempt`` of its track, and how sure.
    ``pk`` tells it from others; ``follows`` is the pk of one after which it came, where
    the editors say so."""

    track: Track
    kind: MilestoneKind
    date: PartialDate
    latest: Day
    attempt: int = 1
    certainty: Certainty = Certainty.CONFIRMED
    pk: int | None = None
    follows: int | None = None

    @property
    def earliest(self) -> Day | None:  # type: ignore[override]  # it follows from date
        """The first day on which it may have happened; SAFE has no step before SAFE."""
        if self.track == Track.SAFE and self.effect:
            return max(self.date.earliest or SAFE_ADOPTED_ON, SAFE_ADOPTED_ON)
        return self.date.earliest

    @property
    def effect(self) -> Effect | None:
        """The status that it sets its track to; None where it moves nothing."""
        is_rejected = self.certainty == Certainty.REJECTED
        return None if is_rejected else EFFECTS[self.track][self.kind]

    def comes_after(self, other: "Event") -> bool:
        """Return whether the editors say that it came after that event."""
        return self.follows is not None and self.follows == other.pk

    def __str__(self) -> str:
        return f"“{self.kind.label}” ({self.date.display()})"


@dataclass(frozen=True)
class Holding:
    """An affiliation as the rules see it, on days in [since, until): ``since`` None is
    "start not known", ``until`` None is "no end known"."""

    kind: AffiliationKind
    since: PartialDate | None
    until: PartialDate | None

    def holds_on(self, day: Day) -> bool:
        """Return whether it holds on that day, begun and ended as late as it may be."""
        has_begun = self.since is not None and self.since.latest <= day
        return has_begun and self._may_go_on(day)

    def may_hold_on(self, day: Day) -> bool:
        start = self.since.earliest if self.since else None
        return (start is None or start <= day) and self._may_go_on(day)

    def may_not_hold_on(self, day: Day) -> bool:
        end = (self.until.earliest or Day.min) if self.until else Day.max
        return not self.holds_on(day) or end <= day

    def _may_go_on(self, day: Day) -> bool:
        return self.until is None or day < self.until.latest
