"""Backup and restore of everything, the trail included, in one portable file.

The file is gzip of JSON lines: a header, a line ``[model, [values]]`` for each row, and
a last line with their number. It does not depend on the database, so that restoring is
also how a tracker moves from SQLite to PostgreSQL. Sessions and the login throttle's
notes are left out.

Beside it stands its signature by the tracker's key, where there is one: the 64 bytes
of Ed25519 over all bytes of the file, in a file whose name ends in ".sig".
"""

import base64
import gzip
import json
import mmap
import os
import zlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain, groupby, islice
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.color import no_style
from django.db import DatabaseError, connection, connections, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from partnerships import __version__
from partnerships.ledger import canonical, sealing, signing, triggers, verifying
from partnerships.ledger.faults import NOT_THE_OWNER, is_forbidden
from partnerships.ledger.registry import Tracked, tracked
from partnerships.ledger.sql import refresh_statistics, snapshot
from partnerships.models import LedgerEntry, User
from partnerships.models.user import role_of
from partnerships.selectors.accounts import account_problems

FORMAT = "sdptracker backup 1"
LEFT_OUT = {"sessions", "axes"}

#: Everything that reading a file of any content can raise.
_DAMAGES = (
    *canonical.UNREADABLE,
    *(OSError, EOFError, zlib.error, ValidationError, DatabaseError),
)
BATCH = 500

_NONE = type(None)
_PLAIN: dict[type[models.Field], tuple[type, ...]] = {
    models.BooleanField: (bool, _NONE),
    **dict.fromkeys(
        (models.CharField, models.SlugField, models.TextField, models.URLField),
        (str, _NONE),
    ),
    **dict.fromkeys((models.BigAutoField, models.BigIntegerField), (int, _NONE)),
}


class ArchiveError(Exception):
    """A backup cannot be written or restored; the message says what to do."""


