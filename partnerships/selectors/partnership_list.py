"""Rows of the list of partnerships, and of its twin in the API."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count

from partnerships.models import Claim, Milestone, Partnership
from partnerships.querysets.settled import settled_columns


def partnership_rows(pks: Iterable[int], *, on: date) -> list[Partnership]:
    """Return the partnerships of these ids, in that order, with their partners and all
    that lists show of each: their statuses of the day ``on``, ``with_coverage_counts``,
    ``with_open_disagreement_count`` and ``with_checked_through``. Three queries.

    Lists choose and order ids first: a database that orders rows works out every column
    of each, of those too that are on another page.
    """
    pks = list(pks)
    rows = (
        Partnership.objects.order_by()
        .with_coverage_counts()
        .with_open_disagreement_count()
        .with_checked_through()
        .select_related("partner")
        .filter(pk__in=pks)
        .as_of(on)
    )
    by_pk = {row.pk: row for row in rows}
    return [by_pk[pk] for pk in pks]


@dataclass(frozen=True)
class Listed:
    """The facts about a partnership that a line about it tells: the milestone that
    decides its state and the newest by the day, None where there is none; and how many
    sources speak of it, how many of its facts these dispute, and on how many of those
    the editors have ruled."""

    deciding: Milestone | None
    newest: Milestone | None
    sources: int
    disputed: int
    ruled: int


def listed_facts(rows: Collection[Any], *, on: date) -> dict[int, Listed]:
    """Return the facts of these partnerships, which have their statuses of the day
    ``on``, by their ids. Five queries."""
    pks = [row.pk for row in rows]
    mine = Milestone.objects.filter(partnership__in=pks)
    settled = mine.annotate(**settled_columns(mine))  # by these records alone
    happened = settled.counted().happened(on=on).in_order()
    newest = dict(happened.values_list("partnership", "pk"))  # the last is kept
    told = {*newest.values(), *(row.sdp_milestone_id for row in rows)} - {None}
    found = Milestone.objects.in_bulk(told)
    by_pk = {row.pk: row for row in rows}
    for milestone in found.values():
        milestone.partnership = by_pk[milestone.partnership_id]  # read already
    claims = Claim.objects.filter(record__in=pks).order_by()
    sources = dict(
        claims.values_list("record").annotate(n=Count("source", distinct=True))
    )
    disputed: dict[int, dict[str, str]] = defaultdict(dict)
    columns = ("record", "fact_id", "fact_ruling")
    for record, fact_id, ruling in claims.disagreeing().values_list(*columns):
        disputed[record][fact_id] = ruling
    return {
        row.pk: Listed(
            found.get(row.sdp_milestone_id),
            found.get(newest.get(row.pk)),
            sources.get(row.pk, 0),
            len(disputed[row.pk]),
            sum(map(bool, disputed[row.pk].values())),
        )
        for row in rows
    }
