"""The gaps of records that keep readers from relying on them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from partnerships.choices import PartnershipFact
from partnerships.models import Claim, Milestone, Partnership, Source
from partnerships.models.source import is_home_page
from partnerships.querysets.fact_kinds import FACT_KINDS, FactKind
from partnerships.querysets.facts import FactQuerySet, related
from partnerships.querysets.partnerships import PartnershipQuerySet
from partnerships.selectors.by_record import kept_by_record


@dataclass(frozen=True)
class DataQuality:
    """The gaps of records. ``faults`` are those that must not be published, each as a
    sentence for the editor under what it is a fault of; ``unchecked`` are partnerships
    that nobody has checked lately."""

    faults: dict[str, list[str]]
    unchecked: list[Partnership]


def data_quality(
    partnerships: PartnershipQuerySet, *, checked_since: date
) -> DataQuality:
    """Return the gaps of these partnerships and of what belongs to none. A check
    through the day ``checked_since`` is recent enough. A number of queries that grows
    with the open disagreements alone."""
    return DataQuality(
        faults={
            "facts without a claim that agrees": _unsourced(partnerships),
            "values without a claim that agrees": _unsourced_values(partnerships),
            "open disagreements": _open_disagreements(partnerships),
            "sources without the document's address": _without_document(),
            "sources of drafts that show": _of_drafts(),
            "records never checked": [
                str(p) for p in partnerships.with_checked_through() if _is_unseen(p)
            ],
            "summaries older than their newest milestone": [
                str(partnership) for partnership in old_summaries(partnerships)
            ],
        },
        unchecked=list(partnerships.not_checked_since(checked_since)),
    )


def _unsourced(partnerships: PartnershipQuerySet) -> list[str]:
    unsourced = [
        str(fact)
        for kind in FACT_KINDS
        if not kind.part
        for fact in _rows(kind, partnerships).unsourced()
    ]
    supported = set(
        Claim.objects.filter(partnership__in=partnerships)
        .supporting()
        .values_list("partnership_id", "partnership_fact")
    )
    return unsourced + [
        f"{partnership}: {fact.label.lower()}"
        for partnership in partnerships
        for fact in PartnershipFact
        if getattr(partnership, fact) and (partnership.pk, fact) not in supported
    ]


def _unsourced_values(partnerships: PartnershipQuerySet) -> list[str]:
    return [
        f"{fact}: {aspect.label.lower()}"
        for kind in FACT_KINDS
        for aspect in kind.aspects
        for fact in _rows(kind, partnerships).unsourced_in(aspect)
    ]


def _open_disagreements(partnerships: PartnershipQuerySet) -> list[str]:
    about = Q(record__in=partnerships) | Claim.objects.about_no_record()
    claims = Claim.objects.filter(about).open().select_related("source")
    return [f"{claim.fact}: {claim}" for claim in claims]


def _without_document() -> list[str]:
    shown = Source.objects.public()
    return [
        f"{source.key}: {source.url or 'no address, and no reason'}"
        for source in shown
        if (is_home_page(source.url) if source.url else not source.no_address)
    ]


def _of_drafts() -> list[str]:
    cited = set(Claim.objects.public().values_list("source", flat=True))
    return [source.key for source in Source.objects.public() if source.pk not in cited]


def _is_unseen(partnership: Partnership) -> bool:
    return partnership.checked_through is None


def old_summaries(partnerships: PartnershipQuerySet) -> list[Partnership]:
    """Return the partnerships whose newest milestone was recorded after the summary was
    last changed, and not with it. Four queries."""
    written = _last_written([partnership.pk for partnership in partnerships])
    rows = Milestone.objects.filter(partnership__in=partnerships).counted().in_order()
    newest = dict(rows.values_list("partnership", "pk"))
    versions = Milestone.history.filter(history_type="+", id__in=newest.values())
    recorded = {
        pk: (at, changeset)
        for pk, at, changeset in versions.order_by("history_id").values_list(
            "id", "history_date", "history_changeset"
        )
    }
    return [
        partnership
        for partnership in partnerships
        if (pk := newest.get(partnership.pk))
        and partnership.summary
        and recorded[pk][0] > written[partnership.pk][0]
        and recorded[pk][1] != written[partnership.pk][1]
    ]


@kept_by_record(maxsize=1)
def _last_written(records: Collection[int] | None) -> dict[int, tuple]:
    """Return when, and in which operation, the summary of each got its words. One
    query."""
    versions = Partnership.history.order_by("history_id")
    if records is not None:
        versions = versions.filter(id__in=records)
    rows = versions.values_list("id", "summary", "history_date", "history_changeset")
    words: dict[int, str] = {}
    written = {}
    for pk, summary, *moment in rows:
        if words.get(pk) != summary:
            words[pk], written[pk] = summary, tuple(moment)
    return written


def _rows(kind: FactKind, partnerships: PartnershipQuerySet) -> FactQuerySet:
    """Return the facts of one kind in these partnerships, and those in none."""
    rows = related(Claim, kind.model)
    if not kind.partnership:
        return rows
    within = Q(**{f"{kind.partnership}__in": partnerships})
    if kind.model == "position":
        within |= Q(partnership__isnull=True)
    return rows.filter(within)
