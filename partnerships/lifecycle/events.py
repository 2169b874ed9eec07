"""Milestones and affiliations as the rules see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date as Day

from partnerships.choices import AffiliationKind, MilestoneKind, Track
from partnerships.dates import Dated, PartialDate
from partnerships.lifecycle.table import AFTER_SIGNATURE, CLOSING, STEPS, K


@dataclass(frozen=True)
class Event(Dated):
    """A milestone as the rules see it."""

    track: Track
    kind: MilestoneKind
    date: PartialDate
    latest: Day

    @property
    def earliest(self) -> Day | None:  # type: ignore[override]  # it follows from date
        return self.date.earliest

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
    since: Day | None
    until: Day | None

    def holds_on(self, day: Day) -> bool:
        """Return whether it holds on that day."""
        return (self.since is None or self.since <= day) and (
            self.until is None or day < self.until
        )


def sorted_by_time(events: Iterable[Event], track: Track) -> list[Event]:
    """Return the events of one track in the order in which they count."""
    return sorted(
        (event for event in events if event.track == track),
        key=lambda event: (event.latest, event.step, event.kind, event.date.text),
    )


def by_attempt(events: list[Event]) -> list[list[Event]]:
    """Return the events of one track, given in order of time, by attempt; the last list
    is empty where the last attempt is closed."""
    groups: list[list[Event]] = [[]]
    for event in events:
        groups[-1].append(event)
        if event.kind in CLOSING[event.track]:
            groups.append([])
    return groups


def place_of(event: Event) -> int:
    """Return the place of a step among those of its track."""
    kind = K.SIGNED if event.kind in AFTER_SIGNATURE else event.kind
    return STEPS[event.track][kind]
