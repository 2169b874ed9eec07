"""Tries tamperings by their numbers and prints how many of each kind were refused, named
or missed. Fails where one is missed or verification stumbles over it."""

import argparse
import os
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    parser = argparse.ArgumentParser(
        prog="python -m tests.ledger.tampering", description=__doc__
    )
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, help="this one alone")
    given = parser.parse_args()
    import django

    django.setup()
    sys.exit(tried([given.seed] if given.seed is not None else range(given.count)))


def tried(seeds) -> int:
    """Try them on one database after another; return how many were not met."""
    from django.core.management import call_command
    from django.db import connection

    from tests.ledger.databases import made, working_on
    from tests.ledger.tampering import drawing

    found = []
    with (
        tempfile.TemporaryDirectory() as name,
        made(Path(name)) as migrated,
        ExitStack() as stack,
    ):
        with working_on(migrated):
            call_command("migrate", verbosity=0)
        trackers = drawing.Trackers(stack, Path(name), migrated)
        for seed in seeds:
            with trackers.copy(seed):
                judged = drawing.judge(seed)
            found.append(judged)
            if not judged.is_met or len(seeds) == 1:
                print(judged, flush=True)
    counts = Counter((judged.kind, judged.verdict) for judged in found)
    print(f"\n{connection.vendor}: {len(found)} tamperings\n")
    print(f"| kind | {' | '.join(drawing.VERDICTS)} |\n|---|---|---|---|---|")
    for kind in sorted({judged.kind for judged in found}):
        cells = [str(counts[kind, verdict] or "") for verdict in drawing.VERDICTS]
        print(f"| {kind} | {' | '.join(cells)} |")
    return sum(not judged.is_met for judged in found)


if __name__ == "__main__":
    main()
