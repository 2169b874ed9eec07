"""One of many editors at once, for test_concurrency.py: random edits without a pause.

    python -m tests.ledger.writer NAME SEED STOP LIMIT

It ends when there is a file STOP, or after LIMIT seconds by itself. Each operation
begins with a line of JSON, ``{"begin": operation}``, and ends with one: ``done`` with
what was written, once it is committed; ``undone`` where it was meant to be rolled
back; ``failed`` with the error. What an operation writes bears its name as a mark.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path
from random import Random

import django

#: The field of each kind of record in which an operation leaves its mark.
MARKS = {
    "claim": "wording",
    "coverage": "ruling",
    "milestone": "note",
    "partner": "official_name",
    "partnership": "internal_notes",
    "source": "note",
}


class Undone(Exception):
    """The operation is rolled back on purpose."""


def say(**line):
    """One line, in one piece: a process that is killed leaves no half of it."""
    os.write(sys.stdout.fileno(), f"{json.dumps(line)}\n".encode())


def main(name: str, seed: str, stop: str, limit: str):
    signal.alarm(int(limit))  # ends the process, wherever it hangs
    django.setup()
    from tests.ledger.edits import Edits

    random = Random(seed)
    edits = Edits(name, random)
    while not Path(stop).exists():
        operate(edits, name, random)


def operate(edits, name: str, random: Random):
    """One operation, in one transaction; one of ten is rolled back."""
    from django.db import transaction

    from partnerships.ledger import context

    with context.change(reason="Trial", kind="correction", actor=name) as under_way:
        mark = under_way.changeset.hex
        say(begin=mark, at=time.time())
        try:
            with transaction.atomic():
                rows = edits.any(mark)
                if random.random() < 0.1:
                    raise Undone
        except Undone:
            say(undone=mark)
        except Exception as error:
            say(failed=mark, error=f"{edits.last}: {error!r}")
        else:
            say(done=mark, rows=rows)


if __name__ == "__main__":
    main(*sys.argv[1:])
