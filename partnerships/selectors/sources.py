"""What each document says, and where it stands alone."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from partnerships.choices import Alone, Standing
from partnerships.models import Claim, Source


@dataclass(frozen=True)
class SourceSummary:
    """A document and how many public claims it makes: by their standing, and by how it
    stands alone with them."""

    source: Source
    by_standing: Counter
    alone: Counter

    @property
    def claims(self) -> int:
        return self.by_standing.total()


@dataclass(frozen=True)
class SourceFacts:
    """The ids of the public facts that a document speaks of, in the order of the
    records, and how it stands alone with those of its claims (by id) with which it
    does."""

    ids: list[str]
    alone: dict[int, Alone]


@dataclass(frozen=True)
class _Said:
    """One public claim, as far as it matters to the others."""

    pk: int
    source_id: int
    fact_id: str
    standing: Standing
    says: str

    @property
    def company(self) -> tuple[str, str]:
        """What it shares with claims that say the same: of the fact, that it can be
        true; of a rival, its very value."""
        is_rival = self.standing == Standing.DISAGREES
        return self.fact_id, self.says if is_rival else ""


def source_summaries(wanted: Q | None = None) -> list[SourceSummary]:
    """Every document, or each that is wanted, by its key, in two queries. The time
    grows with the number of claims."""
    by_standing, alone = defaultdict(Counter), defaultdict(Counter)
    for said, how in _with_company(_public_claims()):
        by_standing[said.source_id][said.standing] += 1
        if how:
            alone[said.source_id][how] += 1
    return [
        SourceSummary(source, by_standing[source.pk], alone[source.pk])
        for source in Source.objects.filter(wanted or Q())
    ]


def source_facts(source: Source, *, standing: str = "", alone: str = "") -> SourceFacts:
    """What a document speaks of; where asked for, only facts with a claim of that
    ``standing``, or that it is ``alone`` with in that way. One query."""
    own = [
        (said, how)
        for said, how in _with_company(_public_claims())
        if said.source_id == source.pk
    ]
    wanted = [
        said.fact_id
        for said, how in own
        if standing in ("", said.standing) and alone in ("", how)
    ]
    return SourceFacts(
        ids=list(dict.fromkeys(wanted)),
        alone={said.pk: how for said, how in own if how},
    )


def _public_claims() -> list[_Said]:
    claims = Claim.objects.public().with_fact().with_standing().in_order_of_facts()
    rows = claims.values_list("pk", "source_id", "fact_id", "standing", "says")
    return [_Said(*row) for row in rows]


def _with_company(claims: list[_Said]) -> Iterable[tuple[_Said, Alone | None]]:
    """Each claim with how its document stands alone with it, None where it does not."""
    speakers, companions = defaultdict(set), defaultdict(set)
    for said in claims:
        speakers[said.fact_id].add(said.source_id)
        companions[said.company].add(said.source_id)
    for said in claims:
        if len(speakers[said.fact_id]) == 1:
            yield said, Alone.ONLY
        else:
            is_alone = len(companions[said.company]) == 1
            yield said, Alone.AGAINST if is_alone else None
