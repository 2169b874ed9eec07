"""The role of each account is on record, whichever road gives it or takes it away, and
nobody but administrators sees it."""

import io
from datetime import date

import pytest
import time_machine
from django.contrib.auth.models import Group, Permission
from django.core import serializers
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from partnerships.actions.undoing import UndoRefused, undo
from partnerships.ledger import context, sealing, verifying
from partnerships.ledger.redacting import redact
from partnerships.log.operations import done_by
from partnerships.models import LedgerEntry, Role, RoleAssignment, User
from partnerships.models.role_assignment import note_earlier_roles
from partnerships.selectors.accounts import account_problems
from tests import factories
from tests.admin import as_shown, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(db):
    return factories.user("chief", is_superuser=True, public_name="Chief Berg")


@pytest.fixture
def as_chief(client, chief):
    client.force_login(chief)


def told(user):
    """What the trail has of what an account may do, oldest first, after its making,
    which is without a role but of an administrator."""
    rows = RoleAssignment.history.filter(account=user.pk).order_by("history_id")
    both = [(row.role, row.is_active) for row in rows]
    changes = [
        one for one, before in zip(both, [NONE, *both], strict=False) if one != before
    ]
    return changes


def group(name):
    return Group.objects.get(name=name)


def save(user, **values):
    for name, value in values.items():
        setattr(user, name, value)
    user.save(update_fields=[*values])


EDITOR, NONE = ("editor", True), ("none", True)
PUBLISHER, ADMINISTRATOR = ("publisher", True), ("administrator", True)

#: What is done to an editor, and what it puts on record.
ROADS = {
    "add": (lambda u: u.groups.add(group("publisher")), [PUBLISHER]),
    "add less": (lambda u: u.groups.add(group("viewer")), []),
    "add again": (lambda u: u.groups.add(group("editor")), []),
    "remove": (lambda u: u.groups.remove(group("editor")), [NONE]),
    "set": (lambda u: u.groups.set([group("publisher")]), [NONE, PUBLISHER]),
    "clear": (lambda u: u.groups.clear(), [NONE]),
    "add to group": (lambda u: group("publisher").user_set.add(u), [PUBLISHER]),
    "remove from group": (lambda u: group("editor").user_set.remove(u), [NONE]),
    "set group": (lambda u: group("editor").user_set.set([]), [NONE]),
    "clear group": (lambda u: group("editor").user_set.clear(), [NONE]),
    "delete group": (lambda u: group("editor").delete(), [NONE]),
    "delete groups": (lambda u: Group.objects.all().delete(), [NONE]),
    "save": (lambda u: save(u, is_superuser=True), [ADMINISTRATOR]),
    "save inactive": (lambda u: save(u, is_active=False), [("editor", False)]),
    "save name": (lambda u: save(u, public_name="Ann Berg"), []),
    "update": (lambda u: User.objects.update(is_superuser=True), [ADMINISTRATOR]),
    "update inactive": (
        lambda u: User.objects.filter(pk=u.pk).update(is_active=False),
        [("editor", False)],
    ),
    "assign": (lambda u: u.assign(Role.PUBLISHER), [PUBLISHER]),
    "assign none": (lambda u: u.assign(Role.NONE), [NONE]),
    "assign administrator": (lambda u: u.assign(Role.ADMINISTRATOR), [ADMINISTRATOR]),
}


@pytest.mark.parametrize("road", ROADS)
def test_every_road_puts_the_role_on_record(editor, road):
    take, told_since = ROADS[road]
    take(editor)
    assert told(editor) == [EDITOR, *told_since]
    stored = User.objects.get(pk=editor.pk)
    assert stored.is_staff is (stored.role != Role.NONE)
    newest = RoleAssignment.objects.get(account=editor.pk)
    assert (newest.role, newest.is_active) == (stored.role, stored.is_active)
    sealing.seal()
    assert list(verifying.problems()) == []


@pytest.mark.parametrize("old", [r for r in Role if r != Role.NONE])
@pytest.mark.parametrize("new", Role)
def test_one_change_of_role_is_one_entry(old, new):
    someone = User(username="someone")
    someone.assign(old)
    someone.assign(new)
    once = [(old, True)]
    assert told(someone) == (once if old == new else [*once, (new, True)])
    assert User.objects.get().role == someone.role == new


