"""Where sources disagree, and when the editors ruled."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Q, QuerySet, Value, When

from partnerships.choices import DisagreementState, PartnershipFact
from partnerships.dates import end_of
from partnerships.models import LedgerEntry
from partnerships.selectors.facts import DisputableFact, facts_by_id


@dataclass(frozen=True)
class Disagreement:
    """A fact with a claim that disagrees; ``ruled_by`` is the change that gave the
    ruling its present words, None while it is open."""

    fact: DisputableFact
    ruled_by: LedgerEntry | None


def disputed_facts(claims: QuerySet) -> list[str]:
    """The ids of the facts that these disagreeing claims are about, open ones first,
    then in the order of the records. One query."""
    is_open = When(disagreement=DisagreementState.OPEN, then=Value(0))
    in_order = claims.in_order_of_facts()
    ids = in_order.order_by(Case(is_open, default=Value(1)), *in_order.query.order_by)
    return list(dict.fromkeys(ids.values_list("fact_id", flat=True)))


def disagreements(
    fact_ids: Iterable[str], *, known_on: date | None = None
) -> list[Disagreement]:
    """These disputed facts in the order given, each with all that is said of it. Two
    queries."""
    facts = facts_by_id(fact_ids)
    rulings = _rulings([f for f in facts.values() if f.ruling], known_on)
    return [Disagreement(fact, rulings.get(fact.id)) for fact in facts.values()]


def _rulings(facts: list[DisputableFact], known_on) -> dict[str, LedgerEntry]:
    """The change since which each of these facts has the ruling that it has."""
    if not facts:
        return {}
    records = {(f.about._meta.model_name, f.about.pk) for f in facts}
    wanted = Q()
    for record, pk in sorted(records):
        wanted |= Q(record=record, object_id=pk)
    entries = LedgerEntry.objects.exclude(number=None).filter(wanted)
    if known_on:
        entries = entries.filter(at__lt=end_of(known_on))
    versions = defaultdict(list)
    for entry in entries.order_by("-number"):
        versions[entry.record, entry.object_id].append(entry)
    return {
        fact.id: since
        for fact in facts
        if (since := _since(fact, versions[fact.about._meta.model_name, fact.about.pk]))
    }


def _since(fact: DisputableFact, versions: list[LedgerEntry]) -> LedgerEntry | None:
    """The oldest of the newest versions, newest first, that have the fact's ruling."""
    name = fact.id.rpartition("-")[0]
    field = f"{name}_ruling" if name in PartnershipFact.values else "ruling"
    since = None
    for entry in versions:
        values = json.loads(entry.public)["values"]
        if values.get(field) != fact.ruling:
            break
        since = entry
    return since
