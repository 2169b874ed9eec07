"""The file of a backup, and what of it is refused rather than restored."""

import gzip
import stat
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from partnerships import __version__
from partnerships.actions import backup as backup_module
from partnerships.actions.backup import ArchiveError, back_up, restore
from partnerships.models import Question, User
from tests import factories
from tests.archive import is_of, lines, problems, refusal, rows, write
from tests.ledger.databases import working_on

pytestmark = pytest.mark.slow("builds databases and copies them")

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


def content(change):
    """Damage to the bytes of a file."""
    return lambda path: path.write_bytes(change(path.read_bytes()))


def text(change):
    """Damage to the lines of a file."""
    return lambda path: write(path, change(lines(path)))


def row(label, change):
    """Damage to the first row of that table."""

    def damage(path):
        found = lines(path)
        change(next(line for line in found if is_of(line, label))[1])
        write(path, found)

    return damage


def value(label, column, new):
    """Another value in the first row of that table."""
    model = next(m for m in backup_module._tables() if m._meta.label_lower == label)
    place = [field.attname for field in model._meta.concrete_fields].index(column)

    def change(row):
        assert row[place] != new
        row[place] = new

    return row(label, change)


def without_first_block(old):
    old = gzip.compress(gzip.decompress(old))
    return old[:10] + b"\xff" * 8 + old[18:]


def with_a_row_twice(old):
    header, first, *others, last = old
    return [header, first, first, *others, {"rows": last["rows"] + 1}]


def of_unknown_model(old):
    return [["auth.gruppe", *r[1:]] if is_of(r, "auth.group") else r for r in old]


DAMAGES = {
    "no gzip": content(lambda old: b"Dear reader,"),
    "truncated": content(lambda old: old[:-200]),
    "cut in half": content(lambda old: old[: len(old) // 2]),
    "empty": content(lambda old: b""),
    "first block of no kind": content(without_first_block),
    "text": content(lambda old: gzip.compress(b"Dear reader,")),
    "Latin": content(lambda old: gzip.compress("Türkiye".encode("latin-1"))),
    "other JSON": text(lambda old: [["Dear reader"], {"rows": 1}]),
    "no line": text(lambda old: []),
    "another format": text(
        lambda old: [old[0] | {"format": "sdptracker backup 2"}, *old[1:]]
    ),
    "no head": text(lambda old: [{"format": old[0]["format"]}, *old[1:]]),
    "no last line": text(lambda old: old[:-1]),
    "no claim": text(
        lambda old: [r for r in old if not is_of(r, "partnerships.claim")]
    ),
    "a row twice": text(with_a_row_twice),
    "a row after the end": text(lambda old: [*old, old[1]]),
    "a row too long": row("auth.group", lambda old: old.append("more")),
    "unknown model": text(of_unknown_model),
    "no day": value("partnerships.user", "date_joined", "yesterday"),
    "no flag": value("partnerships.user", "is_staff", "perhaps"),
    "no number": value("partnerships.milestone", "partnership_id", "one"),
    "reference to nothing": value("auth.permission", "content_type_id", 987),
    "no file": Path.unlink,
    "directory": lambda path: (path.unlink(), path.mkdir()),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_file_is_refused_and_changes_nothing(backup, untouched, damage):
    DAMAGES[damage](backup)
    with working_on(untouched):
        before = rows()
        assert refusal(restore, backup)
        assert rows() == before
        assert problems() == []


@pytest.mark.parametrize(
    ("label", "column", "new", "found"),
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
    backup, untouched, label, column, new, found
):
    value(f"partnerships.{label}", column, new)(backup)
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
        assert " is not empty. Restore into" in sentence
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
    value("partnerships.historicalmilestone", "place", "Rome")(backup)
    with working_on(source):
        factories.partnership("japan")
        before = rows()
        assert refusal(restore, backup, replace=True)
        assert rows() == before
        assert problems() == []
