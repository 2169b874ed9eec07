"""No route of the admin lets anybody change anything who may only look."""

import re

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver

from partnerships.ledger import sealing
from partnerships.ledger.registry import tracked
from partnerships.models import Checkpoint, LedgerEntry, Partnership, User, Verification
from tests import factories
from tests.admin import RECORD, as_shown, form_url, one_of_each, stored, url

pytestmark = [
    pytest.mark.once,
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.usefixtures("sealed_at_once"),
]

TOKEN = "a" * 32
ACTIONS = ["publish", "unpublish", "delete_selected", "export", ""]
SENT = {
    "csrfmiddlewaretoken": TOKEN,
    "change_kind": "correction",
    "change_reason": "Because",
    "reason": "Because",
    "post": "yes",
    "history_change_reason": "Because",
}
WORDS = ["name", "title", "place", "ruling", "wording", "official_name", "note", "slug"]
NEW = {"_save": "Save"} | dict.fromkeys([*WORDS, "key", "text"], "x")


class Browser(Client):
    """A browser that sends its token, and that sees a server error as a reader would."""

    def __init__(self, someone=None):
        super().__init__(enforce_csrf_checks=True, raise_request_exception=False)
        self.someone = someone

    def send(self, path, data=(), method="post"):
        """Send this once, logged in as the one whose browser it is."""
        session = self.cookies.get(settings.SESSION_COOKIE_NAME)
        if self.someone and not (session and session.value):
            self.force_login(self.someone)
        self.cookies[settings.CSRF_COOKIE_NAME] = TOKEN
        token = {"headers": {"X-CSRFToken": TOKEN}}
        return getattr(self, method)(path, SENT | dict(data), **token)


def routes():
    """The addresses of the admin, as patterns."""

    def below(patterns, start):
        for pattern in patterns:
            route = start + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from below(pattern.url_patterns, route)
            else:
                yield route

    found = below(get_resolver().url_patterns, "/")
    return sorted(route for route in found if route.startswith("/admin/"))


def filled_in(route, record):
    """The address of this record at a route, as far as the route names one."""
    values = {
        "app_label": record._meta.app_label,
        "content_type_id": ContentType.objects.get_for_model(record).pk,
        "url": "",
    }
    for found in re.findall(r"<(?:\w+:)?(\w+)>", route):
        values.setdefault(found, record.pk)
    route = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", route).strip("^")
    filled = re.sub(r"<(?:\w+:)?(\w+)>", lambda m: str(values[m[1]]), route)
    return filled.replace("^", "").replace("$", "").replace("\\Z", "")


def addresses(records):
    """Each address of the admin, for the records that it can be about."""
    of_model = {f"/{r._meta.app_label}/{r._meta.model_name}/": r for r in records}
    found = set()
    for route in routes():
        own = [record for prefix, record in of_model.items() if prefix in route]
        found |= {filled_in(route, record) for record in own or records}
    history = {address for address in found if "history" in address}
    return sorted(
        found | {f"{h}{more}" for h in history for more in ("1/", "1/revert/")}
    )


def chosen(action, record):
    """What is sent when this action is chosen for this row of the list."""
    return {"action": action, "_selected_action": [record.pk], "index": 0}


def everything():
    """All rows of the record, of its history, of the trail, and of who may do what."""
    tables = [table.history for table in tracked().values()]
    tables += [LedgerEntry, Checkpoint, Verification, Group, LogEntry]
    tables += [User.groups.through, User.user_permissions.through]
    people = User.objects.order_by("pk").defer("last_login").values()
    return stored() | {
        **{table: list(table.objects.order_by("pk").values()) for table in tables},
        User: [person | {"last_login": None} for person in people],
    }


@pytest.fixture(scope="module", params=[True, False], ids=["published", "draft"])
def made(request, for_module):
    """Something of every kind, and the accounts."""
    with transaction.atomic():
        someone = factories.user("someone", public_name="Ann Berg")
        record = one_of_each(published=request.param)
        sealing.seal()
        yield [*record, someone, Group.objects.get(name="publisher")]
        transaction.set_rollback(True)


@pytest.fixture
def records(made, db):
    return made


@pytest.fixture(params=["viewer", "anonymous", "guest"])
def reader(request):
    """Of one who may look, of nobody, of one who has an account but no place here."""
    if request.param == "anonymous":
        return Browser()
    if request.param == "guest":
        return Browser(factories.user("guest"))
    return Browser(request.getfixturevalue("viewer"))


