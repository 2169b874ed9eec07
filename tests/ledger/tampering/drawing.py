"""One tampering by its number: drawn, done, and judged."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from typing import NamedTuple

from django.db import DatabaseError, connection

from tests.ledger.databases import is_sqlite, made, working_on
from tests.ledger.tampering import Tampering, dumps, forging, rows, site, state
from tests.ledger.tampering.hands import refusal, verified

if is_sqlite:
    from tests.ledger.tampering import catalogue_of_sqlite as catalogue
else:
    from tests.ledger.tampering import catalogue_of_postgresql as catalogue

HANDS = {"rows": rows.KINDS, "site": site.KINDS, "catalogue": catalogue.KINDS}
#: How often each of them is drawn.
WEIGHTS = [5, 3, 4]
#: How often another of its kind is drawn where one changes nothing.
TRIES = 200
#: How many trackers there are to tamper with.
STATES = 5
FILE = "bytes_of_the_file"
VERDICTS = ("refused", "named", "missed", "crashed")


class Judged(NamedTuple):
    """What a tampering was, and what came of it."""

    seed: int
    kind: str
    words: str
    verdict: str
    said: str

    @property
    def is_met(self) -> bool:
        return self.verdict in ("refused", "named")

    def __str__(self) -> str:
        return (
            f"seed {self.seed} ({self.kind}), {self.words}: {self.verdict}. {self.said}"
        )


class Trackers:
    """Trackers that have been worked on, each made once and tampered with in a copy."""

    def __init__(self, stack: ExitStack, directory: Path, migrated: str):
        self.stack, self.directory, self.migrated = stack, directory, migrated
        self.made: dict[int, str] = {}

    @contextmanager
    def copy(self, seed: int) -> Iterator[str]:
        """Everything works on a copy of the tracker for that number."""
        state_seed = seed % STATES
        if state_seed not in self.made:
            new = made(self.directory, self.migrated)
            self.made[state_seed] = self.stack.enter_context(new)
            with working_on(self.made[state_seed]):
                state.build(state_seed)
        copied = made(self.directory, self.made[state_seed])
        with copied as name, working_on(name):
            yield name


def judge(seed: int) -> Judged:
    """Draw until something is changed or refused, and have it verified."""
    random = Random(f"tampering {seed}")
    before = Before()
    [hand] = random.choices([*HANDS], WEIGHTS)
    kind = random.choice(HANDS[hand])
    for _ in range(TRIES):
        drawn: Tampering = kind(random)
        anchors = [forging.head()] if drawn.is_inherent else []
        try:
            drawn.act()
            refused = ""
        except DatabaseError as error:
            refused = refusal(error)
        if refused or before.is_changed(kind.__name__):
            break
        before.restore()
    else:
        raise RuntimeError(f"seed {seed}: {kind.__name__} changes nothing")
    verdict, said = _judged(refused, anchors)
    return Judged(seed, f"{hand}, {kind.__name__}", drawn.words, verdict, said)


def _judged(refused, anchors) -> tuple[str, str]:
    try:
        is_whole, said = verified(*anchors)
    except Exception as error:  # whatever it is, nobody is told what is wrong
        return "crashed", f"{type(error).__name__}: {error}"
    if refused:
        return ("refused", refused) if is_whole else ("missed", f"{refused}; {said}")
    return "missed" if is_whole else "named", said.strip()


class Before:
    """A database as it was before anything was done to it."""

    def __init__(self):
        self.everything = dumps.everything()
        if is_sqlite:
            self.trail = dumps.trail()
            self.promised = dumps.promised(self.trail)
            connection.close()
            self.path = Path(connection.settings_dict["NAME"])
            self.content = self.path.read_bytes()

    def is_changed(self, kind: str) -> bool:
        if kind == FILE:
            return dumps.promised(self.trail) != self.promised
        return dumps.everything() != self.everything

    def restore(self):
        """Undo what changed nothing that is promised. On PostgreSQL nothing did."""
        if is_sqlite:
            connection.close()
            for end in ("-wal", "-shm"):
                self.path.with_name(f"{self.path.name}{end}").unlink(missing_ok=True)
            self.path.write_bytes(self.content)
