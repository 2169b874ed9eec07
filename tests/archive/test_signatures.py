"""Backups are signed, go through anchors that were kept elsewhere, and name accounts."""

import shutil
import subprocess

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError

from partnerships.ledger import sealing, signing
from partnerships.ledger.faults import NOT_THE_OWNER
from partnerships.models import User
from tests.archive import is_of, lines, problems, rows, write
from tests.ledger.databases import working_on

pytestmark = pytest.mark.slow("builds databases and copies them")


def run(*arguments, **options):
    call_command(*map(str, arguments), **options)


def complaint(*arguments, **options):
    with pytest.raises(CommandError) as error:
        run(*arguments, **options)
    return str(error.value)


def changed(path):
    """The backup with another last byte, which gzip does not look at."""
    path.write_bytes(path.read_bytes() + b"\0")


@pytest.mark.once
def test_signature_is_checked_by_openssl_alone(backup, tmp_path):
    if not shutil.which("openssl"):
        pytest.skip("openssl is not there")
    (tmp_path / "public.pem").write_text(signing.public_key())
    verify = ["openssl", "pkeyutl", "-verify", "-pubin", "-rawin"]
    verify += ["-inkey", tmp_path / "public.pem", "-in", backup]
    verify += ["-sigfile", f"{backup}.sig"]
    assert subprocess.run(verify, check=False, capture_output=True).returncode == 0
    changed(backup)
    assert subprocess.run(verify, check=False, capture_output=True).returncode != 0


def test_changed_backup_is_refused_and_nothing_is_loaded(backup, untouched):
    changed(backup)
    with working_on(untouched):
        before = rows()
        for options in ({}, {"replace": True}, {"list": True}):
            said = complaint("restore", backup, **options)
            assert "is signed by none of the keys" in said
        assert rows() == before


def test_backup_without_a_signature_is_refused_unless_told(backup, target, capsys):
    backup.with_name(f"{backup.name}.sig").unlink()
    with working_on(target):
        said = complaint("restore", backup)
        assert "has no signature" in said and "--unsigned" in said
        run("restore", backup, unsigned=True)
    assert "No signature checked: --unsigned." in capsys.readouterr().out


def test_backup_of_another_tracker_needs_its_key(
    backup, target, tmp_path, settings, capsys
):
    theirs = tmp_path / "theirs.pem"
    theirs.write_text(signing.public_key())
    settings.LOCAL, settings.SIGNING_KEY = True, tmp_path / "ours.pem"
    with working_on(target):
        assert "another tracker signed it" in complaint("restore", backup)
        no_key = complaint("restore", backup, key=tmp_path / "missing.pem")
        assert no_key == f"{tmp_path / 'missing.pem'} cannot be read as a key."
        run("restore", backup, key=theirs)
    said = capsys.readouterr().out
    assert "The signature is right." in said
    assert "add its public key to the file of FORMER_KEYS." in said


def test_backup_by_a_former_key_is_restored_and_whole(
    backup, target, tmp_path, settings, capsys
):
    theirs = settings.FORMER_KEYS = tmp_path / "former.pem"
    theirs.write_text(signing.public_key())
    settings.LOCAL, settings.SIGNING_KEY = True, tmp_path / "ours.pem"
    with working_on(target):
        run("restore", backup)
        run("verify_audit")
    said = capsys.readouterr().out
    assert "The signature is right." in said and "FORMER_KEYS" not in said


def test_file_of_the_key_that_holds_none_is_named(backup, tmp_path):
    (tmp_path / "theirs.pem").write_text("")
    said = complaint("restore", backup, key=tmp_path / "theirs.pem")
    assert "There is no public key in" in said


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "No such file or directory"),
        (b"\x1f\x8b\x08", "it is cut off or damaged"),
    ],
)
def test_file_that_is_no_backup_is_named_in_a_sentence(tmp_path, content, why):
    path = tmp_path / "backup.jsonl.gz"
    if content:
        path.write_bytes(content)
    said = complaint("restore", path, unsigned=True, list=True)
    assert said == f"{path} cannot be read as a backup: {why}."