@pytest.mark.parametrize(
    ("make", "role"),
    [
        (lambda: call_command("create_editor", stdout=io.StringIO()), "publisher"),
        (
            lambda: call_command(
                "createsuperuser", interactive=False, username="c", email="c@d.eu"
            ),
            "administrator",
        ),
        (lambda: User.objects.create_superuser("c"), "administrator"),
        (
            lambda: User.objects.bulk_create([User(username="c", is_superuser=True)]),
            "administrator",
        ),
    ],
    ids=["create_editor", "createsuperuser", "create_superuser", "bulk_create"],
)
def test_first_role_is_on_record(make, role):
    make()
    assert told(User.objects.get()) == [(role, True)]


def test_account_of_a_fixture_is_on_record(chief):
    text = serializers.serialize("json", [chief]).replace("chief", "other")
    text = text.replace(f'"pk": {chief.pk}', f'"pk": {chief.pk + 1}')
    text = text.replace("Chief Berg", "").replace("other berg", "")
    for loaded in serializers.deserialize("json", text):
        loaded.save()
    assert told(User.objects.get(username="other")) == [ADMINISTRATOR]


def test_account_without_a_role_is_on_record_from_its_making():
    made = factories.user("nobody", public_name="No Body")
    (row,) = RoleAssignment.history.filter(account=made.pk)
    assert (row.role, row.is_active, row.public_name) == ("none", True, "No Body")


def noted(user):
    return RoleAssignment.history.filter(account=user.pk).order_by("history_id")


def renamed(user):
    save(user, username="other")


def opened_anew(user):
    user.set_password("another passphrase")
    user.save()


def named(user):
    user.public_name = "Ann Berg"
    user.save()


@pytest.mark.parametrize(
    ("change", "column"),
    [
        (renamed, "login"),
        (opened_anew, "login"),
        (lambda u: User.objects.filter(pk=u.pk).update(password="x"), "login"),
        (named, "public_name"),
    ],
)
def test_new_name_and_new_password_are_on_record(editor, change, column):
    change(editor)
    *_, before, after = noted(editor)
    assert getattr(before, column) != getattr(after, column)
    assert editor.password not in str(vars(after)) and "editor" not in after.login
    assert (before.role, after.role) == ("editor", "editor")


def test_password_by_the_command_is_on_record_with_its_name(editor, monkeypatch):
    context._current.set(None)  # as from a shell
    monkeypatch.setattr("getpass.getpass", lambda prompt="": "another passphrase 1")
    monkeypatch.setattr("sys.argv", ["/srv/manage.py", "changepassword", "editor"])
    call_command("changepassword", "editor", stdout=io.StringIO())
    row = noted(editor).last()
    assert row.history_actor == "Command line"
    assert row.history_change_reason == "manage.py changepassword"


def test_login_is_no_change_of_role(client, editor):
    sent = {"username": "editor", "password": "a long passphrase"}
    assert client.post("/admin/login/?next=/admin/", sent).status_code == 302
    assert told(editor) == [EDITOR]


def test_command_says_its_name():
    context._current.set(None)  # as from a shell
    call_command("create_editor", stdout=io.StringIO())
    for row in RoleAssignment.history.all():
        assert (row.history_actor, row.history_user_id) == ("create_editor", None)


