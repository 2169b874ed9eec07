"""What machines read: robots.txt, the sitemap, security.txt, the catalogue of
APIs."""

from datetime import date
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
import time_machine
from django.urls import get_resolver

from partnerships.ledger import sealing
from partnerships.web.tie_words import KINDS
from tests import factories

pytestmark = pytest.mark.django_db

NORWAY = "/partnerships/norway/"
SECURITY = "/.well-known/security.txt"
LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


def addresses(client, **kwargs):
    response = client.get("/sitemap.xml", **kwargs)
    assert response["Content-Type"].startswith("application/xml")
    tree = ElementTree.fromstring(response.content)
    return [found.text for found in tree.iter(LOC)]


def test_robots_find_the_sitemap_and_may_fetch_what_is_cited(client):
    text = client.get("/robots.txt", secure=True).content.decode()
    assert "Sitemap: https://testserver/sitemap.xml" in text
    rules = RobotFileParser()
    rules.parse(text.splitlines())
    for path in ("/partnerships/norway/?as_of=2026-03-31&known_on=2026-11-30", "/"):
        assert rules.can_fetch("any", f"https://testserver{path}")
    assert not rules.can_fetch("any", "https://testserver/admin/")
    assert "known_on" not in text


def test_search_engines_leave_out_pages_of_other_days(client):
    factories.partnership()
    sealing.seal()
    for path in ("/", NORWAY, "/data/partnerships.csv", "/api/v1/partnerships/"):
        assert "X-Robots-Tag" not in client.head(path), path
        dated = client.head(path, {"as_of": "2026-03-31"})
        assert dated["X-Robots-Tag"] == "noindex", path


def test_search_engines_leave_out_what_parameters_choose(client, memory_cache):
    factories.partnership()
    sealing.seal()
    for path in ("/timeline/?track=safe", "/changes/?page=1", "/compare/?p=norway"):
        page = path.partition("?")[0]
        for address in (path, page, path, page, f"{page}?utm_source=mail"):
            said = client.get(address).get("X-Robots-Tag")
            assert said == ("noindex" if address == path else None), address


def test_sitemap_lists_pages_that_answer_and_no_draft(client):
    factories.partnership()
    factories.partnership("hidden", published=False)
    factories.claim(factories.question(), "no", by=factories.source("briefing"))
    factories.source("of-a-draft")
    factories.area(3)
    found = addresses(client)
    assert "http://testserver/partnerships/norway/" in found
    assert "http://testserver/sources/briefing/" in found
    assert "http://testserver/areas/area-3/" in found
    assert not [
        address for address in found if "hidden" in address or "of-a" in address
    ]
    for address in found:
        assert client.get(address.removeprefix("http://testserver")).status_code == 200


def test_sitemap_lists_every_page_that_there_is_once(client):
    """A new page without a parameter is given its place in ``machines.PAGES``."""
    for_machines = {"changes-atom", "milestones-atom", "milestones-ics"}
    for_machines |= {"changes-json", "milestones-json"}
    for_machines |= {"robots-txt", "sitemap", "security-txt", "healthz", "readyz"}
    for_machines |= {"data-set", "data-sqlite", "data-package", "signing-key"}
    for_machines |= {"ledger-jsonl", "checkpoints-jsonl", "verify-ledger"}
    for_machines |= {"checkpoints-atom"}
    for_machines |= {"favicon", "api-catalog", "vocabulary", "context", "deposit"}
    # Forms, which no search should find.
    left_out = for_machines | {"report", "search"}
    pages = {
        f"http://testserver/{pattern.pattern}"
        for pattern in get_resolver("partnerships.urls").url_patterns
        if "<" not in str(pattern.pattern)
        and pattern.name not in left_out
        and not pattern.name.startswith("embed-")
        and not pattern.name.endswith("-card")
    }
    pages |= {f"http://testserver/ties/{kind.slug}/" for kind in KINDS}
    assert pages == set(addresses(client))


def test_sitemap_speaks_https_on_a_secure_site(client):
    assert addresses(client, secure=True)[0] == "https://testserver/"


def test_sitemap_says_when_a_record_last_changed(client):
    factories.partnership()
    sealing.seal()
    today = f"{date.today():%Y-%m-%d}"  # noqa: DTZ011 - the server's clock is UTC
    assert f"<lastmod>{today}" in client.get("/sitemap.xml").content.decode()


def test_security_txt_is_not_there_while_nobody_is_named(client, settings):
    settings.CONTACT = ""
    assert client.get(SECURITY).status_code == 404


@pytest.mark.parametrize(
    ("today", "expires"),
    [
        ("2026-11-01", "2027-11-01"),
        ("2026-11-30", "2027-11-01"),
        ("2028-02-29", "2029-02-01"),
    ],
)
def test_security_txt_holds_what_the_standard_asks_for(
    client, settings, today, expires
):
    settings.CONTACT = "mailto:desk@example.org"
    with time_machine.travel(f"{today}T12:00:00Z", tick=False):
        response = client.get(SECURITY, secure=True)
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode().splitlines() == [
        "Contact: mailto:desk@example.org",
        f"Expires: {expires}T00:00:00Z",
        "Preferred-Languages: en",
        f"Canonical: https://testserver{SECURITY}",
    ]


def test_catalogue_leads_to_the_api(client):
    answer = client.get("/.well-known/api-catalog", secure=True)
    assert answer["Content-Type"].startswith("application/linkset+json; profile=")
    assert answer["Link"] == '</.well-known/api-catalog>; rel="api-catalog"'
    (api,) = answer.json()["linkset"]
    assert api["anchor"] == "https://testserver/api/v1/"
    for relation in ("service-desc", "service-doc"):
        (link,) = api[relation]
        found = client.get(link["href"].removeprefix("https://testserver"), secure=True)
        assert found["Content-Type"].startswith(link["type"])