def back_up(path: Path) -> sealing.Head:
    """Write a backup, as of one moment, while the site runs; the file is there whole
    or not at all.

    Returns the head of the chain in it. Raises ArchiveError if the file is there
    already or cannot be written, NoSigningKey if it cannot be signed.
    """
    if os.path.exists(path):
        raise ArchiveError(f"{path} is there already; choose another name.")
    signing.public_key()  # or nothing is written
    partial = path.with_name(f"{path.name}.partial")
    if not settings.READ_ONLY:
        sealing.seal()
    try:
        partial.unlink(missing_ok=True)  # of a run that was cut off
        alone = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with (
            os.fdopen(alone, "wb") as raw,
            gzip.open(raw, "wt", encoding="utf-8") as file,
            snapshot(),
        ):
            head = sealing.head()
            for line in _lines(head):
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
        _sign(partial, signature_of(path))
        partial.replace(path)
    except OSError as error:
        raise ArchiveError(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        with suppress(OSError):
            partial.unlink()
    return head


def restore(
    path: Path,
    *,
    replace: bool = False,
    signed_by: Collection[str] = (),
    anchors: Iterable[sealing.Head] = (),
) -> sealing.Head:
    """Load a backup into a migrated database, all or nothing, and verify the trail.

    Returns the head of the restored chain. Raises ArchiveError if the file is damaged
    or of another version, if it is signed by none of the keys ``signed_by`` (as PEM,
    where any is given), if the database holds records already and ``replace`` does not
    allow to delete them, or if the restored trail is not whole, goes through another
    place than one of the ``anchors``, or does not know an account.
    """
    if signed_by:
        check_signature(path, signed_by)
    try:
        with (
            gzip.open(path, "rt", encoding="utf-8") as file,
            _sequences_put_back(),
            transaction.atomic(),
        ):
            lines = (json.loads(line) for line in file)
            head = _check_header(next(lines, None))
            _check_target(replace)
            with triggers.lifted():
                _empty()
                _load(lines)
                _reset_sequences()
            keys = [*signed_by, *signing.public_keys()] if signed_by else []
            problems = verifying.problems(anchors=[head, *anchors], keys=keys)
            found = islice(chain(problems, account_problems()), 20)
            if sentences := [str(problem) for problem in found]:
                listed = "\n".join(sentences)
                raise ArchiveError(f"The trail in the backup is not whole:\n{listed}")
            verifying.note_result(head.number, 0)
    except _DAMAGES as error:
        raise _unreadable(path, error) from error
    refresh_statistics(using="default")
    return head


def check_signature(path: Path, keys: Collection[str]) -> None:
    """Raise ArchiveError unless the file is signed by one of these keys, as PEM."""
    side = signature_of(path)
    try:
        if path.exists() and not side.exists():
            raise ArchiveError(
                f"{path} has no signature: {side} is not there. Put it there, or say "
                "--unsigned if you know where the file was since it was written."
            )
        given = base64.b64encode(side.read_bytes()).decode()
        with _bytes_of(path) as content:
            is_signed = any(signing.is_signed(content, given, key) for key in keys)
    except (OSError, ValueError) as error:  # an empty file is a wrong value
        raise _unreadable(path, error) from error
    if not is_signed:
        keyless = "" if settings.SIGNING_KEY else ", which has no SIGNING_KEY"
        raise ArchiveError(
            f"{path} is signed by none of the keys of this site{keyless}, nor of "
            "--key: it was changed since, or another tracker signed it, whose public "
            "key you give with --key FILE or add to the file of FORMER_KEYS."
        )


def _unreadable(path: Path, error: Exception) -> ArchiveError:
    if is_forbidden(error):
        return ArchiveError(NOT_THE_OWNER)
    if isinstance(error, PermissionError):
        return ArchiveError(
            f"The user {signing.user_of_process()} may not read {error.filename}; "
            "put the backup and its signature where that user may, such as below "
            f"{settings.DATA_DIR}."
        )
    why = getattr(error, "strerror", None) or "it is cut off or damaged"
    if isinstance(error, DatabaseError):
        why = f"the database refuses what it holds ({error})"
    return ArchiveError(f"{path} cannot be read as a backup: {why}.")


def accounts_in(path: Path) -> list[str]:
    """Return the accounts in a backup, each in a line with its role. Raises
    ArchiveError if the file cannot be read."""
    users, groups, names = [], [], {}
    columns = [field.attname for field in User._meta.concrete_fields]
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in map(json.loads, file):
                match line:
                    case ["partnerships.user", values]:
                        users.append(dict(zip(columns, values, strict=True)))
                    case ["partnerships.user_groups", [_, user, group]]:
                        groups.append((user, group))
                    case ["auth.group", [pk, name]]:
                        names[pk] = name
        return [
            _account(user, {names[g] for u, g in groups if u == user["id"]})
            for user in users
        ]
    except _DAMAGES as error:
        raise _unreadable(path, error) from error


def _account(user: dict, groups: set[str]) -> str:
    role = role_of(groups, is_superuser=user["is_superuser"]).label
    closed = "" if user["is_active"] else ", deactivated"
    return f"{user['id']} {user['username']}: {role}{closed}"


def signature_of(path: Path) -> Path:
    """Return the file of the signature of a backup."""
    return path.with_name(f"{path.name}.sig")


def _sign(path: Path, side: Path) -> None:
    """Write the signature of a file, where there is a key, into the file beside it."""
    with _bytes_of(path) as content:
        if signature := signing.signature(content):
            side.write_bytes(base64.b64decode(signature))


@contextmanager
def _bytes_of(path: Path) -> Iterator[Any]:
    """Give the bytes of a file, which may be larger than memory."""
    with (
        open(path, "rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        yield content


def _tables() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label not in LEFT_OUT
    ]


def _lines(head: sealing.Head) -> Iterator[dict | list]:
    yield {
        "format": FORMAT,
        "version": __version__,  # for people; the migrations decide what can be loaded
        "made_at": canonical.plain(timezone.now()),
        "head": str(head),
        "migrations": _migrations(),
    }
    count = 0
    for model in _tables():
        names = [field.attname for field in model._meta.concrete_fields]
        rows = model._base_manager.order_by("pk").values_list(*names)
        for row in rows.iterator(chunk_size=2000):
            yield [model._meta.label_lower, [_json(value) for value in row]]
            count += 1
    yield {"rows": count}


def _json(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    return value if isinstance(value, dict | list) else canonical.plain(value)


def _migrations() -> list[str]:
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied if app not in LEFT_OUT)


def _check_header(header: Any) -> sealing.Head:
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise ArchiveError("This is not a backup of the tracker.")
    if header["migrations"] != _migrations():
        raise ArchiveError(
            "The backup was made by another version of the tracker: check that version "
            "out, run manage.py migrate on an empty database, restore, and upgrade "
            "then."
        )
    number, _, seal = header["head"].partition(":")
    return sealing.Head(int(number), seal)


def _check_target(replace: bool) -> None:
    if not replace and (LedgerEntry.objects.exists() or User.objects.exists()):
        raise ArchiveError(
            f"The database {_named()} is not empty. Restore into an empty, migrated "
            "one, or say --replace to delete all that it holds."
        )


def _named() -> str:
    """Return the name of the database, with its host where it has one."""
    given = connection.settings_dict
    return f"{given['NAME']} at {given['HOST']}" if given["HOST"] else given["NAME"]


def _empty() -> None:
    for model in reversed(_tables()):
        _execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")


def _load(lines: Iterator) -> None:
    models_by_label = {model._meta.label_lower: model for model in _tables()}
    count, last = 0, None
    for label, group in groupby(lines, key=_label):
        if label is None:
            last = next(group)
            continue
        model = models_by_label[label]
        while batch := list(islice(group, BATCH)):
            _insert(model, [values for _, values in batch])
            count += len(batch)
    if last is None or last.get("rows") != count:
        raise ArchiveError("The backup is not whole: its end is missing.")


def _label(line: Any) -> str | None:
    return line[0] if isinstance(line, list) else None


def _insert(model: type[models.Model], rows: list[list]) -> None:
    """Insert rows as they are: ``bulk_create()`` would derive and write history."""
    fields: Any = model._meta.concrete_fields
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    places = f"({', '.join(['%s'] * len(fields))})"
    plain = [_plain(field) for field in fields]
    database = connections[connection.alias]  # itself, which is asked for each value
    values = [
        value
        if type(value) in kinds
        else field.get_db_prep_save(_value(field, value), database)
        for row in rows
        for field, kinds, value in zip(fields, plain, row, strict=True)
    ]
    _execute(
        f"INSERT INTO {quote(model._meta.db_table)} ({columns})"
        f" VALUES {', '.join([places] * len(rows))}",
        values,
    )


def _plain(field: models.Field) -> tuple[type, ...]:
    """Return the types of values that a field stores as they are, which are nearly all
    that a backup holds: to have each prepared takes longer than to store it."""
    if isinstance(field, models.ForeignKey):
        return _plain(field.target_field)
    return _PLAIN.get(type(field), ())


def _value(field: models.Field, value: Any) -> Any:
    return value if isinstance(value, dict | list) else field.to_python(value)


@contextmanager
def _sequences_put_back() -> Iterator[None]:
    """Reset the sequences again where loading fails: PostgreSQL rolls none back."""
    try:
        yield
    except BaseException:
        _reset_sequences()
        raise


def _reset_sequences() -> None:
    """Let the next id of each table come after all ids that ever were, since the
    history of a deleted record must never go on as that of a new one."""
    for sql in connection.ops.sequence_reset_sql(no_style(), _tables()):
        _execute(sql)
    for table in tracked().values():
        if table.live:
            _start_after_history(table)


def _start_after_history(table: Tracked) -> None:
    live, history = table.live._meta.db_table, table.history._meta.db_table
    last = f"(SELECT MAX(id) FROM {history})"
    if connection.vendor == "sqlite":
        _execute("DELETE FROM sqlite_sequence WHERE name = %s", [live])
        start = "INSERT INTO sqlite_sequence (name, seq) SELECT %s, {last}"
    else:
        start = "SELECT setval(pg_get_serial_sequence(%s, 'id'), {last})"
    _execute(f"{start.format(last=last)} WHERE {last} IS NOT NULL", [live])


def _execute(sql: str, params: list | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
