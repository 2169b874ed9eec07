"""Documents with their claims in numbers, and where each stands alone."""

from collections import Counter, defaultdict, deque
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from django.db.models import Q

from partnerships.choices import Alone, SourceKind, Standing
from partnerships.ledger.editions import Edition, edition_read, kept_by_edition
from partnerships.models import Claim, Source
from partnerships.querysets.claims import ClaimQuerySet
from partnerships.selectors.by_record import changes_since
from partnerships.selectors.facts import LinkedFact, is_about

#: The numbers of a document's claims: by standing, then by the way of standing alone.
Tally = tuple[int, ...]
Value = TypeVar("Value", Standing, Alone)
_COUNTED = (*Standing, *Alone)


@dataclass(frozen=True)
class SourceSummary:
    """A document with the numbers of its public claims: by their standing, and by the
    way in which the document stands alone with them."""

    source: Source
    tally: Tally

    @property
    def claims(self) -> int:
        """The number of all its claims."""
        return sum(self.tally[: len(Standing)])

    @property
    def by_standing(self) -> Counter[Standing]:
        return _counter(Standing, self.tally[: len(Standing)])

    @property
    def alone(self) -> Counter[Alone]:
        return _counter(Alone, self.tally[len(Standing) :])


def _counter(values: type[Value], numbers: Tally) -> Counter[Value]:
    pairs = zip(values, numbers, strict=True)
    return Counter({value: number for value, number in pairs if number})


@dataclass(frozen=True)
class Reliance:
    """The number of public claims in all, and the document that most of them rest on,
    None while there is no claim."""

    claims: int
    on: SourceSummary | None


class _PublicClaim(NamedTuple):
    """A claim, as far as comparing it with those of other documents needs."""

    pk: int
    source_id: int
    record_id: int | None
    fact_id: str
    standing: str
    says: str

    @property
    def statement(self) -> tuple[str, str]:
        """The statement that documents can share: that the adopted value of the fact is
        possible, or the value of a rival."""
        is_rival = self.standing == Standing.DISAGREES
        return self.fact_id, self.says if is_rival else ""


class _Counts(NamedTuple):
    """The claims of each document in numbers as of an edition: of each record (None:
    of none), and of all."""

    edition: Edition
    by_record: dict[int | None, dict[int, Tally]]
    of_all: dict[int, Tally]


#: The last counts: the next edition's are these, but for the records that it changed.
_last: deque[_Counts] = deque(maxlen=1)


def source_summaries(sources: Iterable[Source]) -> list[SourceSummary]:
    """Return those of these documents, in their order, that are public. One query, and
    one for the documents; where the claims of an edition are counted, none."""
    counts = _counts()
    return [SourceSummary(s, counts[s.pk]) for s in sources if s.pk in counts]


def by_source_kind(summaries: Iterable[SourceSummary]) -> list[SourceSummary]:
    """Return these documents by who speaks in them; within a kind, those with most
    claims first. Those without a kind, which only old days have, are left out."""
    place = {str(kind): index for index, kind in enumerate(SourceKind)}
    listed = [found for found in summaries if found.source.kind in place]
    return sorted(
        listed,
        key=lambda found: (
            place[found.source.kind],
            -found.claims,
            found.source.title,
        ),
    )


def reliance(summaries: Iterable[SourceSummary]) -> Reliance:
    """Return how much rests on one of these documents. No query."""
    summaries = list(summaries)
    total = sum(summary.claims for summary in summaries)
    most = max(summaries, key=lambda summary: summary.claims, default=None)
    return Reliance(total, most if total else None)


def source_facts(source: Source, *, standing: str = "", alone: str = "") -> list[str]:
    """Return the ids of the public facts that a document speaks of, in the order of the
    records; where given, only those with a claim of that ``standing``, or with which it
    stands ``alone`` in that way. One query; two where ``alone`` is given."""
    own = Claim.objects.public().filter(source=source).with_fact()
    if standing:
        own = own.with_standing().filter(standing=standing)
    fact_ids = own.in_order_of_facts().values_list("fact_id", flat=True)
    fact_ids = list(dict.fromkeys(fact_ids))
    if not alone:
        return fact_ids
    claims = _read(Claim.objects.public().filter(is_about(fact_ids)))
    found = {
        claim.fact_id
        for claim, way in _with_alone(claims)
        if claim.source_id == source.pk
        and way == alone
        and standing in ("", claim.standing)
    }
    return [pk for pk in fact_ids if pk in found]


def alone_with(facts: Iterable[LinkedFact]) -> dict[int, Alone]:
    """Return in which way its document stands alone with a claim about these facts, by
    the id of the claim; without those whose document does not. No query."""
    claims = [
        _PublicClaim(c.pk, c.source_id, c.record_id, fact.id, c.standing, c.says)
        for fact in facts
        for c in fact.claims
    ]
    return {claim.pk: way for claim, way in _with_alone(claims) if way}


@kept_by_edition(maxsize=1)
def _counts() -> dict[int, Tally]:
    """Return the public claims of each document in numbers, by its id. A query; two
    where an edition before this one was counted: only the claims of records that have
    changed since are read."""
    public, edition = Claim.objects.public(), edition_read()
    if edition is None:
        return _added({}, _by_record(public).values())
    last = next(iter(_last), None)
    changes = last and changes_since(last.edition)
    if last is None or changes is None:
        by_record = _by_record(public)
        of_all = _added({}, by_record.values())
    else:
        changed = changes.records
        anew = _by_record(
            public.filter(Q(record__in=changed - {None}) | Q(record=None))
        )
        gone = [last.by_record[pk] for pk in changed if pk in last.by_record]
        by_record = {k: v for k, v in last.by_record.items() if k not in changed} | anew
        of_all = _added(_added(last.of_all, gone, sign=-1), anew.values())
    _last.append(_Counts(edition, by_record, of_all))
    return of_all


def _by_record(claims: ClaimQuerySet) -> dict[int | None, dict[int, Tally]]:
    """Return these claims in numbers, by their record and the id of their document;
    they are all public ones of these records. One query."""
    numbers: dict[int | None, dict[int, list[int]]] = defaultdict(
        lambda: defaultdict(lambda: [0] * len(_COUNTED))
    )
    place = {value: index for index, value in enumerate(_COUNTED)}
    for claim, way in _with_alone(_read(claims)):
        tally = numbers[claim.record_id][claim.source_id]
        tally[place[claim.standing]] += 1
        if way:
            tally[place[way]] += 1
    return {
        record: {source: tuple(tally) for source, tally in tallies.items()}
        for record, tallies in numbers.items()
    }


def _added(
    to: dict[int, Tally], tallies: Iterable[dict[int, Tally]], *, sign: int = 1
) -> dict[int, Tally]:
    """Return the numbers of each document with these added to them; without documents
    of which nothing is left."""
    found = dict(to)
    for of_record in tallies:
        for source, tally in of_record.items():
            before = found.get(source, (0,) * len(_COUNTED))
            found[source] = tuple(
                n + sign * more for n, more in zip(before, tally, strict=True)
            )
    return {source: tally for source, tally in found.items() if any(tally)}


def _read(claims: ClaimQuerySet) -> list[_PublicClaim]:
    rows = claims.with_fact().with_standing().order_by()
    fields = rows.values_list(*_PublicClaim._fields)
    return [_PublicClaim(*row) for row in fields]


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
