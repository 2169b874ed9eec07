"""Many editors at once, one of whom is killed in the middle of it again and again: the
trail stays whole, and nothing that was acknowledged is lost.

The editors are processes of their own (writer.py), eight on PostgreSQL and four on
SQLite, with a database of their own. TRAIL_SECONDS says how long they edit; without it,
four seconds. Whatever happens they stop, and no process is ended but theirs.
"""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest
from django.db import connection

from tests import scratch
from tests.ledger.databases import address_of, is_sqlite, made
from tests.ledger.writer import MARKS

pytestmark = pytest.mark.slow

SECONDS = float(os.environ.get("TRAIL_SECONDS", 4))
LIMIT = int(SECONDS) + 120  # the end of everything, also of what hangs
KILLS = 3  # at least
WRITERS = 4 if is_sqlite else 8
SHARED = 4  # partnerships that everybody edits


@dataclass
class Writer:
    """One editor, in one process after another."""

    name: str
    directory: Path
    env: dict = field(repr=False)
    process: subprocess.Popen | None = None
    starts: int = 0
    kills: int = 0
    exits: list = field(default_factory=list)

    def start(self):
        self.starts += 1
        arguments = [self.name, f"{self.name}.{self.starts}"]
        arguments += [str(self.directory / "stop"), str(LIMIT)]
        with self._log.open("ab") as out, self._errors.open("ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.ledger.writer", *arguments],
                cwd=scratch.ROOT,
                env=self.env,
                stdout=out,
                stderr=errors,
            )
        self._already = len(self.lines)

    def wait_until_it_writes(self):
        ends = time.monotonic() + 60
        while len(self.lines) == self._already:
            assert self.process.poll() is None, self._errors.read_text()
            assert time.monotonic() < ends, f"{self.name} does not begin"
            time.sleep(0.05)

    def kill_in_the_middle(self, random):
        """End it within an operation, wherever in it that may be."""
        for _ in range(100):
            time.sleep(random.uniform(0.01, 0.2))
            self.process.send_signal(signal.SIGSTOP)
            if "begin" in self.lines[-1]:
                break
            self.process.send_signal(signal.SIGCONT)
        self.end()
        self.kills += 1

    def end(self):
        """Without ceremony."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)

    def finish(self):
        self.exits.append(self.process.wait(60))

    @property
    def lines(self) -> list[dict]:
        return [json.loads(line) for line in self._log.read_text().splitlines()]

    @property
    def _log(self) -> Path:
        return self.directory / f"{self.name}.log"

    @property
    def _errors(self) -> Path:
        return self.directory / f"{self.name}.errors"


@dataclass
class Trial:
    """What the editors said, and what the database holds afterwards."""

    writers: list[Writer]
    verified: str
    tables: dict[str, dict] = field(repr=False)

    def said(self, word) -> list[dict]:
        return [line for w in self.writers for line in w.lines if word in line]

    @property
    def entries(self) -> list[dict]:
        return list(self.tables["ledgerentry"].values())

    def operations(self) -> dict[str, Counter]:
        """What each of the editors' operations changed, by the ledger."""
        changes = defaultdict(Counter)
        for entry in self.entries:
            if entry["actor"].startswith("writer-"):
                change = (entry["record"], entry["object_id"], entry["action"])
                changes[entry["operation"].replace("-", "")][change] += 1
        return changes

    def versions(self) -> dict[tuple[str, int], list[dict]]:
        """Each record's rows of history, oldest first."""
        versions = defaultdict(list)
        for name, rows in self.tables.items():
            if name.startswith("historical"):
                for key, row in sorted(rows.items()):
                    record = name.removeprefix("historical")
                    versions[record, row["id"]].append(row | {"history_id": key})
        return versions

    def __str__(self):
        said = {word: len(self.said(word)) for word in ("done", "undone", "failed")}
        kills = sum(writer.kills for writer in self.writers)
        return f"{said}, {kills} kills, {len(self.entries)} changes in the ledger"


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    """The whole of it, once for all tests of this module, with a database of its own:
    other processes do not see the tests', or nothing is committed there."""
    directory = tmp_path_factory.mktemp("trial")
    with made(directory) as name:
        env = scratch.environment(address_of(name), directory)
        scratch.manage(
            env,
            "shell",
            "-c",
            "from datetime import date; from random import Random\n"
            "from django.core.management import call_command as run\n"
            "from tests.samples import make_sample\n"
            "run('migrate', verbosity=0)\n"
            f"list(make_sample({SHARED}, random=Random(1), today=date.today()))",
        )
        writers = [Writer(f"writer-{n}", directory, env) for n in range(WRITERS)]
        edit_at_once(writers, directory)
        verified = verification(env)
        dumped = directory / "dump.json"
        scratch.manage(env, "dumpdata", "partnerships", f"--output={dumped}")
        trial = Trial(writers, verified, tables(dumped))
        print(f"\n{connection.vendor}, {SECONDS:.0f} s: {trial}")
        yield trial


