"""The way in: what the API has, the last slash that an address lacks, the links in the
head of an answer, and errors that programs read, whatever goes wrong."""

import re

import pytest

from partnerships.api.schema import introduced
from partnerships.api.urls import urlpatterns
from tests import factories
from tests.api import API

pytestmark = pytest.mark.django_db

PROBLEM = "application/problem+json"
#: A resource, a file, a file that may not be there, the tool, nothing at all.
FOR_PROGRAMS = [
    *("/api/v1/", "/api/v1/docs/", "/api/v1/schema/", "/data/partnerships.csv"),
    *("/data/sdp-tracker.zip", "/data/verify_ledger.py", "/data/signing-key.pem"),
]
LISTS = {
    str(p.pattern).removeprefix("v1/").rstrip("/")
    for p in urlpatterns
    if p.name and "<" not in str(p.pattern)
}


@pytest.mark.once
def test_index_leads_to_every_resource(client, settings):
    settings.CONTACT = "https://tracker.example.org/write/"
    index = client.get(API, secure=True).json()
    assert index["resources"].keys() == LISTS - {"", "schema", "docs"}
    named = {key: index[key] for key in ("documentation", "schema", "data_package")}
    for address in [*index["resources"].values(), *named.values()]:
        path = address.removeprefix("https://testserver")
        assert client.get(path, secure=True).status_code == 200, address
    assert index["contact"] == settings.CONTACT
    described, shown, *_ = client.get(API)["Link"].split(", ")
    assert described.startswith('</api/v1/schema/>; rel="service-desc"')
    assert shown.startswith('</api/v1/docs/>; rel="service-doc"')


def test_index_names_the_edition(client, sealed_at_once, django_assert_num_queries):
    factories.partnership()
    (last, *_) = client.get(f"{API}changes/").json()["results"]
    with django_assert_num_queries(1):
        assert client.get(API).json()["edition"] == last["number"]
    assert client.get(API, {"fields": "edition"}).json() == {"edition": last["number"]}
    assert client.get(API, {"as_of": "2026-01-01"}).status_code == 400


@pytest.mark.once
@pytest.mark.parametrize("method", ["get", "head", "post"])
@pytest.mark.parametrize("path", ["", "areas", "partnerships/norway", "schema", "docs"])
def test_address_without_its_last_slash_leads_to_the_one_with_it(client, method, path):
    asked = f"{API}{path}".rstrip("/")
    answer = getattr(client, method)(f"{asked}?q=a%20b&utm_source=x&q=c", None)
    assert answer.status_code == 301
    assert answer["Location"] == f"{asked}/?q=a+b&q=c"
    assert answer["Access-Control-Allow-Origin"] == "*"


@pytest.mark.once
@pytest.mark.parametrize("path", ["nothing", "nothing/", "areas//", "changes/0", "v2"])
def test_address_of_nothing_leads_nowhere(client, path):
    assert client.get(f"{API}{path}").status_code == 404


@pytest.mark.once
def test_pages_before_and_after_are_in_the_head(client):
    for number in range(1, 4):
        factories.area(number)
    link = re.compile(r'<http://testserver/api/v1/areas/\?(.*?)>; rel="(\w+)"')
    found = []
    for number in (1, 2, 3):
        answer = client.get(f"{API}areas/", {"page_size": 1, "page": number})
        found.append({rel: query for query, rel in link.findall(answer["Link"])})
        body = answer.json()
        assert bool(body["next"]) == ("next" in found[-1])
        assert bool(body["previous"]) == ("prev" in found[-1])
    first, third = ("page=1&page_size=1", "page=3&page_size=1")
    assert found[1] == {"prev": first, "next": third}
    assert "Link" in client.get(f"{API}areas/")["Access-Control-Expose-Headers"]


@pytest.mark.once
@pytest.mark.parametrize("path", FOR_PROGRAMS)
def test_method_that_is_refused_is_refused_in_json(client, path):
    answer = client.post(path)
    assert answer.status_code == 405
    assert answer["Content-Type"] == PROBLEM
    assert answer["Allow"].startswith("GET")
    assert answer.json()["detail"] == "Everything can be read, and nothing written."


@pytest.mark.once
@pytest.mark.parametrize("path", ["/data/things.csv", "/data/signing-key.pem"])
def test_file_that_is_not_there_is_missed_in_json(client, settings, path):
    settings.SIGNING_KEY, settings.FORMER_KEYS = None, []
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (404, PROBLEM)
    assert answer.json()["detail"].endswith("What there is: /data/.")
    assert answer["Access-Control-Allow-Origin"] == "*"


@pytest.mark.once
@pytest.mark.parametrize("path", ["/api/v1/areas/", "/data/areas.csv"])
def test_fault_of_ours_is_owned_in_json(client, monkeypatch, path):
    def fail():
        raise ValueError

    monkeypatch.setattr("partnerships.web.caching._trail", fail)
    client.raise_request_exception = False
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (500, PROBLEM)


@pytest.mark.once
def test_page_under_data_stays_a_page(client):
    for path, status in {"/data/": 405, "/data/nothing/": 404}.items():
        answer = client.post(path)
        assert answer.status_code == status
        assert answer["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("", {}),
        ("mailto:desk@example.org", {"email": "desk@example.org"}),
        ("https://example.org/desk/", {"url": "https://example.org/desk/"}),
    ],
)
def test_description_says_whom_to_write_to(settings, address, named):
    settings.CONTACT = address
    info = introduced({"info": {}, "paths": {}}, None, None, True)["info"]
    assert info["contact"] == {"name": "The editors of the SDP Tracker"} | named
