"""A backup holds everything, and restoring it gives the same tracker again.

The databases here are made for one test each and stand in for the tests' own, so that
everything is really committed, and restored into another database than it came from.
"""

import gzip
import json
import os
import shutil
import stat
import threading
import tracemalloc
import uuid
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest
from axes.models import AccessAttempt
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections, transaction
from django.db.migrations.recorder import MigrationRecorder

from partnerships import __version__
from partnerships.actions import backup as backup_module
from partnerships.actions.backup import ArchiveError, back_up, restore
from partnerships.ledger import context, sealing, triggers, verifying
from partnerships.ledger.models import LedgerEntry, Verification
from partnerships.ledger.redacting import redact
from partnerships.models import Area, Milestone, Partnership, Question, Source, User
from tests import factories, scratch

PASSWORD = "a long passphrase"
WHY = {"reason": "Why", "kind": "correction", "actor": "Data desk"}

#: Tables that a backup leaves out, and one that only says what it was made with.
APART = ("django_session", "axes_", "django_migrations", "sqlite_")


@contextmanager
def made(directory, template=None):
    """The name of a new database, empty or the copy of another."""
    name = f"test_{uuid.uuid4().hex}"
    if connection.vendor == "postgresql":
        with scratch.postgresql(name, template or "template0"):
            yield name
    else:
        path = str(directory / name)
        if template:
            shutil.copy(template, path)
        yield path


@contextmanager
def working_on(name):
    """Everything in this thread works on that database, in place of the tests'."""
    usual = connections["default"]
    connections["default"] = type(usual)(usual.settings_dict | {"NAME": name})
    ContentType.objects.clear_cache()
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = usual
        ContentType.objects.clear_cache()


@pytest.fixture(autouse=True, scope="module")
def unblocked(django_db_blocker):
    with django_db_blocker.unblock():
        yield


@pytest.fixture(scope="module")
def migrated(unblocked, tmp_path_factory):
    """A database without records."""
    with made(tmp_path_factory.mktemp("migrated")) as name:
        with working_on(name):
            call_command("migrate", verbosity=0)
        yield name


@pytest.fixture(scope="module")
def filled(migrated, tmp_path_factory):
    """One with records of every kind."""
    with made(tmp_path_factory.mktemp("filled"), migrated) as name:
        with working_on(name):
            fill()
        yield name


def fill():
    with context.change(**WHY):
        record = factories.partnership(stated_areas=17, summary="“Ünïcode” \\ \n 𝄞")
        signed = factories.milestone(record, date="../2024-05", note="By Jane Doe.")
        factories.claim(signed, "2024")
        factories.affiliation(record.partner, "eea_efta", since="1994", until="2025")
        gift = {"amount": 10**12, "currency": "NOK", "since": "2023"}
        factories.engagement(record, "epf_contribution", **gift)
        factories.coverage(record, factories.area(), ruling="Why")
        factories.question()
    with context.change(**WHY):
        signed.note = ""
        signed.save()
        factories.milestone(record, "statement", "2025").delete()
        redact(number=number_of(record="milestone", action="+"), field="note")
    User.objects.create_user("ed", password=PASSWORD, is_staff=True, public_name="Ed")
    Session.objects.create(
        session_key="k", session_data="d", expire_date="2030-01-01 00:00Z"
    )
    AccessAttempt.objects.create(
        username="ed", ip_address="::1", failures_since_start=1
    )


def number_of(**entry):
    return LedgerEntry.objects.filter(**entry).earliest("number").number


@pytest.fixture
def databases(tmp_path):
    """Makes a copy of a database for this test."""
    with ExitStack() as stack:
        yield lambda template: stack.enter_context(made(tmp_path, template))


@pytest.fixture
def source(databases, filled):
    return databases(filled)


@pytest.fixture
def target(databases, migrated):
    return databases(migrated)


@pytest.fixture(scope="module")
def untouched(migrated, tmp_path_factory):
    """One without records for all tests in which nothing may change."""
    with made(tmp_path_factory.mktemp("untouched"), migrated) as name:
        yield name


