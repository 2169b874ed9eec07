"""Who may not do something is told whose role allows it, and who gives roles."""

import re

import pytest

from partnerships.models import Partner, Partnership, User
from tests import factories
from tests.admin import change_url, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(db):
    return factories.user("chief", is_superuser=True)


def words(answer):
    text = re.sub(r"<[^>]+>", " ", answer.text.partition('id="content-main"')[2])
    return " ".join(text.split())


def test_viewer_is_told_who_may_and_who_helps(client, viewer):
    client.force_login(viewer)
    answer = client.get(url(Partner, "add"))
    assert answer.status_code == 403
    assert "admin/403.html" in [t.name for t in answer.templates]
    assert "signed in as viewer . Your role is Viewer ." in words(answer)
    assert "This needs the role of Editor, Publisher or Administrator." in words(answer)
    assert "Roles are given by an administrator of this site" in words(answer)
    assert not re.search(r'\sstyle="|<style|\son[a-z]+="|<script>', answer.text)


def test_administrators_are_named_as_they_wish_and_only_those(client, viewer, settings):
    settings.CONTACT = "mailto:desk@example.org"
    names = {"a": "Ann Berg", "b": "Bo Dahl"}
    for username, name in names.items():
        factories.user(username, is_superuser=True, public_name=name)
    factories.user("c-unnamed", is_superuser=True)
    former = {"is_superuser": True, "is_active": False}
    factories.user("d", public_name="Former Chief", **former)
    factories.user("e", groups=["publisher"], public_name="Pub Lisher")
    client.force_login(viewer)
    told = words(client.get(url(Partner, "add")))
    assert "Roles are given by Ann Berg or Bo Dahl." in told
    assert "Write to desk@example.org" in told
    for absent in ("c-unnamed", "Former Chief", "Pub Lisher"):
        assert absent not in told


@pytest.mark.parametrize(
    ("who", "send", "roles"),
    [
        ("viewer", lambda c: c.get("/admin/enter/"), "Editor, Publisher or"),
        ("viewer", lambda c: c.post("/admin/looked/"), "Editor, Publisher or"),
        ("editor", lambda c: c.get(url(User, "changelist")), "role of Administrator"),
        ("publisher", lambda c: c.get(url(User, "add")), "role of Administrator"),
    ],
)
def test_roles_that_may_are_those_above(client, request, who, send, roles):
    client.force_login(request.getfixturevalue(who))
    answer = send(client)
    assert answer.status_code == 403
    assert roles in words(answer)


@pytest.mark.parametrize(
    ("who", "roles"),
    [
        ("viewer", "This needs the role of Publisher or Administrator"),
        ("editor", "This needs the role of Publisher or Administrator"),
        ("publisher", "no matter of your role: nobody may do this here"),
        ("chief", "no matter of your role: nobody may do this here"),
    ],
)
def test_deletion_of_a_published_record_is_for_nobody(client, request, who, roles):
    record = factories.partnership()
    client.force_login(request.getfixturevalue(who))
    answer = client.get(url(Partnership, "delete", record.pk))
    assert answer.status_code == 403
    assert roles in words(answer)


def test_page_does_not_tell_what_there_is(client, viewer):
    client.force_login(viewer)
    draft = factories.partnership("atlantis", published=False)
    shown = factories.partnership("norway")
    answers = [client.post(change_url(record)) for record in (draft, shown)]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert len({words(answer) for answer in answers}) == 1
    assert "tlantis" not in answers[0].text


def test_public_pages_answer_as_before(client, settings):
    """Nothing public is forbidden by a role; a form without its token has no such page."""
    client.handler.enforce_csrf_checks = True
    answer = client.post("/admin/login/", {})
    assert answer.status_code == 403
    assert "admin/403.html" not in [t.name for t in answer.templates]
