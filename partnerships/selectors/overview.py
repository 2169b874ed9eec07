"""What holds over all records: counts, disagreements, what is lacking."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet, Window

from partnerships.choices import CoverageValue, PartnershipFact, Status
from partnerships.models import Claim, Coverage, Milestone, Partnership
from partnerships.querysets.fact_kinds import FACT_KINDS, FactKind
from partnerships.querysets.facts import related
from partnerships.selectors.trail import edition_number

SIGNED = (Status.SIGNED, Status.SAFE_ASSOCIATED)


@dataclass(frozen=True)
class Statistics:
    """Counts over all published partnerships on the day ``as_of``."""

    as_of: date
    known_on: date
    partnerships: int
    by_status: dict[Status, int]
    signed_total: int
    areas_common_to_all_signed: list[int]
    open_disagreements: int
    edition: int


@dataclass(frozen=True)
class DataQuality:
    """What records lack: facts that no claim supports and open disagreements, each as a
    sentence for the editor; partnerships that nobody has reviewed lately."""

    unsourced: list[str]
    open_disagreements: list[str]
    unreviewed: list[Partnership]


def statistics(
    partnerships: QuerySet, *, on: date, today: date, known_on: date | None = None
) -> Statistics:
    """Counts over the given partnerships as they stood on the day ``on``; ``known_on``
    is the day that the second clock shows, None for now."""
    dated = partnerships.with_status(on=on).order_by()
    counted = dict(dated.values_list("status").annotate(Count("pk")))
    by_status = {status: counted.get(status, 0) for status in Status}
    signed_total = sum(by_status[status] for status in SIGNED)
    common = (
        Coverage.objects.filter(
            value=CoverageValue.INCLUDED,
            partnership__in=dated.filter(status__in=SIGNED).values("pk"),
        )
        .order_by("area__number")
        .values_list("area__number")
        .annotate(n=Count("pk"))
        .filter(n=signed_total)
    )
    return Statistics(
        as_of=on,
        known_on=known_on or today,
        partnerships=sum(by_status.values()),
        by_status=by_status,
        signed_total=signed_total,
        areas_common_to_all_signed=[number for number, _ in common],
        open_disagreements=(
            Claim.objects.public().open().values("fact_id").distinct().count()
        ),
        edition=edition_number(known_on=known_on),
    )


def data_quality(partnerships: QuerySet, *, reviewed_since: date) -> DataQuality:
    """What the given partnerships still need before they can be relied on."""
    unsourced = [
        fact
        for kind in FACT_KINDS
        if not kind.part
        for fact in _rows(kind, partnerships).unsourced()
    ]
    supported = set(
        Claim.objects.filter(partnership__in=partnerships)
        .supporting()
        .values_list("partnership_id", "partnership_fact")
    )
    stated = [
        f"{partnership}: {fact.label.lower()}"
        for partnership in partnerships
        for fact in PartnershipFact
        if getattr(partnership, fact) and (partnership.pk, fact) not in supported
    ]
    open_claims = (
        Claim.objects.filter(Q(question__isnull=False) | Q(record__in=partnerships))
        .open()
        .select_related("source")
    )
    return DataQuality(
        unsourced=[*map(str, unsourced), *stated],
        open_disagreements=[f"{claim.fact}: {claim}" for claim in open_claims],
        unreviewed=list(partnerships.not_reviewed_since(reviewed_since)),
    )


def _rows(kind: FactKind, partnerships: QuerySet) -> QuerySet:
    """Return the facts of one kind in these partnerships, or that are in none."""
    rows = related(Claim, kind.model)
    if not kind.partnership:
        return rows
    return rows.filter(**{f"{kind.partnership}__in": partnerships})


def recent_milestones(*, on: date, most: int = 8) -> QuerySet[Milestone]:
    """The latest milestones of published partnerships that have happened by that
    day."""
    return (
        Milestone.objects.filter(partnership__in=Partnership.objects.published())
        .happened(on=on)
        .select_related("partnership__partner")
        .order_by("-latest", "-pk")[:most]
    )


def uncertain_milestones(*, on: date, most: int = 8) -> QuerySet[Milestone]:
    """Milestones of published partnerships that may have happened by that day: their
    earliest day has come, their latest has not; the soonest certain first. ``total`` is
    the number of all."""
    return (
        Milestone.objects.filter(partnership__in=Partnership.objects.published())
        .begun(on=on)
        .filter(latest__gt=on)
        .annotate(total=Window(Count("pk")))
        .select_related("partnership__partner")
        .order_by("latest", "pk")[:most]
    )