@pytest.fixture(scope="module")
def backed_up(filled, tmp_path_factory):
    path = tmp_path_factory.mktemp("backup") / "backup.jsonl.gz"
    with working_on(filled):
        back_up(path)
    return path


@pytest.fixture
def backup(backed_up, tmp_path):
    """The file of a backup of the filled database, for this test."""
    return Path(shutil.copy2(backed_up, tmp_path))


def rows():
    """All that is stored, by table, as the database gives it."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        found = {}
        for table in tables:
            if not table.startswith(APART):
                cursor.execute(f'SELECT * FROM "{table}"')
                found[table] = sorted(cursor.fetchall(), key=repr)
        return found


def lines(path):
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def is_of(line, label):
    """Whether it is a row of that table, and not the first or the last line."""
    return isinstance(line, list) and line[0] == label


def write(path, lines):
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)


def problems():
    return [str(problem) for problem in verifying.problems()]


# There and back


def test_restored_rows_are_the_same_in_every_table(filled, backup, target):
    with working_on(filled):
        before = rows()
    with working_on(target):
        restore(backup)
        after = rows()
    [noted] = after.pop("partnerships_verification")
    assert before.pop("partnerships_verification") == []
    assert after == before
    assert len(before) > 25
    assert noted[2:] == (len(before["partnerships_ledgerentry"]), 0, 0)


def test_every_table_with_records_is_tried_here(filled):
    with working_on(filled):
        empty = {table for table, found in rows().items() if not found}
    assert empty <= {
        "django_admin_log",
        "partnerships_debt",
        "partnerships_never",
        "partnerships_user_groups",
        "partnerships_user_user_permissions",
        "partnerships_verification",
    }


def test_restored_trail_is_whole_and_ends_where_it_did(source, target, tmp_path):
    path = tmp_path / "backup"
    with working_on(source):
        head = back_up(path)
        assert head == sealing.head()
    with working_on(target):
        assert restore(path) == head == sealing.head()
        assert list(verifying.problems(anchors=[head])) == []
        assert list(triggers.of().problems()) == []


def test_change_that_waits_for_its_seal_is_sealed_before(source, target, tmp_path):
    with working_on(source), pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealing, "after_commit", lambda using: None)
        count = sealing.head().number
        factories.area(2)
        assert back_up(tmp_path / "backup").number == count + 1


def test_backup_of_a_restored_tracker_is_the_same(backup, target, tmp_path):
    again = tmp_path / "again.jsonl.gz"
    with working_on(target):
        restore(backup)
        back_up(again)
    one, other = lines(backup), lines(again)
    noted = [line for line in other if is_of(line, "partnerships.verification")]
    assert len(noted) == 1
    other.remove(noted[0])
    assert other[1:-1] == one[1:-1]
    assert {**other[0], "made_at": ""} == {**one[0], "made_at": ""}


def test_editing_goes_on_after_a_restore(backup, target):
    with working_on(target):
        restore(backup)
        with context.change(**WHY):
            Milestone.objects.update(place="Bergen")
            factories.area(2)
        assert Milestone.history.latest().place == "Bergen"
        assert LedgerEntry.objects.filter(number=None).count() == 0
        assert problems() == []


def test_change_without_history_is_refused_after_a_restore(backup, target):
    with working_on(target):
        restore(backup)
        with (
            pytest.raises(IntegrityError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("UPDATE partnerships_milestone SET place = 'Rome'")


@pytest.mark.parametrize("replace", [False, True])
def test_id_of_a_deleted_record_is_never_used_again(
    backup, databases, migrated, filled, replace
):
    with working_on(databases(filled if replace else migrated)):
        restore(backup, replace=replace)
        gone = Milestone.history.filter(history_type="-").get().id
        added = factories.milestone(Partnership.objects.get(), "statement", "2025-06")
        assert added.pk > gone
        assert [row.history_type for row in added.history.all()] == ["+"]


def test_id_of_a_record_is_not_used_again_where_all_are_deleted(
    source, target, tmp_path
):
    with working_on(source):
        factories.source("second").delete()
        pks = {*Source.history.values_list("id", flat=True)}
        back_up(tmp_path / "backup")
    with working_on(target):
        restore(tmp_path / "backup")
        assert factories.source("third").pk > max(pks)


def test_every_table_goes_on_counting_after_a_restore(backup, target):
    with working_on(target):
        restore(backup)
        record = Partnership.objects.get()
        step = factories.milestone(record, "statement", "2025-06")
        for made in (
            factories.claim(step, "2025"),
            factories.coverage(record, factories.area(2)),
            factories.engagement(record),
            factories.affiliation(record.partner, "nato_ally"),
            factories.partnership("japan"),
            factories.user("jane", groups=["editor"]),
        ):
            assert made.pk > 1
        assert problems() == []


def test_password_works_after_a_restore(backup, target, client):
    given = {"username": "ed", "password": PASSWORD, "next": "/admin/"}
    with working_on(target):
        wrong = client.post("/admin/login/", given)
        assert wrong.status_code == 200
        restore(backup)
        assert client.post("/admin/login/", given)["Location"] == "/admin/"
        assert client.get("/admin/").status_code == 200


def test_groups_keep_their_permissions(backup, target):
    with working_on(target):
        restore(backup)
        someone = factories.user("jane", groups=["editor"])
        assert someone.has_perm("partnerships.change_milestone")
        assert not someone.has_perm("partnerships.publish_partnership")


def test_pages_work_after_a_restore(backup, target, client):
    with working_on(target):
        restore(backup)
        for address in ("/", "/partnerships/norway/", "/changes/"):
            assert client.get(address).status_code == 200


# The other database


def server():
    """The address of a PostgreSQL, if one is there."""
    for url in (
        scratch.server(),
        "postgresql://%2Fvar%2Frun%2Fpostgresql/postgres",
        "postgresql://127.0.0.1:5432/postgres",
    ):
        try:
            psycopg.connect(url or "host=/nowhere", connect_timeout=5).close()
        except psycopg.OperationalError:
            continue
        return url
    missing = pytest.fail if os.environ.get("CI") else pytest.skip
    missing("No PostgreSQL is there: set DATABASE_URL to one")


def move(path, again, url, directory):
    """Restore into a new database, in a process of its own, and back up again."""
    return scratch.manage(
        scratch.environment(url, directory),
        "shell",
        "-c",
        "from django.core.management import call_command as run\n"
        f"run('migrate', verbosity=0); run('restore', '{path}')\n"
        f"run('backup', '{again}')",
    )


@contextmanager
def of_the_other_kind(directory):
    """The address of a new database, SQLite's for PostgreSQL and the other way round."""
    if connection.vendor == "postgresql":
        with scratch.sqlite(directory) as url:
            yield url
    else:
        with scratch.postgresql(f"test_{uuid.uuid4().hex}") as url:
            yield url