def test_role_is_not_given_without_its_record(editor, monkeypatch):
    def fail(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr(RoleAssignment, "save", fail)
    editor.is_superuser = True
    for road in (editor.save, lambda: editor.groups.clear()):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            road()
    stored = User.objects.get(pk=editor.pk)
    assert not stored.is_superuser and stored.role == Role.EDITOR


def test_record_holds_the_number_of_the_account_and_what_is_public(editor):
    names = {field.name for field in RoleAssignment._meta.concrete_fields}
    assert names == {"id", "account", "role", "is_active", "public_name", "login"}
    assert RoleAssignment.PUBLIC == ()


# Accounts from before


def forget(*accounts):
    """Leave these accounts as they were before roles were on record."""
    RoleAssignment.objects.filter(account__in=[a.pk for a in accounts]).delete()


def test_migrating_notes_the_roles_of_accounts_that_are_there(editor, chief):
    forget(editor, chief)
    note_earlier_roles(using="default")
    newest = RoleAssignment.history.filter(history_type="+").order_by("-history_id")[:2]
    assert {(row.account, row.role) for row in newest} == {
        (editor.pk, "editor"),
        (chief.pk, "administrator"),
    }
    assert {row.history_actor for row in newest} == {"Migration"}
    assert {row.history_kind for row in newest} == {"import"}
    before = RoleAssignment.history.count()
    note_earlier_roles(using="default")
    assert RoleAssignment.history.count() == before


def test_migrating_notes_what_was_done_behind_djangos_back(editor):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM partnerships_user_groups")
    note_earlier_roles(using="default")
    assert told(editor) == [EDITOR, NONE]
    assert not User.objects.get().is_staff


# In the admin


def history(client, account):
    page = client.get(url(User, "history", account.pk))
    return [
        (
            change.by,
            change.reason,
            *((field.label, field.old, field.new) for field in change.fields),
        )
        for change in page.context["changes"]
    ]


def test_history_of_an_account_says_who_gave_which_role_and_why(
    client, as_chief, editor
):
    context._current.set(None)
    form = as_shown(client.get(url(User, "change", editor.pk)))
    sent = form | {"role": "publisher", "change_reason": "She runs the desk now."}
    client.post(url(User, "change", editor.pk), sent)
    del form["is_active"]
    client.post(url(User, "change", editor.pk), form | {"role": "publisher"})
    sealing.seal()
    deactivated, promoted, first, made = history(client, editor)
    assert deactivated == ("Chief Berg", "", ("Active", True, False))
    assert promoted == (
        *("Chief Berg", "She runs the desk now."),
        ("Role", "Editor", "Publisher"),
    )
    assert ("Role", "No role", "Editor") in first
    assert ("Role", None, "No role") in made
    text = client.get(url(User, "history", editor.pk)).text
    assert "Times at the desk" in text and "Editor → Publisher" in text


@pytest.mark.parametrize("who", ["viewer", "editor", "publisher"])
def test_history_of_an_account_is_for_administrators(client, request, chief, who):
    client.force_login(request.getfixturevalue(who))
    assert client.get(url(User, "history", chief.pk)).status_code == 403


def test_role_is_not_undone_like_the_record(client, as_chief, chief, editor):
    form = as_shown(client.get(url(User, "change", editor.pk)))
    client.post(url(User, "change", editor.pk), form | {"role": "viewer"})
    sealing.seal()
    assert done_by(chief) == []
    operation = LedgerEntry.objects.latest("number").operation
    with pytest.raises(UndoRefused, match="on the account's page"):
        undo(operation, by=chief, reason="Back")
    client.force_login(factories.user("p", groups=["publisher"]))
    assert client.get(f"/admin/undo/{operation}/").status_code == 403


# Nowhere in public

EVERYWHERE = [
    "/",
    "/changes/",
    "/changes.atom",
    "/data/",
    "/data/changes.csv",
    "/data/changes.json",
    "/api/v1/changes/",
    "/api/v1/statistics/",
    "/partnerships/norway/",
    "/partnerships/norway/changes/",
]


def test_roles_are_nowhere_in_public(client, chief):
    record = factories.partnership()
    factories.claim(factories.milestone(record), "2024-05-28")
    sealing.seal()
    with context.change(user=chief, reason="Zanzibar", kind="editorial"):
        someone = factories.user("x", groups=["editor"])
        someone.assign(Role.PUBLISHER)
    sealing.seal()
    own = LedgerEntry.objects.filter(record="roleassignment")
    assert own.count() == 4
    for number in own.values_list("number", flat=True):
        assert client.get(f"/api/v1/changes/{number}/").status_code == 404
    hidden = [f"/changes/{number}/" for number in own.values_list("number", flat=True)]
    for path in [*EVERYWHERE, *hidden]:
        answer = client.get(path)
        assert answer.status_code == 200, path
        text = b"".join(answer) if answer.streaming else answer.content
        for word in (b"Zanzibar", b"oleassignment", b"role assignment", b"Chief Berg"):
            assert word not in text, (path, word)
    operation = own.latest("number").operation
    asked = client.get("/api/v1/changes/", {"operation": str(operation)}).json()
    assert asked["count"] == 0
    assert client.get("/api/v1/changes/").json()["count"] == 5


def test_dictionary_and_schema_have_no_word_of_it(client):
    for path in ("/data/", "/api/v1/schema/"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert b"roleassignment" not in answer.content.lower()
        assert b"role assignment" not in answer.content.lower()


# Who could do what, and what nobody recorded


def test_command_says_who_could_publish_on_a_day(chief):
    editor = User(username="editor")
    with time_machine.travel("2026-03-02 12:00Z", tick=False):
        editor.assign(Role.EDITOR)
    by_chief = context.change(user=chief, reason="She runs the desk.")
    with time_machine.travel("2026-03-05 12:00Z", tick=False), by_chief:
        editor.assign(Role.PUBLISHER)

    def said(**options):
        call_command("accounts", **options, stdout=(out := io.StringIO()))
        return out.getvalue().splitlines()

    begun = f"{editor.pk} editor: Editor, since 2026-03-02 12:00 UTC by nobody by name"
    assert said(on=date(2026, 3, 1)) == ["There was no account on 2026-03-01."]
    assert said(on=date(2026, 3, 4)) == [f"{begun}: Test"]
    assert said()[1] == (
        f"{editor.pk} editor: Publisher, since 2026-03-05 12:00 UTC by Chief Berg: "
        "She runs the desk."
    )


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("30.11.2026", "write the day as in 2026-11-30"),
        ("9999-01-01", "9999-01-01 is still to come; write a day up to today"),
    ],
)
def test_command_says_which_day_it_takes(db, day, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("accounts", "--on", day)


LOGIN = "its login (user name, password or second factor) is not"
BEHIND = [
    ("UPDATE partnerships_user SET is_superuser = TRUE", "its role is not"),
    ("UPDATE partnerships_user SET password = 'x'", LOGIN),
    ("UPDATE partnerships_user SET username = 'x'", LOGIN),
    ("UPDATE partnerships_user SET public_name = 'x'", "its public name is not"),
    ("UPDATE partnerships_user SET is_active = FALSE", "its active is not"),
    ("DELETE FROM partnerships_user_groups", "its role is not"),
]


@pytest.mark.parametrize(("statement", "text"), BEHIND)
def test_account_changed_by_sql_is_a_problem(editor, statement, text):
    assert list(account_problems()) == []
    with connection.cursor() as cursor:
        cursor.execute(statement)
    (problem,) = account_problems()
    assert f"account: account {editor.pk}: {text}" in str(problem)
    with pytest.raises(CommandError, match="One problem"):
        call_command("verify_audit", stdout=(out := io.StringIO()))
    assert text in out.getvalue()


def test_account_made_or_unmade_by_sql_is_a_problem(editor, viewer):
    permission = Permission.objects.get(codename="publish_partnership")
    editor.user_permissions.add(permission)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM partnerships_user_groups")
        cursor.execute("DELETE FROM partnerships_user WHERE id = %s", [viewer.pk])
        cursor.execute(
            "INSERT INTO partnerships_user (username, password, is_superuser, email,"
            " is_staff, is_active, date_joined, public_name, search_name, time_zone)"
            " VALUES ('m', 'x', TRUE, '', TRUE, TRUE, '2026-01-01', '', '', 'UTC')"
        )
    said = " / ".join(map(str, account_problems()))
    assert "may do more than its role" in said
    assert f"account {viewer.pk} is on record, and is gone" in said
    assert f"account {User.objects.get(username='m').pk} is not on record" in said


def test_public_name_is_blacked_out_of_the_record():
    someone = factories.user("someone", public_name="Jane Doe", groups=["editor"])
    save(someone, public_name="")
    sealing.seal()
    made = LedgerEntry.objects.filter(record="roleassignment").earliest("number")
    redact(number=made.number, field="public_name")
    sealing.seal()
    assert list(verifying.problems()) == []
    for rows in (RoleAssignment.history, LedgerEntry.objects):
        assert "Jane" not in str([*rows.values()])
