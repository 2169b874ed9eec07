"""A tracker below a path of its host (SUBPATH): no link leaves it."""

import json
import re
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings as configured
from django.contrib.staticfiles.storage import staticfiles_storage
from django.test import Client, override_settings
from django.urls import get_script_prefix, reverse, set_script_prefix
from drf_spectacular.settings import spectacular_settings
from whitenoise.middleware import WhiteNoiseMiddleware

from partnerships.models import Lead
from partnerships.web.addresses import path_of
from tests import factories

pytestmark = [pytest.mark.once, pytest.mark.django_db]

BELOW, SITE = "/sdp", "http://testserver"
BINARY = (
    "image/png",
    "application/zip",
    "application/vnd.sqlite3",
    "text/x-python; charset=utf-8",
)
#: Attributes of HTML and XML that hold addresses, and addresses in JSON and in text.
ADDRESS = re.compile(
    r"""(?:href|src|action|content|data-[a-z-]+|formaction)="([^"]+)"|<(?:loc|id)>([^<]+)<"""
    r"""|"(https?://testserver[^"]*|/[a-z.][^"\s]*)"|(https?://testserver[^\s"'<>&,]*)"""
    r"""|url\(["']?([^"')]+)"""
)


@pytest.fixture
def below(settings):
    """The site below a path, as these settings make it, with a client for it."""
    before, static = get_script_prefix(), staticfiles_storage.base_url
    settings.SUBPATH = settings.FORCE_SCRIPT_NAME = BELOW
    settings.STATIC_URL = f"{BELOW}/static/"
    settings.SESSION_COOKIE_PATH = settings.CSRF_COOKIE_PATH = f"{BELOW}/"
    spectacular_settings.apply_patches({"SERVERS": [{"url": BELOW}]})
    staticfiles_storage.base_url = settings.STATIC_URL
    set_script_prefix(f"{BELOW}/")
    path_of.cache_clear()
    with override_settings(CONTACT="mailto:tracker@example.org"):
        yield
    path_of.cache_clear()
    spectacular_settings.clear_patches()
    staticfiles_storage.base_url = static
    set_script_prefix(before)


@pytest.fixture
def record(sealed_at_once):
    partnership = factories.partnership()
    milestone = factories.milestone(partnership, "signed", "2024-06-03")
    factories.claim(milestone, "2024-06-03", by=factories.source("briefing"))
    factories.claim(factories.area(1) and factories.question(), "no")
    return partnership


def text_of(response):
    body = b"".join(response) if response.streaming else response.content
    return body.decode(errors="replace")


def ask(client, path):
    """The answer at a path of the host, as a proxy asks for it that takes BELOW off."""
    return client.get(path.removeprefix(BELOW))


def addresses_in(page, text):
    """The absolute addresses on a page, of this site or by a path of its host."""
    for groups in ADDRESS.findall(text):
        found = (
            next(filter(None, groups)).replace("&amp;", "&").replace("webcal:", "http:")
        )
        if found.startswith(("/", ".", "?", "#")) or found.startswith(f"{SITE}/"):
            yield urljoin(f"{SITE}{page}", found).removeprefix(SITE)


def test_no_link_leaves_the_path(client, below, record):
    """All pages, feeds, files and answers of the API that links lead to."""
    to_ask, asked, left = [f"{BELOW}/", f"{BELOW}/robots.txt"], set(), []
    to_ask += [f"{BELOW}/sitemap.xml", f"{BELOW}/admin/login/"]
    to_ask += [f"{BELOW}/.well-known/security.txt", f"{BELOW}/api/v1/schema/"]
    while to_ask:
        page = to_ask.pop()
        path = urlsplit(page).path
        if path in asked or path.startswith(f"{BELOW}/static/"):
            continue
        asked.add(path)
        response = ask(client, page)
        assert response.status_code in (200, 301, 302), page
        if "location" in response.headers:
            to_ask.append(urljoin(page, response["Location"]))
        text = text_of(response)
        if path == reverse("api:schema") or response["Content-Type"] in BINARY:
            continue  # its paths are below what it names as server
        for address in addresses_in(page, text):
            if address.startswith(f"{BELOW}/"):
                to_ask.append(address)
            else:
                left.append((page, address))
    assert left == []
    assert len(asked) > 60
    needed = ("changes-atom", "milestones-ics", "data-package", "report", "api:docs")
    assert {reverse(name) for name in needed} <= asked


@pytest.mark.parametrize(
    "path", ["/nowhere/", "/partnerships/atlantis/", "/new/2026-13/"]
)
def test_page_that_is_not_there_says_what_is(client, below, record, path):
    response = client.get(path)
    assert response.status_code == 404
    assert [
        a for a in addresses_in(BELOW + path, response.text) if not a.startswith(BELOW)
    ] == []
    assert "sdp" not in re.findall(r'name="q"[^>]*value="([^"]*)"', response.text)


def test_errors_under_api_are_json_that_lead_to_its_page(client, below):
    response = client.get("/api/nowhere/")
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["detail"].endswith("What there is: /sdp/api/v1/docs/.")


def test_pages_of_errors_stay_below(client, below, monkeypatch):
    def fail():
        raise ValueError

    monkeypatch.setattr("partnerships.web.caching._trail", fail)
    client.raise_request_exception = False
    page = client.get("/about/").text
    assert '"/sdp/report/?page=%2Fsdp%2Fabout%2F"' in page
    assert [
        a for a in addresses_in("/sdp/about/", page) if not a.startswith(BELOW)
    ] == []


def test_api_says_where_it_is(client, below, record):
    schema = json.loads(client.get("/api/v1/schema/").content)
    assert schema["servers"] == [{"url": BELOW}]
    assert (
        client.get("/api/v1/partnerships/")
        .json()["results"][0]["url"]
        .startswith(f"{SITE}{BELOW}/")
    )


def test_report_belongs_to_its_record(client, below, record, monkeypatch):
    monkeypatch.setattr("partnerships.filters.report.SHORTEST", 0)
    page = reverse("partnership-detail", args=["norway"])
    form = client.get("/report/", {"page": page}).text
    moment = re.search(r'name="moment"\s+value="([^"]+)"', form)[1]
    typed = {
        "kind": "wrong",
        "text": "The day is wrong.",
        "moment": moment,
        "page": page,
    }
    answer = client.post("/report/", typed)
    assert answer["Location"].startswith(f"{BELOW}/report/")
    assert Lead.objects.get().partnership == record


def test_cookies_and_redirects_of_editors_stay_below(below, editor):
    client = Client()
    assert client.get("/admin/")["Location"].startswith(
        f"{BELOW}/admin/login/?next=/sdp/"
    )
    editor.set_password("right enough, and long")
    editor.save()
    client.get("/admin/login/")
    typed = {"username": "editor", "password": "right enough, and long"}
    client.post("/admin/login/", typed)
    assert {name: cookie["path"] for name, cookie in client.cookies.items()} == {
        "csrftoken": f"{BELOW}/",
        "sessionid": f"{BELOW}/",
        "known_browser": f"{BELOW}/admin/",
    }


def test_static_files_are_served_below(below):
    served = WhiteNoiseMiddleware(lambda request: None)
    assert served.static_prefix == "/static/"
    assert f"{BELOW}/static/" == configured.STATIC_URL
