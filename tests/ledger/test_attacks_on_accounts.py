"""Somebody wants to be allowed what nobody gave them, and no record of it; or brings an
account in by way of a backup."""

import gzip
import json
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.db.migrations.exceptions import IrreversibleError

from partnerships.ledger import context
from partnerships.models import User
from tests.ledger.databases import on_postgresql, sql
from tests.ledger.tampering import forging
from tests.ledger.tampering.forging import LEDGER
from tests.ledger.tampering.hands import outcome, query, refused_or_named, verified

pytestmark = pytest.mark.slow("builds databases")

USER, GROUPS = "partnerships_user", "partnerships_user_groups"


@pytest.fixture
def jane(tracker):
    """An editor."""
    return User.objects.get(username="jane").pk


def by_site(site, statement, *params):
    def attack():
        with site():
            sql(statement, *params)

    return attack


# By SQL


@pytest.mark.parametrize(
    "values",
    ["is_superuser = %s", "is_active = NOT %s", "public_name = 'Pat' || %s"],
)
def test_account_is_more_than_anybody_made_it(site, jane, values):
    attack = by_site(site, f"UPDATE {USER} SET {values} WHERE id = {jane}", True)
    refused_or_named(attack, f"ccount {jane}|roleassignment")


def test_account_that_left_is_back(site):
    statement = f"UPDATE {USER} SET is_active = %s WHERE NOT is_active"
    refused_or_named(by_site(site, statement, True), "ccount |roleassignment")


def test_password_is_another(site, jane):
    """Whoever sets it may then do all in Jane's name."""
    statement = f"UPDATE {USER} SET password = 'md5$x$y' WHERE id = {jane}"
    refused_or_named(by_site(site, statement), f"ccount {jane}|roleassignment")


def test_account_is_of_another_group(site, jane):
    publishers = "SELECT id FROM auth_group WHERE name = 'publisher'"
    statement = (
        f"INSERT INTO {GROUPS} (user_id, group_id) SELECT {jane}, ({publishers})"
    )
    refused_or_named(by_site(site, statement), f"ccount {jane}|roleassignment")


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO partnerships_user_user_permissions (user_id, permission_id)"
        " SELECT {0}, id FROM auth_permission WHERE codename = 'publish_partnership'",
        "INSERT INTO auth_group_permissions (group_id, permission_id)"
        " SELECT g.id, p.id FROM auth_group g, auth_permission p WHERE"
        " g.name = 'viewer' AND p.codename = 'change_partnership'",
        "UPDATE auth_group SET name = 'publishers' WHERE name = 'publisher'",
    ],
    ids=["of an account", "of a group", "group renamed"],
)
def test_right_is_given_by_nobody(site, jane, statement):
    attack = by_site(site, statement.format(jane))
    refused_or_named(attack, "ccount |permission|group|right|role")


def test_account_is_made_by_nobody(site):
    columns = "password, is_superuser, username, email, is_staff, is_active"
    columns += ", date_joined, public_name, search_name, time_zone"
    statement = (
        f"INSERT INTO {USER} ({columns}) SELECT password, %s, 'intruder', email, %s,"
        f" %s, date_joined, 'x', 'x', time_zone FROM {USER} WHERE username = 'jane'"
    )
    attack = by_site(site, statement, True, True, True)
    refused_or_named(attack, "ccount |roleassignment")


@on_postgresql
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM django_admin_log",
        "UPDATE django_admin_log SET change_message = ''",
        "TRUNCATE django_admin_log",
        "UPDATE django_migrations SET applied = now()",
    ],
)
def test_log_of_the_admin_is_emptied(site, statement):
    assert outcome(by_site(site, statement)).refused


# By commands and by the admin


def entries_of(account) -> int:
    [(count,)] = query(
        f"SELECT count(*) FROM {LEDGER} e JOIN partnerships_roleassignment r"
        " ON r.id = e.object_id WHERE e.record = 'roleassignment' AND r.account = %s",
        account.pk,
    )
    return count


def test_administrator_that_a_command_made_is_on_record(tracker):
    name = ["--username=root", "--email=root@example.org", "--noinput"]
    call_command("createsuperuser", *name, stdout=StringIO())
    assert entries_of(User.objects.get(username="root")) == 1


def test_who_gave_which_role_is_on_record(tracker, client):
    boss = User.objects.get(username="boss")
    jane = User.objects.get(username="jane")
    before = entries_of(jane)
    with context.change(user=boss, reason="She asked", kind="editorial"):
        jane.assign("publisher")
    assert entries_of(jane) == before + 1
    [(private,)] = query(
        f"SELECT private FROM {LEDGER} WHERE record = 'roleassignment'"
        " ORDER BY id DESC LIMIT 1"
    )
    said = json.loads(private)
    assert said["user"] == boss.pk
    assert said["values"]["role"] == "publisher"


def test_two_accounts_are_not_of_one_name(tracker):
    pat = User.objects.get(username="pat")
    pat.public_name = "  Jane\u00a0Doe"
    with pytest.raises((ValidationError, IntegrityError)):
        pat.full_clean()
        pat.save()


# Backups and migrations


@pytest.fixture
def backup(tracker, tmp_path):
    file = tmp_path / "backup.jsonl.gz"
    call_command("backup", str(file), stdout=StringIO())
    return file


def restored(file, *options) -> str:
    """What the command prints; why it fails."""
    out = StringIO()
    try:
        call_command("restore", str(file), "--replace", *options, stdout=out)
    except CommandError as error:
        return f"refused: {error}"
    return out.getvalue()


def test_backup_brings_an_account_in(backup):
    lines = gzip.decompress(backup.read_bytes()).decode().splitlines()
    [one] = [n for n, text in enumerate(lines) if '"boss"' in text]
    row = lines[one].replace('"boss"', '"intruder"')
    number = User.objects.get(username="boss").pk
    lines.insert(one + 1, row.replace(f"{number}", "77", 1))
    count = json.loads(lines[-1])["rows"] + 1
    text = "\n".join([*lines[:-1], json.dumps({"rows": count}), ""])
    backup.write_bytes(gzip.compress(text.encode()))
    said = restored(backup)
    assert said.startswith("refused") or "intruder" in said


def test_backup_is_of_another_chain(backup):
    """Its own header cannot be the only anchor."""
    number = forging.head().partition(":")[0]
    said = restored(backup, f"--anchor={number}:{'a' * 64}")
    assert said.startswith("refused")


def test_history_is_rewritten_while_nothing_watches_it(tracker):
    """Back to before the trail, and forward again."""
    with pytest.raises((IrreversibleError, CommandError)):
        call_command("migrate", "partnerships", "0002", verbosity=0)
    assert verified()[0]
