"""Documents with their claims in numbers, and where each stands alone."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Q

from partnerships.choices import Alone, Standing
from partnerships.ledger.editions import kept_by_edition
from partnerships.models import Claim, Source


@dataclass(frozen=True)
class SourceSummary:
    """A document with the numbers of its public claims: by their standing, and by the
    way in which the document stands alone with them."""

    source: Source
    by_standing: Counter[Standing]
    alone: Counter[Alone]

    @property
    def claims(self) -> int:
        """The number of all its claims."""
        return self.by_standing.total()


@dataclass(frozen=True)
class Reliance:
    """The number of public claims in all, and the document that most of them rest on,
    None while there is no claim."""

    claims: int
    on: SourceSummary | None


@dataclass(frozen=True)
class SourceFacts:
    """The ids of the public facts that a document speaks of, in the order of the
    records; and by the id of each claim with which it stands alone, in which way."""

    ids: list[str]
    alone: dict[int, Alone]


class _PublicClaim(NamedTuple):
    """A claim, as far as comparing it with those of other documents needs."""

    pk: int
    source_id: int
    fact_id: str
    standing: Standing
    says: str

    @property
    def statement(self) -> tuple[str, str]:
        """The statement that documents can share: that the adopted value of the fact is
        possible, or the value of a rival."""
        is_rival = self.standing == Standing.DISAGREES
        return self.fact_id, self.says if is_rival else ""


def source_summaries(chosen: Q | None = None) -> list[SourceSummary]:
    """Return every public document, or those chosen, by key. Two queries, one over all
    claims; one where the claims of an edition are counted."""
    by_standing, alone = _counts()
    return [
        SourceSummary(
            source,
            by_standing.get(source.pk, Counter()),
            alone.get(source.pk, Counter()),
        )
        for source in Source.objects.public().filter(chosen or Q())
    ]


def reliance(summaries: Iterable[SourceSummary]) -> Reliance:
    """Return how much rests on one of these documents. No query."""
    summaries = list(summaries)
    total = sum(summary.claims for summary in summaries)
    most = max(summaries, key=lambda summary: summary.claims, default=None)
    return Reliance(total, most if total else None)


def source_facts(source: Source, *, standing: str = "", alone: str = "") -> SourceFacts:
    """Return the facts that a document speaks of; where given, only those with a claim
    of that ``standing``, or with which it stands ``alone`` in that way. One query."""
    own = [
        (claim, way)
        for claim, way in _with_alone(_public_claims())
        if claim.source_id == source.pk
    ]
    fact_ids = [
        claim.fact_id
        for claim, way in own
        if standing in ("", claim.standing) and alone in ("", way)
    ]
    return SourceFacts(
        ids=list(dict.fromkeys(fact_ids)),
        alone={claim.pk: way for claim, way in own if way},
    )


@kept_by_edition(maxsize=1)
def _counts() -> tuple[dict[int, Counter[Standing]], dict[int, Counter[Alone]]]:
    """Return the public claims of each document in numbers, by its id: by standing, and
    by the way in which it stands alone with them. One query."""
    by_standing: dict[int, Counter[Standing]] = defaultdict(Counter)
    alone: dict[int, Counter[Alone]] = defaultdict(Counter)
    for claim, way in _with_alone(_public_claims()):
        by_standing[claim.source_id][claim.standing] += 1
        if way:
            alone[claim.source_id][way] += 1
    return dict(by_standing), dict(alone)


def _public_claims() -> list[_PublicClaim]:
    claims = Claim.objects.public().with_fact().with_standing().in_order_of_facts()
    rows = claims.values_list("pk", "source_id", "fact_id", "standing", "says")
    return [_PublicClaim(*row) for row in rows]


def _with_alone(
    claims: Iterable[_PublicClaim],
) -> Iterator[tuple[_PublicClaim, Alone | None]]:
    """Yield each claim with the way in which its document stands alone with it."""
    claims = list(claims)
    statements = [claim.statement for claim in claims]
    facts = _shared((claim.fact_id, claim.source_id) for claim in claims)
    shared = _shared(
        (statement, claim.source_id)
        for statement, claim in zip(statements, claims, strict=True)
    )
    for claim, statement in zip(claims, statements, strict=True):
        if claim.fact_id not in facts:
            yield claim, Alone.ONLY
        else:
            yield claim, None if statement in shared else Alone.AGAINST


def _shared(said: Iterable[tuple[Hashable, int]]) -> set[Hashable]:
    """Return what more than one document says, of pairs of that and a document."""
    first: dict[Hashable, int] = {}
    return {what for what, source in said if first.setdefault(what, source) != source}
