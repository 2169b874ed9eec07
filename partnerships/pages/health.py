"""The state of the process, the database, the cache and the audit trail.

In production ``sdptracker.probes`` answers both addresses, in front of the site.
"""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseProblem
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from partnerships import __version__
from partnerships.selectors.trail import (
    current_trail,
    last_proof,
    last_verification,
    waiting_since,
)
from partnerships.web.caching import store

SEALING_IS_LATE = timedelta(minutes=5)
PROOF_IS_OLD = timedelta(days=8)  # a full verification is due each week
#: The database refuses what is dated a minute off its own clock.
CLOCKS_DIFFER = timedelta(seconds=30)
DISK_IS_FULL = 20_000_000  # bytes that are left

#: If it is ready, and what is said of it.
State = tuple[bool, dict[str, Any]]

SILENT: State = (
    False,
    {"ready": False, "warnings": ["The database does not answer."]},
)


@require_safe
def healthz(request):
    """Answer that the process does."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request):
    """Answer with the state of the database, the cache and the audit trail."""
    is_ready, state = readiness()
    return JsonResponse(state, status=200 if is_ready else 503)


def readiness() -> State:
    """Return the state. It is ready if the database answers, has the tables of this
    version, and takes changes where it is to."""
    try:
        if missing := _not_migrated():
            named = ", ".join(missing)
            warning = f"These migrations are not applied: {named}. Run migrate."
            return False, {"ready": False, "warnings": [warning]}
        return _read()
    except DatabaseProblem:
        return SILENT


def _read() -> State:
    trail, waiting = current_trail(), waiting_since()
    proof, verified = last_proof(), last_verification()
    obstacles = [] if settings.READ_ONLY else list(_obstacles_to_writing())
    warnings = [
        *obstacles,
        *_of_the_cache(),
        *_of_the_clock(),
        *_of_the_trail(waiting, proof, verified),
    ]
    return not obstacles, {
        "ready": not obstacles,
        "version": __version__,
        "warnings": warnings,
        "edition": trail.edition,
        "verified_at": proof and proof.verified_at,
        "verified_edition": proof and proof.number,
        "read_only": settings.READ_ONLY,
    }


@cache
def _migrations() -> frozenset[tuple[str, str]]:
    """Return the app and the name of each migration of this version."""
    loader = MigrationLoader(None)
    return frozenset(
        key for key in loader.graph.nodes if key[0] in loader.migrated_apps
    )


def _not_migrated() -> list[str]:
    applied = MigrationRecorder(connection).applied_migrations()
    return [f"{app}.{name}" for app, name in sorted(_migrations() - applied.keys())]


def _obstacles_to_writing() -> Iterator[str]:
    if connection.vendor == "sqlite":
        folder = Path(connection.settings_dict["NAME"]).parent
        if folder.is_dir() and shutil.disk_usage(folder).free < DISK_IS_FULL:
            yield "The disk of the database is full."
        is_read_only = _value("PRAGMA query_only")
    else:
        is_read_only = _value("SELECT current_setting('transaction_read_only') = 'on'")
    if is_read_only:
        yield "The database takes no changes: set READ_ONLY=on if it is to take none."


def _of_the_cache() -> Iterator[str]:
    breaker = getattr(store, "breaker", None)
    if breaker and breaker.is_open:
        yield "The cache does not answer: each answer is made anew."


def _of_the_clock() -> Iterator[str]:
    """Compare it with that of the database, which SQLite has not of its own."""
    if connection.vendor == "sqlite":
        return
    there: datetime = _value("SELECT clock_timestamp()")
    ahead = timezone.now() - there
    if abs(ahead) > CLOCKS_DIFFER:
        seconds = abs(ahead).total_seconds()
        which = "ahead of" if ahead > timedelta(0) else "behind"
        yield (
            f"The clock of this machine is {seconds:,.0f} seconds {which} that of the "
            "database: changes are refused from a minute on."
        )


def _of_the_trail(waiting, proof, verified) -> Iterator[str]:
    now = timezone.now()
    if waiting and now - waiting > SEALING_IS_LATE:
        yield f"A change of {waiting:%Y-%m-%d %H:%M} UTC is not sealed yet."
    if verified and verified.problems:
        yield (
            f"The audit trail is not whole: problems were found on "
            f"{verified.verified_at:%Y-%m-%d %H:%M} UTC."
        )
    if proof is None:
        yield "The audit trail was never verified."
    elif now - proof.verified_at > PROOF_IS_OLD:
        yield f"The audit trail was last proven on {proof.verified_at:%Y-%m-%d}."


def _value(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]
