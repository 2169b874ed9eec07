"""Facts with all that the sources say of them, whatever record they belong to."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from partnerships.models import Claim, Partnership
from partnerships.querysets.fact_kinds import FACT_KINDS, KIND_OF
from partnerships.selectors.record import Fact

#: What a fact outside of its record's page shows beside its claims.
_SHOWN = [f"{kind.model}__{lookup}" for kind in FACT_KINDS for lookup in kind.named_by]


@dataclass(frozen=True)
class DisputableFact(Fact):
    """A fact outside of its record's page. ``id`` is its anchor there, such as
    "milestone-7"; ``adopted`` its value in the notation of ``Claim.says``;
    ``partnership`` is None for what is about the instrument as a whole."""

    id: str
    adopted: str | None
    partnership: Partnership | None


def facts_by_id(fact_ids: Iterable[str]) -> dict[str, DisputableFact]:
    """These facts by their ids, in the order given, with every public claim about them,
    in one query; what no public claim is about is left out."""
    fact_ids = list(fact_ids)
    if not fact_ids:
        return {}
    claims = (
        Claim.objects.public()
        .filter(_about(fact_ids))
        .with_fact()
        .with_standing()
        .select_related("source", "record__partner", "question", *_SHOWN)
    )
    by_fact = defaultdict(list)
    for claim in claims:
        by_fact[claim.fact_id].append(claim)
    return {
        fact_id: _fact(fact_id, by_fact[fact_id])
        for fact_id in fact_ids
        if fact_id in by_fact
    }


def _fact(fact_id, claims) -> DisputableFact:
    first = claims[0]
    return DisputableFact(
        about=first.record if first.partnership_id else first.fact,
        ruling=first.fact_ruling,
        claims=claims,
        id=fact_id,
        adopted=first.adopted,
        partnership=first.record,
    )


def _about(fact_ids) -> Q:
    """Claims about these facts, by the columns that name them."""
    wanted = defaultdict(list)
    for fact_id in fact_ids:
        name, _, pk = fact_id.rpartition("-")
        wanted[name].append(int(pk))
    condition = Q()
    for name, pks in sorted(wanted.items()):
        if name in KIND_OF:
            condition |= Q(**{f"{name}__in": pks})
        else:
            condition |= Q(partnership_fact=name, partnership__in=pks)
    return condition