def test_site_without_a_key_says_that_it_checks_none(backup, target, settings, capsys):
    settings.SIGNING_KEY = None
    with working_on(target):
        run("restore", backup)
    assert (
        "No signature checked: this site has no key in SIGNING_KEY"
        in capsys.readouterr().out
    )


def test_site_without_a_key_signs_nothing(filled, tmp_path, settings):
    settings.SIGNING_KEY = None
    with working_on(filled):
        run("backup", tmp_path / "plain")
    assert (tmp_path / "plain").exists()
    assert not (tmp_path / "plain.sig").exists()


def test_key_that_cannot_be_read_leaves_no_file(filled, tmp_path, settings):
    settings.LOCAL, settings.SIGNING_KEY = False, tmp_path / "missing.pem"
    with working_on(filled):
        assert "SIGNING_KEY" in complaint("backup", tmp_path / "plain")
    assert not [*tmp_path.glob("plain*")]


def test_restore_holds_the_trail_to_anchors(backup, source, target):
    with working_on(source):
        head = sealing.head()
    wrong = sealing.Head(head.number, "0" * 64)
    late = sealing.Head(head.number + 9, head.seal)
    with working_on(target):
        before = rows()
        for anchor in (wrong, late):
            said = complaint("restore", backup, "--anchor", head, "--anchor", anchor)
            assert "The trail in the backup is not whole" in said
            assert rows() == before
        bad = complaint("restore", backup, "--anchor", "12")
        assert "write an anchor as its number" in bad
        run("restore", backup, "--anchor", head)
        assert problems() == []


def smuggled(path):
    """The backup with one account more, a copy of the first with every right."""
    found = lines(path)
    place = next(n for n, line in enumerate(found) if is_of(line, "partnerships.user"))
    names = [field.attname for field in User._meta.concrete_fields]
    row = dict(zip(names, found[place][1], strict=True))
    row |= {"id": 99, "username": "mallory", "public_name": "", "search_name": ""}
    row |= {"is_superuser": True, "is_active": False}
    found.insert(place + 1, ["partnerships.user", [row[name] for name in names]])
    found[-1]["rows"] += 1
    write(path, found)


def test_one_account_more_is_seen_and_refused(backup, untouched, capsys):
    smuggled(backup)
    with working_on(untouched):
        before = rows()
        run("restore", backup, unsigned=True, list=True)
        assert capsys.readouterr().out.splitlines()[1:] == [
            *("Accounts in it:", "1 ed: Editor"),
            "99 mallory: Administrator, deactivated",
        ]
        said = complaint("restore", backup, unsigned=True)
        assert "account: account 99 is not on record" in said
        assert rows() == before


def test_site_without_a_key_says_so_of_a_strange_signature(
    backup, target, settings, tmp_path
):
    settings.FORMER_KEYS = tmp_path / "former.pem"
    own, settings.SIGNING_KEY = settings.SIGNING_KEY, tmp_path / "other.pem"
    settings.FORMER_KEYS.write_text(signing.public_key())
    settings.SIGNING_KEY = own
    with working_on(target):
        settings.SIGNING_KEY = None
        assert "this site, which has no SIGNING_KEY," in complaint("restore", backup)


def test_file_that_may_not_be_read_is_named_with_who_may_not(
    backup, target, monkeypatch
):
    def refuse(path, *args, **kwargs):
        raise PermissionError(13, "Permission denied", str(path))

    with working_on(target):
        monkeypatch.setattr("pathlib.Path.exists", refuse)
        said = complaint("restore", backup)
    assert said.startswith(
        f"The user {signing.user_of_process()} may not read {backup}; put"
    )


def test_role_that_may_not_restore_is_sent_to_the_owner(backup, target, monkeypatch):
    def refuse(*args, **kwargs):
        cause = Exception("permission denied for table")
        cause.sqlstate = "42501"
        raise ProgrammingError("permission denied for table") from cause

    monkeypatch.setattr("partnerships.actions.backup._empty", refuse)
    with working_on(target):
        assert complaint("restore", backup) == NOT_THE_OWNER
