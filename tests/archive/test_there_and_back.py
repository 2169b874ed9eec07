"""There and back, into the other database and back, and while the site runs."""

import os
import threading
import tracemalloc
import uuid
from contextlib import contextmanager

import psycopg
import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from partnerships.actions import backup as backup_module
from partnerships.actions.backup import back_up, restore
from partnerships.ledger import context, sealing, triggers, verifying
from partnerships.ledger.models import LedgerEntry, Verification
from partnerships.models import Area, Milestone, Partnership, Source, User
from tests import factories, scratch
from tests.archive import PASSWORD, WHY, is_of, lines, problems, rows
from tests.ledger.databases import sql, working_on

pytestmark = pytest.mark.slow("builds databases, copies them and starts processes")

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
    ours = ("debt", "never", "user_groups", "user_user_permissions", "verification")
    assert empty <= {"django_admin_log", *(f"partnerships_{name}" for name in ours)}


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
        with pytest.raises(IntegrityError), transaction.atomic():
            sql("UPDATE partnerships_milestone SET place = 'Rome'")


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
        "run('migrate', verbosity=0)\n"
        f"run('restore', '{path}', unsigned=True)\n"
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
        fat = {"user": User.objects.get(), "change_message": "x" * 4000}
        entries = (LogEntry(action_flag=1, **fat) for _ in range(MANY))
        LogEntry.objects.bulk_create(entries, 500)
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
        "The signature is right.",
        *("Accounts in it:", "1 ed: Editor"),
        f"Restored and verified; the trail ends at {head}",
    ]


def test_commands_refuse_in_one_sentence(backup, filled, tmp_path):
    with working_on(filled):
        assert complaint("backup", backup).endswith("choose another name.")
        refusal = complaint("restore", backup)
        assert f"The database {filled} " in refusal and "is not empty." in refusal
        missing = complaint("restore", tmp_path / "missing", "--replace")
        assert missing.startswith(f"{tmp_path / 'missing'} cannot be read as a backup")
        assert "\n" not in missing
        assert "required: file" in complaint("restore")


def test_command_replaces_when_told(backup, source):
    with working_on(source):
        run("restore", backup, "--replace")
        assert Verification.objects.count() == 1
