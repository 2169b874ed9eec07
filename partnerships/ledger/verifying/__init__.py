"""Proof that the trail is whole. Nothing here trusts what it checks, and no more than
a batch of it is in memory.

What only somebody outside can show, that the end was cut off or the whole chain made
anew, is seen by comparing with an *anchor*: a number and its seal that others kept.
"""

from collections.abc import Iterable, Iterator

from partnerships.ledger import triggers
from partnerships.ledger.models import Verification
from partnerships.ledger.registry import tracked
from partnerships.ledger.sealing import Head
from partnerships.ledger.verifying.chain import Chain, Progress
from partnerships.ledger.verifying.rows import Problem, entry_problems, row_problems
from partnerships.ledger.verifying.schema import problems as schema_problems


def problems(
    *,
    anchors: Iterable[Head] = (),
    since: int = 0,
    using: str = "default",
    progress: Progress = lambda done, total: None,
) -> Iterator[Problem]:
    """Yield all that is wrong with the trail; nothing, if it is whole.

    ``since`` is a number up to which the trail was verified before: the chain is then
    followed, and history compared, from there. Triggers, schema, lists, order and live
    rows are always checked in full.
    """
    guards = triggers.of(using)
    yield from (Problem("trigger", text) for text in guards.problems())
    yield from schema_problems(using)
    yield from (Problem("unrecorded", text) for text in guards.debts())
    yield from entry_problems(using)
    yield from Chain(using, anchors, since, progress).problems()
    for table in tracked().values():
        yield from row_problems(table, using)


def note_result(
    number: int, since: int, *, problems: int = 0, using: str = "default"
) -> Verification:
    """Record how many problems a verification found, for the footer and /readyz."""
    return Verification.objects.using(using).create(
        number=number, since=since, problems=problems
    )
