"""Ways to share a page: its card, its picture, the page for frames of others.

This module is pure: no request, no clock, and no query.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from partnerships.filters.clock import CLOCKS
from partnerships.ledger.past import Past
from partnerships.selectors.trail import Trail


@dataclass(frozen=True)
class Ways:
    """The names of the routes that go with a page; they take its parts."""

    card: str
    picture: str = ""
    embed: str = ""
    #: How high a frame is, in px, that shows the page for frames on a wide screen.
    height: int = 0


#: By the name of a page's route; what is not named here has the card of all.
WAYS = {
    "home": Ways("home-card", "home-picture", "embed-state", 1620),
    "partnership-detail": Ways(
        "partnership-card", "partnership-picture", "embed-partnership", 340
    ),
    "partnership-brief": Ways("partnership-card"),
    "partnership-changes": Ways("partnership-card"),
    "matrix": Ways("matrix-card", "matrix-picture", "embed-matrix", 1000),
    "safe": Ways("safe-card", "safe-picture"),
    "compare": Ways("compare-card"),
    "area-detail": Ways("area-card"),
    "timeline": Ways("timeline-card", "timeline-picture"),
    "news": Ways("news-card"),
}
OTHERS = Ways("home-card")
#: The days of a page and what a comparison is of: what a card shows depends on these.
OF_CARDS = {*CLOCKS, "p"}


def settled_past(past: Past | None, trail: Trail, today: date) -> dict[str, Any]:
    """Return the parameter of the past that a page tells, so that an address with it
    will always show the same: of now, the end of yesterday, or this edition if anything
    changed today; while a change waits for its number, the end of today."""
    if past:
        return {"edition" if past.edition else "known_on": past.edition or past.day}
    if trail.is_waiting or not trail.changed_at:
        return {"known_on": today}
    if trail.changed_at.date() < today:
        return {"known_on": today - timedelta(days=1)}
    return {"edition": trail.edition}
