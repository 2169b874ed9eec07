"""Nothing typed is lost: not when the session ends, nor when its token does."""

from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from partnerships.models import Partnership, Position
from tests import factories
from tests.admin import as_shown, part_url, url
from tests.html import Page

pytestmark = pytest.mark.django_db

HERE = {"origin": "http://testserver"}
LOGIN = "/admin/login/?next=/admin/"
PASSWORD = "seven quiet rivers"
TEXT = "The Parliament <asked> & “insisted”\r\n\r\nthat it be explored."


class Hidden(HTMLParser):
    """The hidden fields of the last form of a page, and where it is sent."""

    def __init__(self, html):
        super().__init__()
        self.address, self.fields = None, {}
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.address, self.fields = attrs["action"], {}
        elif tag == "input" and attrs["type"] == "hidden":
            self.fields.setdefault(attrs["name"], []).append(attrs["value"])


@pytest.fixture
def tab():
    """A browser, which sends its token and says where it comes from."""
    return Client(enforce_csrf_checks=True, headers=HERE)


@pytest.fixture
def ann(db):
    return factories.user("ann", groups=["publisher"], password=PASSWORD)


def token_of(tab):
    return tab.cookies[settings.CSRF_COOKIE_NAME].value


def log_in(tab):
    tab.get(LOGIN)
    sent = {"username": "ann", "password": PASSWORD}
    sent["csrfmiddlewaretoken"] = token_of(tab)
    assert tab.post(LOGIN, sent).status_code == 302


def send_again(tab, answer):
    form = Hidden(answer.text)
    return tab.post(form.address, form.fields)


def test_text_outlives_the_session_and_a_new_log_in(tab, ann):
    log_in(tab)
    draft = factories.partnership(published=False)
    form = as_shown(tab.get(part_url(draft, "words"))) | {"internal_notes": TEXT}
    form |= {"csrfmiddlewaretoken": token_of(tab), "_continue": "Save"}
    del tab.cookies[settings.SESSION_COOKIE_NAME]

    ended = tab.post(part_url(draft, "words") + "?from=list", form)
    assert ended.status_code == 403
    assert "Your session has ended" in Page(ended.text).text
    assert "log in" in Page(ended.text).text.lower()
    assert ended["Cache-Control"].count("no-store") == 1
    again = send_again(tab, ended)  # without having logged in
    assert again.status_code == 403

    log_in(tab)  # in another tab
    stale = send_again(tab, again)
    assert stale.status_code == 403
    assert "You logged in while the page was open" in Page(stale.text).text
    saved = send_again(tab, stale)
    assert saved.url == part_url(draft, "words") + "?from=list"
    draft.refresh_from_db()
    assert draft.internal_notes.splitlines() == TEXT.splitlines()


def test_cookies_that_are_gone_lose_nothing(tab, ann):
    log_in(tab)
    draft = factories.partnership(published=False)
    form = as_shown(tab.get(part_url(draft, "words"))) | {"internal_notes": TEXT}
    tab.cookies.clear()
    ended = tab.post(part_url(draft, "words"), form)
    assert "Nothing is lost" in ended.text
    log_in(tab)
    assert send_again(tab, send_again(tab, ended)).status_code == 302
    assert Partnership.objects.get().internal_notes.startswith("The Parliament <asked>")


def test_what_is_kept_is_escaped_and_the_longest_stands_to_be_read(client):
    draft = factories.partnership(published=False)
    tags = '"><script>alert(1)</script> </textarea><b onclick=x>'
    sent = {"summary": tags, tags: TEXT, "t": "short"}
    answer = client.post(part_url(draft, "words"), sent)
    assert "<script>alert" not in answer.text and "<b onclick" not in answer.text
    assert Hidden(answer.text).fields["summary"] == [tags]
    assert ">Summary</label>" in answer.text
    assert "short" not in answer.text.split("To copy")[1]
    assert "style=" not in answer.text.split("<main")[-1]


def test_every_field_is_kept_up_to_the_bounds_of_a_form(client, tab):
    sent = {f"rows-{number}-words": "é" * 200 for number in range(3_999)}
    address = "/admin/enter/5b1b4f63-68ac-4a0c-9d2b-5f6d10a9d2aa/"
    kept = Hidden(client.post(address, sent).text)
    assert kept.address == address and len(kept.fields) == 4_000
    assert kept.fields["rows-3998-words"] == ["é" * 200]
    assert send_again(client, client.post(address, sent)).status_code == 403
    many = sent | {"one": "more", "and": "another"}
    assert client.post(address, many).status_code == 400


