"""Facts on which sources disagree, and the changes by which the editors ruled."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Case, Q, Value, When

from partnerships.choices import DisagreementState, PartnershipFact
from partnerships.ledger.editions import kept_by_edition, seal_read
from partnerships.ledger.past import Past
from partnerships.models import Claim, LedgerEntry
from partnerships.querysets.claims import ClaimQuerySet
from partnerships.selectors.facts import LinkedFact, facts_by_id

#: More ids than these are no narrower than all claims, and no condition for SQLite.
MOST_IDS = 10_000


class RowChange(NamedTuple):
    """A change to a row that holds a fact, as far as a ruling is looked for in it: a
    row has had hundreds, and some have hundreds of kB beside this."""

    record: str
    object_id: int
    number: int
    at: datetime
    public: str


@dataclass(frozen=True)
class Disagreement:
    """A fact with a claim that disagrees; ``ruled_by`` is the change that gave the
    ruling its present words, None while it is open."""

    fact: LinkedFact
    ruled_by: RowChange | None


def disputing_claims() -> ClaimQuerySet:
    """Return public claims, among which are all that disagree; of an edition these
    alone, for which its claims are searched once, by one query."""
    claims = Claim.objects.public()
    if seal_read() and len(pks := _disagreeing()) <= MOST_IDS:
        return claims.filter(pk__in=pks)
    return claims


@kept_by_edition(maxsize=1)
def _disagreeing() -> list[int]:
    claims = Claim.objects.public().disagreeing().order_by()
    return list(claims.values_list("pk", flat=True))


def disputed_facts(claims: ClaimQuerySet) -> list[str]:
    """Return the ids of the facts that these disagreeing claims are about, open ones
    first, then in the order of the records. One query."""
    is_open = When(disagreement=DisagreementState.OPEN, then=Value(0))
    in_order = claims.in_order_of_facts()
    ids = in_order.order_by(Case(is_open, default=Value(1)), *in_order.query.order_by)
    return list(dict.fromkeys(ids.values_list("fact_id", flat=True)))


def disagreements(
    fact_ids: Iterable[str], *, past: Past | None = None
) -> list[Disagreement]:
    """Return these disputed facts, in the order given, with every public claim about
    each, and the rulings of a past or up to now. Three queries."""
    facts = facts_by_id(fact_ids)
    rulings = _rulings([f for f in facts.values() if f.ruling], past)
    return [Disagreement(fact, rulings.get(fact.id)) for fact in facts.values()]


def _rulings(facts: list[LinkedFact], past: Past | None) -> dict[str, RowChange]:
    """Return the change since which each fact has its ruling, by the id of the fact."""
    if not facts:
        return {}
    is_of_facts = Q()
    for record, pk in sorted({_key(fact) for fact in facts}):
        is_of_facts |= Q(record=record, object_id=pk)
    entries = LedgerEntry.objects.exclude(number=None).filter(is_of_facts)
    if past:
        entries = entries.filter(past.entries)
    by_row = defaultdict(list)
    for row in entries.order_by("-number").values_list(*RowChange._fields):
        change = RowChange(*row)
        by_row[change.record, change.object_id].append(change)
    rulings = {fact.id: _ruled_by(fact, by_row[_key(fact)]) for fact in facts}
    return {fact_id: change for fact_id, change in rulings.items() if change}


def _key(fact: LinkedFact) -> tuple[str, int]:
    """Return the kind and the id of the row that holds a fact, as the log has them."""
    return str(fact.about._meta.model_name), fact.about.pk


def _ruled_by(fact: LinkedFact, changes: list[RowChange]) -> RowChange | None:
    """Return the oldest in the newest run of changes that all have a fact's ruling."""
    name = fact.id.rpartition("-")[0]
    field = f"{name}_ruling" if name in PartnershipFact.values else "ruling"
    ruled_by = None
    for change in changes:
        values = json.loads(change.public)["values"]
        if values.get(field) != fact.ruling:
            break
        ruled_by = change
    return ruled_by