def edit_at_once(writers, directory):
    """All of them, for a while; the first is killed and started again meanwhile."""
    random = Random(1)
    try:
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.wait_until_it_writes()
        first, ends = writers[0], time.monotonic() + SECONDS
        while time.monotonic() < ends or first.kills < KILLS:
            first.kill_in_the_middle(random)
            first.start()
            first.wait_until_it_writes()
        (directory / "stop").touch()
        for writer in writers:
            writer.finish()
    finally:
        for writer in writers:
            writer.end()


def verification(env) -> str:
    try:
        return scratch.manage(env, "verify_audit")
    except RuntimeError as error:
        return str(error)


def tables(dumped) -> dict[str, dict]:
    """What is stored, by model in small letters and key."""
    stored = defaultdict(dict)
    for row in json.loads(dumped.read_text()):
        model = row["model"].removeprefix("partnerships.")
        stored[model][row["pk"]] = row["fields"]
    return stored


def test_nothing_fails_but_what_is_meant_to(trial):
    """No deadlock, no refusal, no lock that is waited for too long."""
    assert Counter(line["error"] for line in trial.said("failed")) == {}
    assert [writer.exits for writer in trial.writers] == [[0]] * len(trial.writers)


def test_there_was_something_to_withstand(trial):
    assert trial.writers[0].kills >= KILLS
    assert all(writer.lines for writer in trial.writers)
    assert trial.said("done") and trial.said("undone")


def test_trail_is_verified(trial):
    assert re.match(r"The audit trail is whole up to \d+:", trial.verified)


def test_numbers_have_no_gap_and_nothing_waits(trial):
    numbers = {entry["number"] for entry in trial.entries}
    assert numbers == set(range(1, len(trial.entries) + 1))


def test_every_change_acknowledged_is_there_and_no_more(trial):
    """Each operation changed what its editor said, no row more or less."""
    stored = trial.operations()
    for line in trial.said("done"):
        assert stored[line["done"]] == Counter(map(tuple, line["rows"]))


def test_what_was_rolled_back_left_nothing(trial):
    stored = trial.operations()
    gone = [*trial.said("undone"), *trial.said("failed")]
    assert not {line.get("undone") or line.get("failed") for line in gone} & {*stored}


def test_what_nobody_acknowledged_is_what_was_killed(trial):
    ended = {line.get("done") for line in trial.said("done")}
    unfinished = {*trial.operations()} - ended
    assert unfinished <= {line["begin"] for line in trial.said("begin")}
    assert len(unfinished) <= sum(writer.kills for writer in trial.writers)


def test_every_entry_has_its_history_and_the_other_way_round(trial):
    listed = Counter((e["record"], e["history_id"]) for e in trial.entries)
    rows = {
        (record, row["history_id"])
        for (record, _), versions in trial.versions().items()
        for row in versions
    }
    assert listed == Counter(rows)


def test_every_change_bears_the_mark_of_its_operation(trial):
    for (record, _), versions in trial.versions().items():
        for row in versions:
            if row["history_actor"].startswith("writer-"):
                operation = row["history_changeset"].replace("-", "")
                if row["history_type"] != "-":
                    assert row[MARKS[record]] == operation


def test_life_of_each_record_is_told_in_order(trial):
    """Created once, deleted once at most, and what was deleted is what was there."""
    for record, versions in trial.versions().items():
        told = "".join(row["history_type"] for row in versions)
        assert re.fullmatch(r"\+~*-?", told), (record, told)
        if told.endswith("-"):
            last, deleted = map(values, versions[-2:])
            assert deleted == last, record


def test_numbers_follow_the_history_of_each_record(trial):
    numbers = defaultdict(list)
    for entry in sorted(trial.entries, key=lambda entry: entry["history_id"]):
        numbers[entry["record"], entry["object_id"]].append(entry["number"])
    assert [each for each in numbers.values() if each != sorted(each)] == []


def values(row) -> dict:
    return {name: row[name] for name in row if not name.startswith("history_")}