@pytest.fixture(scope="module")
def forms(made):
    """What a publisher would send for each record, with something changed."""
    client, found = Client(), {}
    client.force_login(factories.user("writer", groups=["publisher"]))
    sealing.seal()
    for record in made:
        if type(record) in RECORD:
            shown = as_shown(client.get(form_url(record)))
            found[record] = shown | {k: v for k, v in NEW.items() if k in shown}
            found[record]["_save"] = "Save"
    return found


def test_routes_of_every_model_are_found(records):
    found = addresses(records)
    for record in records:
        if type(record) in RECORD:
            for view in ("change", "delete", "history"):
                assert url(type(record), view, record.pk) in found
            for view in ("add", "changelist"):
                assert url(type(record), view) in found
    assert not [address for address in found if re.search(r"[<>()^$?]", address)]


def test_what_is_sent_would_change_a_record_if_a_publisher_sent_it(publisher, forms):
    changed = 0
    for record, form in forms.items():
        before = everything()
        answer = Browser(publisher).send(form_url(record), form)
        changed += answer.status_code == 302 and everything() != before
    assert changed >= 5


@pytest.mark.parametrize("made", [False], ids=["draft"], indirect=True)
@pytest.mark.parametrize(("action", "published"), [("publish", 0), ("unpublish", 1)])
def test_action_that_is_sent_would_be_done_for_a_publisher(
    publisher, records, action, published
):
    record = factories.partnership("albania", published=bool(published))
    Browser(publisher).send(url(Partnership, "changelist"), chosen(action, record))
    record.refresh_from_db()
    assert record.is_published is not bool(published)


def test_without_its_token_nothing_is_taken_at_all(publisher, forms):
    browser = Browser(publisher)
    for record, form in forms.items():
        browser.force_login(publisher)
        assert browser.post(form_url(record), form).status_code == 403


def test_no_route_changes_anything(reader, records):
    found, before = addresses(records), everything()
    for address in found:
        answer = reader.send(address, NEW)
        assert answer.status_code < 500, address
    assert everything() == before


def test_no_form_changes_anything(reader, forms):
    before = everything()
    for record, form in forms.items():
        for view in ("change", "delete", "history"):
            address = url(type(record), view, record.pk)
            assert_refused(
                reader.send(address, form), reader, can_look=view == "history"
            )
        assert_refused(reader.send(url(type(record), "add"), form), reader)
    assert everything() == before


def assert_refused(answer, reader, can_look=False):
    """A viewer, who is told so but may look; anybody else, who has to log in, and whose
    text is kept if nobody is logged in."""
    if reader.someone and reader.someone.is_staff:
        assert answer.status_code == (200 if can_look else 403)
    elif reader.someone is None and answer.wsgi_request.method == "POST":
        assert answer.status_code == 403
        assert "Your session has ended" in answer.text
    else:
        assert answer.status_code == 302
        assert answer.url.startswith("/admin/login/?next=")


@pytest.mark.parametrize("view", ["add", "delete"])
def test_no_page_to_add_or_delete_is_shown(reader, records, view):
    for record in records:
        if type(record) in RECORD:
            key = [record.pk] if view == "delete" else []
            address = url(type(record), view, *key)
            assert_refused(reader.send(address, method="get"), reader)


def test_no_action_changes_anything(reader, records):
    before = everything()
    for record in records:
        if type(record) in RECORD:
            for action in ACTIONS:
                address = url(type(record), "changelist")
                answer = reader.send(address, chosen(action, record))
                assert answer.status_code < 500, (record, action)
    assert everything() == before


@pytest.mark.parametrize("made", [False], ids=["draft"], indirect=True)
@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_no_other_method_changes_anything(viewer, records, method):
    found, before = addresses(records), everything()
    reader = Browser(viewer)
    for address in found:
        answer = reader.send(address, method=method)
        assert answer.status_code < 500, address
    assert everything() == before


def test_row_of_a_list_cannot_be_edited_in_place(reader, records):
    record = Partnership.objects.get()
    before = everything()
    rows = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": record.pk}
    rows |= {"form-0-title": "x", "form-0-is_published": "on"}
    reader.send(url(Partnership, "changelist"), rows)
    assert everything() == before


def test_viewer_has_no_button_that_writes(viewer, records):
    browser = Browser(viewer)
    for record in records:
        if type(record) in RECORD:
            for view in ("change", "history"):
                browser.force_login(viewer)
                html = browser.get(url(type(record), view, record.pk)).content.decode()
                assert 'name="_save"' not in html and "deletelink" not in html
                assert "change_reason" not in html and "revert" not in html.lower()
