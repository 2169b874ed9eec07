"""Entering a document: all of its rows as one operation, or none of them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from partnerships.actions import double_checking
from partnerships.actions.double_checking import TYPED, Provenance
from partnerships.actions.statements import AFTER, BEFORE, Line
from partnerships.actions.statements.own_word import replaces
from partnerships.choices import ChangeKind
from partnerships.ledger import context
from partnerships.ledger.faults import fault_of
from partnerships.models import Claim, Milestone, Partnership, Source, User
from partnerships.models.fact import FactModel
from partnerships.selectors.data_quality import old_summaries

ClaimsByValue = defaultdict[tuple, list[Claim]]

UNSOURCED = "no source carries it; a digest alone moves no status."


class EntryRefused(Exception):
    """A document cannot be entered; the ``problem`` of a row says why, or ``problems``
    of the document as a whole."""

    def __init__(self, problems: Sequence[str] = ()) -> None:
        super().__init__(" ".join(problems) or "Some rows cannot be entered.")
        self.problems = list(problems)


@dataclass(frozen=True)
class Effect:
    """A record before a document is entered and after it, both with the statuses and
    counts of a day, and whether its summary is then older than its milestones."""

    before: Partnership
    after: Partnership
    summary_is_old: bool


@transaction.atomic
def enter(
    *,
    source: Source,
    lines: Sequence[Line],
    by: User,
    reason: str,
    kind: ChangeKind | str,
    summaries: Mapping[str, str],
    provenance: Provenance = TYPED,
) -> UUID:
    """Record what these rows say: facts that are new or adopted, rulings, and a claim
    of the source for each; and the new summaries of these records, by their ids. Return
    the operation. What is on record already is not entered again.

    Raises EntryRefused, and changes nothing, where a row cannot be read or is refused,
    the order of milestones would break, or a published fact would be without a source.
    """
    if any(line.problem for line in lines) or not lines:
        raise EntryRefused([] if lines else ["Write at least one row."])
    records = _records(lines)
    before = _faults(records)
    try:
        with context.change(
            user=by, actor=provenance.actor(by), reason=reason, kind=kind
        ) as operation:
            source = _stored(source)
            said = _claims_by_value(source)
            for line in lines:
                _enter_line(line, source, said)
            for line in lines:
                _put_in_order(line)
            for record in records:
                _rewrite(record, summaries.get(str(record.pk), ""))
            double_checking.ask(by=by, provenance=provenance)
    except ValidationError as error:
        raise EntryRefused(error.messages) from error
    except IntegrityError as error:
        if fault_of(error):
            raise
        somebody = "Somebody entered some of this just now: check it again."
        raise EntryRefused([somebody]) from error
    if any(line.problem for line in lines):
        raise EntryRefused
    if added := _faults(records) - before:
        raise EntryRefused([sentence for _, sentence in added])
    return operation.changeset


def effects(
    *,
    source: Source,
    lines: Sequence[Line],
    by: User,
    on: date,
    summaries: Mapping[str, str],
) -> list[Effect]:
    """Return what entering these rows would do to each record, as of that day, and
    change nothing; the rows are spent, and read again to be entered. Raises
    EntryRefused as ``enter`` does."""
    ids = [record.pk for record in _records(lines)]
    before = _as_of(ids, on)
    with trial(source=source, lines=lines, by=by, summaries=summaries):
        after = _as_of(ids, on)
        old = {row.pk for row in old_summaries(Partnership.objects.filter(pk__in=ids))}
    return [
        Effect(was, becomes, becomes.pk in old)
        for was, becomes in zip(before, after, strict=True)
    ]


@contextmanager
def trial(
    *, source: Source, lines: Sequence[Line], by: User, summaries: Mapping[str, str]
) -> Iterator[None]:
    """Enter these rows for as long as this is open, and take everything back. Raises
    EntryRefused as ``enter`` does."""
    with transaction.atomic():
        enter(
            source=source,
            lines=lines,
            by=by,
            reason="Trial",
            kind=ChangeKind.EDITORIAL,
            summaries=summaries,
        )
        try:
            yield
        finally:
            transaction.set_rollback(True)


def _stored(source: Source) -> Source:
    """Return the source, saved. One that is new is copied: the caller's is new again
    if the operation is rolled back."""
    if source.pk is None:
        source = deepcopy(source)
        source.full_clean()
        source.save()
    return source


def _enter_line(line: Line, source: Source, said: ClaimsByValue) -> None:
    try:
        fact = line.fact
        is_new, is_ruled = fact.pk is None, line.asks and line.row["ruling"]
        if is_new or line.adopts or line.confirms or is_ruled:
            _adopt(line, fact)
        new = line.claim(source)
        _put_claim(new, said[_value_of(new)])
    except ValidationError as error:
        line.problem = " ".join(error.messages)


def _adopt(line: Line, fact: FactModel) -> None:
    """Save the fact with the value of the row, if that is adopted, and its ruling."""
    for name, value in line.values.items() if line.adopts or line.confirms else ():
        setattr(fact, name, value)
    if line.asks and line.row["ruling"]:
        setattr(fact, line.what.ruling_field, line.row["ruling"])
    if isinstance(fact, Milestone):
        fact.order_is_checked_elsewhere = True
    _save(fact)


def _save(fact: FactModel) -> None:
    """Save a fact. A document has hundreds: the database checks the constraints, and
    where it refuses, the fact says in a sentence why."""
    fact.clean_fields(exclude=[f.name for f in fact._meta.fields if f.is_relation])
    fact.clean()
    try:
        with transaction.atomic():
            fact.save()
    except IntegrityError:
        fact.full_clean()
        raise


def _put_in_order(line: Line) -> None:
    """Record of two steps which came after the other, with the ruling that says why."""
    if line.problem or line.row["order"] not in (BEFORE, AFTER) or not line.rival:
        return
    pair = line.rival, line.fact
    first, later = pair if line.row["order"] == AFTER else reversed(pair)
    ruling = line.row["ruling"]
    later.follows = first
    if ruling not in later.ruling:
        later.ruling = f"{later.ruling} {ruling}".strip()
    later.order_is_checked_elsewhere = True
    try:
        _save(later)
    except ValidationError as error:
        line.problem = " ".join(error.messages)


def _rewrite(record: Partnership, summary: str) -> None:
    """Give a record a new summary, unless it is empty or what it was."""
    if summary and summary != record.summary:
        record.summary = summary
        record.full_clean()
        record.save()


def _claims_by_value(source: Source) -> ClaimsByValue:
    """Return the claims of a source by the value that they are about."""
    found: ClaimsByValue = defaultdict(list)
    for claim in source.claims.select_related("source").order_by("pk"):
        found[_value_of(claim)].append(claim)
    return found


def _value_of(claim: Claim) -> tuple[str, int, str, str]:
    kind = claim.fact_kind
    assert kind is not None
    pk = getattr(claim, kind.column)
    return kind.model, pk, claim.partnership_fact, claim.aspect


def _put_claim(new: Claim, there: list[Claim]) -> None:
    """Save a claim beside those that are ``there`` of the value. One source says one
    thing of one value: a claim that it clashes with is corrected; one that says the
    same stays. The database checks the constraints: a document has hundreds."""
    kind = new.fact_kind
    assert kind is not None
    new.clean_fields(exclude=["source", *kind.fields])
    new.clean()
    said = []
    for old in there:
        setattr(old, kind.model, new.fact)
        is_said = (old.says, old.locator) == (new.says, new.locator)
        if is_said or replaces(new, old):
            said.append(old)
    for old in said[1:]:
        there.remove(old)
        old.delete()
    if said:
        (old, *_) = said
        wording = new.wording or (old.wording if old.says == new.says else "")
        old.says, old.locator, old.wording = new.says, new.locator, wording
        old.clean()
        old.save()
    else:
        new.save()
        there.append(new)


def _records(lines: Iterable[Line]) -> list[Partnership]:
    """Return the partnerships that the rows are about, in their order."""
    records = {ln.partnership.pk: ln.partnership for ln in lines if ln.partnership}
    return list(records.values())


def _as_of(ids: list[int], on: date) -> list[Partnership]:
    rows = Partnership.objects.filter(pk__in=ids).select_related("partner")
    return rows.with_coverage_counts().with_open_disagreement_count().as_of(on)


def _faults(records: Iterable[Partnership]) -> Counter[tuple[int, str]]:
    """Count what the rules refuse in these records: the id of each, and a sentence."""
    found: Counter[tuple[int, str]] = Counter()
    for record in records:
        refused = record.refusals(record.milestones.all())
        found.update((record.pk, sentence) for _, sentence in refused)
        unsourced = record.unsourced_facts() if record.is_published else []
        found.update((record.pk, f"{fact}: {UNSOURCED}") for fact in unsourced)
    return found