def test_values_of_one_name_are_all_kept(client):
    sent = {"action": ["publish"], "_selected_action": ["1", "2"], "nul": "a\0b"}
    kept = Hidden(client.post(url(Partnership, "changelist"), sent).text).fields
    assert kept["_selected_action"] == ["1", "2"] and kept["nul"] == ["ab"]


def test_no_password_is_echoed(client, tab, ann):
    sent = {"username": "bob", "password1": PASSWORD, "Password2": PASSWORD}
    answer = client.post("/admin/partnerships/user/add/", sent)
    assert PASSWORD not in answer.text and "Passwords are not kept" in answer.text
    assert Hidden(answer.text).fields["username"] == ["bob"]
    only = {"old_password": PASSWORD, "new_password1": PASSWORD}
    answer = client.post("/admin/password_change/", only)
    assert answer.url.startswith("/admin/login/")


def test_file_is_named_and_nothing_is_published_without_it(client):
    file = SimpleUploadedFile("rows.csv", b"Ghana,Signed,2026")
    sent = {"publisher": "Channel Africa", "publish": "Publish", "uploaded": file}
    address = "/admin/enter/5b1b4f63-68ac-4a0c-9d2b-5f6d10a9d2aa/"
    answer = client.post(address, sent)
    assert "Not kept: rows.csv." in Page(answer.text).text
    assert Hidden(answer.text).fields.keys() == {"csrfmiddlewaretoken", "publisher"}


def test_what_is_no_form_and_what_is_read_is_sent_to_the_login(client):
    address = url(Partnership, "add")
    answers = [client.get(address, {"summary": TEXT}), client.post(address)]
    answers.append(client.post(address, {"summary": TEXT}, "application/json"))
    for answer in answers:
        assert answer.status_code == 302 and answer.url.startswith("/admin/login/")
    assert client.post("/admin/logout/").url == "/admin/"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
        {"origin": "https://testserver"},
        {"origin": "http://testserver.example"},
        {"origin": "null", "referer": "http://testserver/admin/"},
        {"referer": "http://testserver.example/admin/"},
        {"referer": "http://[testserver/"},
        {},
    ],
)
def test_what_another_site_sends_is_refused_and_not_echoed(ann, headers):
    tab = Client(enforce_csrf_checks=True)
    tab.force_login(ann)
    for address in (url(Position, "add"), LOGIN):
        sent = {"text": "Words of theirs, at length", "username": "ann"}
        answer = tab.post(address, sent, headers=headers)
        assert answer.status_code == 403
        assert "theirs" not in answer.text and "ann" not in answer.text
        assert "<form" not in answer.text


def test_referer_of_this_site_stands_for_the_origin(ann):
    tab = Client(enforce_csrf_checks=True)
    tab.force_login(ann)
    headers = {"referer": "http://testserver/admin/partnerships/position/add/"}
    answer = tab.post(url(Position, "add"), {"text": TEXT}, headers=headers)
    assert "Send it again" in answer.text


@pytest.mark.parametrize("path", ["/", "/api/v1/partnerships/", "/partnerships/"])
def test_outside_of_the_admin_nothing_is_echoed(tab, path):
    answer = tab.post(path, {"text": TEXT})
    assert answer.status_code == 405 and "Parliament" not in answer.text


def test_stale_log_in_keeps_the_name_and_no_password(tab, ann):
    sent = {"username": "ann", "password": PASSWORD, "next": "/admin/manual/editing/"}
    answer = tab.post(LOGIN, sent | {"csrfmiddlewaretoken": "old"})
    assert answer.status_code == 403
    said = Page(answer.text).text
    assert "Log in again." in said and PASSWORD not in answer.text
    assert 'name="username" value="ann"' in answer.text
    fields = Hidden(answer.text).fields
    assert fields["next"] == ["/admin/manual/editing/"]
    assert "sessionid" not in tab.cookies
    token = {"csrfmiddlewaretoken": fields["csrfmiddlewaretoken"][0]}
    assert tab.post(LOGIN, sent | token).url == "/admin/manual/editing/"


def test_stale_log_in_of_one_who_is_logged_in_leads_to_the_desk(tab, ann):
    log_in(tab)
    answer = tab.post(LOGIN, {"username": "ann", "password": PASSWORD})
    assert answer.url == "/admin/"
    assert "already" in Page(tab.get("/admin/").text).text


def test_stale_token_changes_nothing_by_itself(tab, ann):
    log_in(tab)
    draft = factories.partnership(published=False)
    form = as_shown(tab.get(part_url(draft, "words"))) | {"internal_notes": TEXT}
    tab.post(part_url(draft, "words"), form | {"csrfmiddlewaretoken": "x" * 64})
    draft.refresh_from_db()
    assert draft.internal_notes == ""