def test_tracker_moves_to_the_other_database_and_back(
    backup, target, tmp_path, monkeypatch
):
    monkeypatch.setenv("DATABASE_URL", server())
    moved, at_home = tmp_path / "moved.gz", tmp_path / "at_home.gz"
    with of_the_other_kind(tmp_path) as url:
        said = move(backup, moved, url, tmp_path)
    head = lines(backup)[0]["head"]
    assert f"Restored and verified; the trail ends at {head}\n" in said
    with working_on(target):
        assert str(restore(moved)) == head
        back_up(at_home)
    assert facts(moved) == facts(at_home) == facts(backup)


def facts(path):
    """All but the notes of verifications, which each restore adds to."""
    return [
        line
        for line in lines(path)[1:-1]
        if line[0] not in ("partnerships.verification", "partnerships.checkpoint")
    ]


# While the site runs


def test_backup_is_of_one_moment_while_others_write(
    source, target, tmp_path, monkeypatch
):
    """Between any two tables, somebody changes rows of all of them."""
    tables, count = backup_module._tables, iter(range(2, 1000))

    def slowly():
        for model in tables():
            elsewhere(source, lambda: edit(next(count)))
            yield model

    with working_on(source):
        before, head = rows(), sealing.head()
        monkeypatch.setattr(backup_module, "_tables", slowly)
        assert back_up(tmp_path / "backup") == head
        assert Area.objects.count() > 20
        assert problems() == []
    monkeypatch.undo()
    with working_on(target):
        assert restore(tmp_path / "backup") == head
        assert rows() | {"partnerships_verification": []} == before


