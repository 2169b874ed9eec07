"""The gaps of records that keep readers from relying on them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from partnerships.choices import PartnershipFact
from partnerships.models import Claim, Partnership
from partnerships.querysets.fact_kinds import FACT_KINDS, FactKind
from partnerships.querysets.facts import FactQuerySet, related
from partnerships.querysets.partnerships import PartnershipQuerySet


@dataclass(frozen=True)
class DataQuality:
    """The gaps of records: facts that no claim supports and open disagreements, each as
    a sentence for the editor; partnerships that nobody has checked lately."""

    unsourced: list[str]
    open_disagreements: list[str]
    unchecked: list[Partnership]


def data_quality(
    partnerships: PartnershipQuerySet, *, checked_since: date
) -> DataQuality:
    """Return the gaps of these partnerships and of the questions about the instrument
    as a whole. A check through the day ``checked_since`` is recent enough. A number of
    queries that grows with the open disagreements alone."""
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
    about_no_record = Claim.objects.about_no_record()
    open_claims = (
        Claim.objects.filter(Q(record__in=partnerships) | about_no_record)
        .open()
        .select_related("source")
    )
    return DataQuality(
        unsourced=[*map(str, unsourced), *stated],
        open_disagreements=[f"{claim.fact}: {claim}" for claim in open_claims],
        unchecked=list(partnerships.not_checked_since(checked_since)),
    )


def _rows(kind: FactKind, partnerships: PartnershipQuerySet) -> FactQuerySet:
    """Return the facts of one kind in these partnerships, or that are in none."""
    rows = related(Claim, kind.model)
    if not kind.partnership:
        return rows
    return rows.filter(**{f"{kind.partnership}__in": partnerships})
