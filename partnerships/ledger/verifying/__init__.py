"""Proof that the trail is whole, and that the record is what the trail gives. Nothing
here trusts what it checks, and no more than a batch of it is in memory.

What only somebody outside can show, that the end was cut off or the whole chain made
anew, is seen by comparing with an *anchor*: a number and its seal that others kept.
"""

from collections.abc import Collection, Iterable, Iterator

from partnerships.ledger import signing, triggers
from partnerships.ledger.models import Verification
from partnerships.ledger.sealing import Head
from partnerships.ledger.verifying.chain import Chain, Progress
from partnerships.ledger.verifying.notes import note_problems
from partnerships.ledger.verifying.problem import Problem
from partnerships.ledger.verifying.replay import Replay
from partnerships.ledger.verifying.schema import problems as schema_problems


def problems(
    *,
    anchors: Iterable[Head] = (),
    keys: Collection[str] | None = None,
    since: int = 0,
    using: str = "default",
    progress: Progress = lambda done, total: None,
) -> Iterator[Problem]:
    """Yield all that is wrong with the trail; nothing, if it is whole.

    ``keys`` are the public keys that may have signed checkpoints, as PEM: those of this
    site unless others are given; where there are none, no signature is checked.
    ``since`` is a number up to which the trail was verified before: the chain is then
    followed from there, and the rows compared that changed since. What guards the
    record is always checked in full, but for indexes and references of old rows.
    """
    guards = triggers.of(using)
    yield from (Problem("trigger", text) for text in guards.problems())
    yield from schema_problems(using, since=since)
    yield from (Problem("unrecorded", text) for text in guards.debts())
    replay = Replay(using, since)
    chain = Chain(using, anchors, since, progress, replay)
    yield from chain.problems()
    yield from replay.compare()
    yield from note_problems(
        using, end=chain.end, keys=signing.public_keys() if keys is None else keys
    )


def note_result(
    number: int, since: int, *, problems: int = 0, using: str = "default"
) -> Verification:
    """Record how many problems a verification found, for the footer and /readyz."""
    return Verification.objects.using(using).create(
        number=number, since=since, problems=problems
    )