def edit(number):
    with context.change(**WHY), transaction.atomic():
        Milestone.objects.update(place=f"Place {number}")
        factories.area(number)
        User.objects.create_user(f"user-{number}")


def elsewhere(name, work):
    """Do it in a session of its own."""
    failed = []

    def run():
        with working_on(name):
            try:
                work()
            except Exception as error:
                failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)
    assert (failed, thread.is_alive()) == ([], False)


#: Rows of 4 kB, and how many bytes are less than all of them together.
MANY, AT_ONCE = 5_000, 18_000_000


def test_memory_does_not_grow_with_the_tracker(source, target, tmp_path):
    path = tmp_path / "backup"
    with working_on(source):
        fat = {
            "user": User.objects.get(),
            "action_flag": 1,
            "change_message": "x" * 4000,
        }
        LogEntry.objects.bulk_create((LogEntry(**fat) for _ in range(MANY)), 500)
        assert peak_of(lambda: back_up(path)) < AT_ONCE
    with working_on(target):
        assert peak_of(lambda: restore(path)) < AT_ONCE
        assert LogEntry.objects.count() == MANY


def peak_of(work):
    """The most bytes that were in use at once, beside those before."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


# The file


def test_file_is_for_its_owner_alone(backup):
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600


def test_file_is_for_its_owner_alone_after_one_that_was_cut_off(filled, tmp_path):
    left = tmp_path / "backup.partial"
    left.touch(0o644)
    with working_on(filled):
        back_up(tmp_path / "backup")
    assert stat.S_IMODE((tmp_path / "backup").stat().st_mode) == 0o600
    assert not left.exists()


def test_sessions_and_failed_logins_are_not_in_it(backup):
    labels = {line[0] for line in lines(backup)[1:-1]}
    assert {"partnerships.user", "auth.group", "partnerships.ledgerentry"} <= labels
    assert not [name for name in labels if name.startswith(("sessions.", "axes."))]


def test_sessions_of_the_target_end_with_its_accounts(
    backup, databases, filled, client
):
    """Whoever was signed in is nobody in the restored tracker, until signing in again."""
    with working_on(databases(filled)):
        someone = factories.user("ed2", is_superuser=True)
        client.force_login(someone)
        restore(backup, replace=True)
        assert not User.objects.filter(pk=someone.pk).exists()
        assert client.get("/admin/").status_code == 302


def test_first_line_says_what_it_is(backup):
    header = lines(backup)[0]
    assert header["format"] == "sdptracker backup 1"
    assert header["version"] == __version__
    assert "partnerships.0003_ledger" in header["migrations"]
    assert lines(backup)[-1] == {"rows": len(lines(backup)) - 2}


def test_backup_of_a_version_that_did_not_say_so_is_restored(backup, target):
    header, *others = lines(backup)
    del header["version"]
    write(backup, [header, *others])
    with working_on(target):
        assert str(restore(backup)) == header["head"]


def refusal(work, *args, **kwargs):
    with pytest.raises(ArchiveError) as error:
        work(*args, **kwargs)
    return str(error.value)


def files(directory):
    return {path.name for path in directory.iterdir() if path.is_file()}


def test_file_that_is_there_is_not_overwritten(filled, tmp_path):
    path = tmp_path / "backup"
    path.write_text("precious")
    with working_on(filled):
        assert (
            refusal(back_up, path) == f"{path} is there already; choose another name."
        )
    assert path.read_text() == "precious"
    assert not (tmp_path / "backup.partial").exists()


@pytest.mark.parametrize("name", ["missing/backup", "file/backup"])
def test_place_that_is_not_there_is_answered_by_a_sentence(filled, tmp_path, name):
    (tmp_path / "file").touch()
    with working_on(filled):
        sentence = refusal(back_up, tmp_path / name)
    assert sentence.startswith(f"{tmp_path / name} cannot be written: ")


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyError()])
def test_backup_that_fails_leaves_no_file(source, tmp_path, monkeypatch, error):
    def fail(value):
        raise error

    monkeypatch.setattr(backup_module, "_json", fail)
    before = files(tmp_path)
    with working_on(source):
        with pytest.raises((ArchiveError, KeyError)):
            back_up(tmp_path / "backup")
        factories.area(2)  # and nothing is locked
    assert {name for name in files(tmp_path) - before if "backup" in name} == set()


# What is not restored


def no_gzip(path):
    path.write_text("Dear reader,")


def truncated(path):
    path.write_bytes(path.read_bytes()[:-200])


def cut_in_half(path):
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def emptied(path):
    path.write_bytes(b"")


def corrupted(path):
    """With the first block of no kind that there is."""
    content = gzip.compress(gzip.decompress(path.read_bytes()))
    path.write_bytes(content[:10] + b"\xff" * 8 + content[18:])


def with_text(path):
    path.write_bytes(gzip.compress(b"Dear reader,"))


def in_latin(path):
    path.write_bytes(gzip.compress("Türkiye".encode("latin-1")))


def of_other_json(path):
    write(path, [["Dear reader"], {"rows": 1}])


def of_no_line(path):
    write(path, [])


def of_another_format(path):
    header, *others = lines(path)
    write(path, [header | {"format": "sdptracker backup 2"}, *others])


def without_head(path):
    header, *others = lines(path)
    write(path, [{"format": header["format"]}, *others])


def without_last_line(path):
    write(path, lines(path)[:-1])


def without_a_row(path):
    write(path, [line for line in lines(path) if not is_of(line, "partnerships.claim")])


def with_a_row_twice(path):
    header, first, *others = lines(path)
    others[-1]["rows"] += 1
    write(path, [header, first, first, *others])


def with_a_row_after_the_end(path):
    write(path, [*lines(path), lines(path)[1]])


def of_another_model(path):
    change_row(path, "auth.group", lambda row: row.append("more"))


def of_unknown_model(path):
    write(path, [rename(line, "auth.group", "auth.gruppe") for line in lines(path)])


def rename(line, old, new):
    return [new, *line[1:]] if is_of(line, old) else line


def with_a_day_that_is_none(path):
    change_value(path, "partnerships.user", "date_joined", "yesterday")


def with_a_flag_that_is_none(path):
    change_value(path, "partnerships.user", "is_staff", "perhaps")


def with_a_number_that_is_none(path):
    change_value(path, "partnerships.milestone", "partnership_id", "one")


def with_a_reference_to_nothing(path):
    change_value(path, "auth.permission", "content_type_id", 987)


def change_row(path, label, change):
    found = lines(path)
    change(next(line for line in found if is_of(line, label))[1])
    write(path, found)


def change_value(path, label, column, value):
    """Another value in the first row of that table."""
    model = next(m for m in backup_module._tables() if m._meta.label_lower == label)
    names = [field.attname for field in model._meta.concrete_fields]

    def change(row):
        assert row[names.index(column)] != value
        row[names.index(column)] = value

    change_row(path, label, change)


DAMAGES = [
    no_gzip,
    truncated,
    cut_in_half,
    emptied,
    corrupted,
    with_text,
    in_latin,
    of_other_json,
    of_no_line,
    of_another_format,
    without_head,
    without_last_line,
    without_a_row,
    with_a_row_twice,
    with_a_row_after_the_end,
    of_another_model,
    of_unknown_model,
    with_a_day_that_is_none,
    with_a_flag_that_is_none,
    with_a_number_that_is_none,
    with_a_reference_to_nothing,
    Path.unlink,
    lambda path: (path.unlink(), path.mkdir()),
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_file_is_refused_and_changes_nothing(backup, untouched, damage):
    damage(backup)
    with working_on(untouched):
        before = rows()
        assert refusal(restore, backup)
        assert rows() == before
        assert problems() == []


@pytest.mark.parametrize(
    ("label", "column", "value", "found"),
    [
        ("historicalmilestone", "place", "Rome", "edited: change"),
        ("historicalmilestone", "history_actor", "Somebody", "edited: change"),
        ("milestone", "place", "Rome", "unrecorded: milestone"),
        ("ledgerentry", "actor", "Somebody", "entry: change 1 "),
        ("ledgerentry", "public", "{}", "entry: change 1 "),
        ("ledgerentry", "seal", "0" * 64, "chain: change 1 "),
        ("ledgerentry", "number", 99, "gap: change 1 is missing"),
        ("redaction", "digest", "0" * 64, "edited: change"),
        ("checkpoint", "seal", "0" * 64, "anchor: the checkpoint of"),
        ("historicalarea", "history_date", "2020-01-01T00:00:00.000000Z", "edited"),
    ],
)
def test_tampered_line_is_refused_and_changes_nothing(
    backup, untouched, label, column, value, found
):
    change_value(backup, f"partnerships.{label}", column, value)
    with working_on(untouched):
        before = rows()
        sentences = refusal(restore, backup)
        assert sentences.startswith("The trail in the backup is not whole:\n")
        assert found in sentences
        assert rows() == before
        assert problems() == []


def test_end_that_was_cut_off_is_seen(backup, untouched):
    """Even where all that belongs to the newest change was taken out."""
    header, *others = lines(backup)
    number = int(header["head"].partition(":")[0])
    gone = [line for line in others[:-1] if is_of_change(line, number)]
    assert len(gone) == 1
    kept = [line for line in others[:-1] if line not in gone]
    write(backup, [header, *kept, {"rows": len(kept)}])
    with working_on(untouched):
        assert "truncated: " in refusal(restore, backup)


def is_of_change(line, number):
    return line[0] == "partnerships.ledgerentry" and number in line[1][13:14]


def test_backup_of_another_version_is_refused(backup, target):
    with working_on(target):
        MigrationRecorder(connection).record_applied("partnerships", "0099_later")
        before = rows()
        sentence = refusal(restore, backup)
        assert sentence.startswith("The backup was made by another version")
        assert rows() == before


def test_migrations_of_what_is_left_out_do_not_matter(backup, target):
    with working_on(target):
        MigrationRecorder(connection).record_applied("axes", "0099_later")
        restore(backup)


@pytest.mark.parametrize(
    "make", [lambda: factories.user("jane"), lambda: factories.area(2)]
)
def test_database_with_anything_in_it_is_refused(backup, target, make):
    with working_on(target):
        make()
        before = rows()
        sentence = refusal(restore, backup)
        assert sentence.startswith("The database is not empty.")
        assert "--replace" in sentence
        assert rows() == before


def test_replace_deletes_all_that_was_there(backup, databases, filled):
    with working_on(filled):
        before = rows()
    with working_on(databases(filled)):
        factories.user("jane", groups=["viewer"])
        factories.question("new", text="New?", answer="yes")
        factories.partnership("japan")
        restore(backup, replace=True)
        assert rows() | {"partnerships_verification": []} == before
        assert not Question.history.filter(slug="new").exists()


def test_replace_of_a_tampered_backup_keeps_what_was_there(backup, source):
    change_value(backup, "partnerships.historicalmilestone", "place", "Rome")
    with working_on(source):
        factories.partnership("japan")
        before = rows()
        assert refusal(restore, backup, replace=True)
        assert rows() == before
        assert problems() == []


# The commands


def run(*arguments):
    call_command(*map(str, arguments))


def complaint(*arguments):
    with pytest.raises(CommandError) as error:
        run(*arguments)
    return str(error.value)


def test_commands_say_where_the_trail_ends(source, target, tmp_path, capsys):
    path = tmp_path / "backup"
    with working_on(source):
        run("backup", path)
        head = sealing.head()
    with working_on(target):
        run("restore", path)
    assert capsys.readouterr().out.splitlines() == [
        f"Backed up to {path}; the trail ends at {head}",
        f"Restored and verified; the trail ends at {head}",
    ]


def test_commands_refuse_in_one_sentence(backup, filled, tmp_path):
    with working_on(filled):
        assert complaint("backup", backup).endswith("choose another name.")
        assert complaint("restore", backup).startswith("The database is not empty.")
        missing = complaint("restore", tmp_path / "missing", "--replace")
        assert missing.startswith(f"{tmp_path / 'missing'} cannot be read as a backup")
        assert "\n" not in missing
        assert "required: file" in complaint("backup")


def test_command_replaces_when_told(backup, source):
    with working_on(source):
        run("restore", backup, "--replace")
        assert Verification.objects.count() == 1
