"""Facts with what each source says of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Q

from partnerships.choices import CoverageValue, DisagreementState, Standing
from partnerships.models import Area, Claim, Coverage, Milestone, Partnership
from partnerships.querysets.claims import ClaimQuerySet
from partnerships.querysets.fact_kinds import FACT_KINDS, KIND_OF
from partnerships.querysets.facts import FactQuerySet
from partnerships.querysets.sql.standing import disagreement_state

_OWN_RECORD = "partnership"
#: Rows that a fact outside of its record's page shows beside its claims; partnership
#: and partner are those of its claims' record.
_SHOWN = [
    *("record__partner", "question", "namesake"),
    *(
        f"{kind.model}__{lookup}".removesuffix(f"__{_OWN_RECORD}__partner")
        for kind in FACT_KINDS
        for lookup in kind.named_by
    ),
]


#: The model whose rows hold facts of one kind.
Row = TypeVar("Row", covariant=True)


@dataclass(frozen=True)
class Evidence:
    """The claims about a fact in numbers: the sources that speak of it, those that
    disagree with the adopted value; and whether the editors gave a ruling."""

    sources: int = 0
    rivals: int = 0
    is_ruled: bool = False

    @property
    def disagreement(self) -> DisagreementState | None:
        """None where no source disagrees."""
        return disagreement_state(disagrees=bool(self.rivals), is_ruled=self.is_ruled)


@dataclass(frozen=True)
class Fact(Generic[Row]):
    """A fact as adopted, with its claims. ``about`` is the row that holds it."""

    about: Row
    ruling: str
    claims: list[Claim]

    @property
    def rivals(self) -> list[Claim]:
        """Claims that disagree with the adopted value."""
        return [c for c in self.claims if c.standing == Standing.DISAGREES]

    @property
    def supporters(self) -> list[Claim]:
        """Claims that agree with the adopted value, or are compatible with it."""
        return [c for c in self.claims if c.standing != Standing.DISAGREES]

    @property
    def disagreement(self) -> DisagreementState | None:
        """None where no source disagrees."""
        return disagreement_state(
            disagrees=bool(self.rivals), is_ruled=bool(self.ruling)
        )

    @property
    def in_numbers(self) -> Evidence:
        """The claims about it in numbers."""
        sources = {claim.source_id for claim in self.claims}
        rivals = {claim.source_id for claim in self.rivals}
        return Evidence(len(sources), len(rivals), bool(self.ruling))


@dataclass(frozen=True)
class Cell(Fact[Coverage | None]):
    """One area of one partnership; ``about`` is None where nobody has assessed it."""

    area: Area
    value: CoverageValue


@dataclass(frozen=True)
class LinkedFact(Fact[Any]):
    """A fact on a page other than its record's, which links there: ``id`` is its anchor
    there, such as "milestone-7"; ``adopted`` its value in the notation of
    ``Claim.says``; ``partnership`` is None of the instrument as a whole."""

    id: str
    adopted: str | None
    partnership: Partnership | None

    @property
    def in_words(self) -> str:
        """The fact by its name, with its partner: "Norway: stated number of areas"."""
        part = self.claims[0].get_partnership_fact_display()
        return f"{self.about}: {part.lower()}" if part else str(self.about)


def facts_by_id(fact_ids: Iterable[str]) -> dict[str, LinkedFact]:
    """Return these facts by their ids, in the order given, each with every public claim
    about it; a fact without one is left out. Two queries."""
    fact_ids = list(fact_ids)
    if not fact_ids:
        return {}
    public = Claim.objects.public().with_fact().with_standing()
    about = public.filter(is_about(fact_ids)).select_related("source")
    by_fact = claims_by_fact(about)
    # Of its row, and of the rows that name it, one claim tells for all.
    firsts = [min(claims, key=_has_aspect).pk for claims in by_fact.values()]
    named = public.filter(pk__in=firsts).select_related(*_SHOWN)
    telling = {claim.fact_id: claim for claim in named}
    return {pk: _fact(telling[pk], by_fact[pk]) for pk in fact_ids if pk in telling}


def standing_alone(rows: FactQuerySet) -> list[Fact[Any]]:
    """Return these rows of one kind in order, each with the claims about it. Two
    queries."""
    name = str(rows.model._meta.model_name)
    claims = Claim.objects.with_fact().with_standing().select_related("source")
    by_fact = claims_by_fact(claims.filter(**{f"{name}__in": rows}))
    return [Fact(row, row.ruling, by_fact[f"{name}-{row.pk}"]) for row in rows]


def milestone_facts(milestones: Iterable[Milestone]) -> list[Fact[Milestone]]:
    """Return these milestones in order, each with the claims about it. One query."""
    milestones = list(milestones)
    claims = Claim.objects.with_fact().with_standing().select_related("source")
    by_fact = claims_by_fact(claims.filter(milestone__in=milestones))
    return [Fact(m, m.ruling, by_fact[f"milestone-{m.pk}"]) for m in milestones]


def claims_by_fact(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    """Return these claims, which have ``fact_id``, by it; none for any other fact."""
    by_fact: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        by_fact[claim.fact_id].append(claim)
    return by_fact


def cell_of(
    area: Area, stored: Coverage | None, claims: Mapping[str, list[Claim]]
) -> Cell:
    """Return the cell of an area with its claims; "not assessed" if none is stored."""
    if stored is None:
        return Cell(None, "", [], area=area, value=CoverageValue.NOT_ASSESSED)
    return Cell(
        about=stored,
        ruling=stored.ruling,
        claims=claims.get(f"coverage-{stored.pk}", []),
        area=area,
        value=CoverageValue(stored.value),
    )


def evidence(claims: ClaimQuerySet) -> dict[str, Evidence]:
    """Return these claims in numbers, by the id of their fact. One query."""
    sources: dict[str, set[int]] = defaultdict(set)
    rivals: dict[str, set[int]] = defaultdict(set)
    ruled = set()
    rows = claims.with_fact().with_standing().annotate(is_ruled=~Q(fact_ruling=""))
    for fact_id, source_id, standing, is_ruled in rows.order_by().values_list(
        "fact_id", "source_id", "standing", "is_ruled"
    ):
        sources[fact_id].add(source_id)
        if standing == Standing.DISAGREES:
            rivals[fact_id].add(source_id)
        if is_ruled:
            ruled.add(fact_id)
    return {
        fact_id: Evidence(len(ids), len(rivals[fact_id]), fact_id in ruled)
        for fact_id, ids in sources.items()
    }


def _has_aspect(claim: Claim) -> bool:
    return bool(claim.aspect)


def _fact(telling: Claim, claims: list[Claim]) -> LinkedFact:
    kind: Any = telling.fact_kind  # never None of what is stored
    about: Any = getattr(telling, kind.model)
    if kind.partnership == _OWN_RECORD:
        about.partnership = telling.record
    return LinkedFact(
        about=about,
        ruling=telling.fact_ruling,
        claims=claims,
        id=telling.fact_id,
        adopted=telling.adopted,
        partnership=telling.record,
    )


def is_about(fact_ids: Iterable[str]) -> Q:
    """Return the condition that claims are about these facts, by their own columns."""
    pks_by_name = defaultdict(list)
    for fact_id in fact_ids:
        name, _, pk = fact_id.rpartition("-")
        pks_by_name[name].append(int(pk))
    condition = Q()
    for name, pks in sorted(pks_by_name.items()):
        if name in KIND_OF:
            condition |= Q(**{f"{name}__in": pks})
        else:
            condition |= Q(partnership_fact=name, partnership__in=pks)
    return condition
