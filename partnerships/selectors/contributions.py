"""Sums of contributions to the European Peace Facility, of which some are given alone
and some as running totals. No queries.

A source may give a contribution as the total with those before it: such a figure takes
the place of what it includes, so that no money is counted twice. A running total
includes the contributions in its currency that came before it by the days recorded, and
none that is greater than itself.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter

from partnerships.choices import EngagementKind, EngagementState
from partnerships.models import Engagement


@dataclass(frozen=True)
class ContributionTotal:
    """The money that one partner gave in one currency: ``amount`` is the sum of what is
    ``counted``, without what running totals ``included``; both in order of time.

    ``amount_eur`` is the sum of the euro figures that sources give, None where they
    give none for one of those counted. Where the days leave open whether a running
    total includes a contribution it is taken to, and ``is_least``: the sum is that much
    at least.
    """

    currency: str
    amount: int
    amount_eur: int | None
    counted: list[Engagement]
    included: list[Engagement]
    is_least: bool


def contribution_totals(ties: Iterable[Engagement]) -> list[ContributionTotal]:
    """Return the sum of one partner's contributions in each currency. Ties of other
    kinds, and contributions that are only envisaged, do not count."""
    given = [
        tie
        for tie in ties
        if tie.kind == EngagementKind.EPF_CONTRIBUTION
        and tie.state != EngagementState.ENVISAGED
    ]
    given.sort(key=lambda tie: (tie.currency, *_place(tie)))
    by_currency = groupby(given, key=attrgetter("currency"))
    return [_total(currency, list(alike)) for currency, alike in by_currency]


def _total(currency: str, given: list[Engagement]) -> ContributionTotal:
    """Return the sum of contributions in one currency, given in order of time."""
    inside = {tie.pk: sure for tie, sure in _inside(given)}
    counted = [tie for tie in given if tie.pk not in inside]
    euros = [tie.amount_eur for tie in counted]
    return ContributionTotal(
        currency=currency,
        amount=sum(tie.amount or 0 for tie in counted),
        amount_eur=None if None in euros else sum(filter(None, euros)),
        counted=counted,
        included=[tie for tie in given if tie.pk in inside],
        is_least=not all(inside.values()),
    )


def _inside(given: list[Engagement]) -> Iterator[tuple[Engagement, bool]]:
    """Yield what a running total includes, and whether that is certain."""
    for number, tie in enumerate(given):
        later = given[number + 1 :]
        answers = [
            _includes(total, tie, is_later=total in later)
            for total in given
            if total.amount_is_total and total is not tie
        ]
        if answers := [answer for answer in answers if answer is not False]:
            yield tie, True in answers


def _includes(total: Engagement, tie: Engagement, *, is_later: bool) -> bool | None:
    """Return whether a running total includes a contribution; None where it may."""
    if (tie.amount or 0) > (total.amount or 0):
        return False
    if tie.amount_is_total:  # of two running totals the later one has both
        return is_later
    if tie.since_latest is None or total.since_latest is None:
        return None
    first, last = _bounds(tie)
    total_first, total_last = _bounds(total)
    if first > total_last:
        return False
    return True if first <= total_first and last <= total_last else None


def _bounds(tie: Engagement) -> tuple[date, date]:
    return tie.since_earliest or date.min, tie.since_latest or date.max


def _place(tie: Engagement) -> tuple[date, date, int]:
    """Return the place of a contribution in time, by its last day."""
    first, last = _bounds(tie)
    return last, first, tie.pk
