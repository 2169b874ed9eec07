"""What clients rely on: keys that stay, and a schema that describes what there is, of
which a client can be made that works."""

import importlib
import json
import re
import subprocess
import sys
from urllib.parse import urljoin

import httpx
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from drf_spectacular.validation import validate_schema
from hypothesis import HealthCheck, Phase, given, seed, settings

from partnerships import __version__
from partnerships.api.urls import urlpatterns
from partnerships.ledger import sealing
from partnerships.models import Milestone, Partnership
from tests import factories
from tests.api import API
from tests.fuzzing import hooks  # noqa: F401 - schemathesis calls them
from tests.strategies import tries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealed")]

SCHEMA = "/api/v1/schema/"

# The keys of each resource are frozen: clients rely on them. Adding one is fine; to take
# one away, or to give it another name, takes /api/v2/ (docs/api.md).
SHORT = "slug url html_url title"
CLAIM = "source says wording locator standing aspect document_url no_address"
PARTNERSHIP = f"{SHORT} partner status status_label sdp_status safe_status signed_on"
PARTNERSHIP += " areas_included areas_already_exist areas_stated open_disagreements"
PARTNERSHIP += " status_may_be sdp_status_may_be safe_status_may_be status_reported"
PARTNERSHIP += " safe_status_reported checked_through sdp_status_reported"
PARTNERSHIP += " safe_status_label"
MILESTONE = "id track kind kind_label date earliest latest place signatories"
MILESTONE += " reference note ruling claims attempt certainty actor description"
MILESTONE += " announces expected fell_through met_by follows reference_url eli celex"
CHANGE = "number at by reason kind action record partnership fields"
#: By address, and by the way to a part of the answer: keys, and ``0`` for the first of
#: several. What is indented goes on.
TABLE = f"""
. : title edition licence contact documentation schema data_package resources
partnerships/ : count next previous results may_match
partnerships/ results.0 : {PARTNERSHIP}
partnerships/ results.0.partner : slug name iso_code region
partnerships/canada/ : {PARTNERSHIP} summary official_text_url affiliations
  status_because milestones coverage engagements stated_areas_claims stated_areas_ruling
  review_clause review_clause_ruling review_clause_claims reviewed_on uncertain rejected
  checks subjects positions
partnerships/canada/ subjects.0 : id name note ruling claims
partnerships/norway/ positions.0 : id holder holder_kind date text ruling claims
partnerships/canada/ checks.0 : through made_on found
partnerships/canada/ affiliations.0 : kind since until holds note ruling claims
partnerships/canada/ status_because.0 : track milestone
partnerships/canada/ milestones.0 : {MILESTONE}
partnerships/canada/ milestones.0.claims.0 : {CLAIM}
partnerships/canada/ coverage.0 : area number name value ruling claims
partnerships/canada/ engagements.0 : id kind kind_label title since until level frequency
  amount currency amount_eur amount_is_total note ruling claims state
partners/ results.0 : slug url html_url name official_name iso_code region affiliations
  partnership iso_alpha3 wikidata eu_uri other_names
partners/ results.0.affiliations.0 : kind since until holds
partners/ results.0.partnership : {SHORT}
areas/ results.0 : slug url html_url number name included not_included already_exists
  not_assessed short_name
milestones/ results.0 : {MILESTONE} url html_url partnership
milestones/ results.0.partnership : {SHORT}
sources/ results.0 : key url html_url publisher title authors published_on
  knowledge_as_of document_url language last_checked_on note claims agrees compatible
  disagrees kind eli celex doi document_number archived_url no_address
questions/ results.0 : slug html_url text answer ruling claims
positions/ results.0 : id html_url partnership holder holder_kind date text ruling claims
namesakes/ results.0 : id html_url title parties date reason ruling claims
disagreements/ results.0 : id html_url partnership fact adopted disagreement ruling
  ruled_at ruled_by_change claims
changes/ results.0 : {CHANGE}
changes/1/ : {CHANGE}
changes/ results.0.record : model key label
changes/ results.0.fields.0 : name label old new
matrix/ : partnerships has_more not_assessed rows
matrix/ partnerships.0 : {SHORT} status areas_included areas_already_exist
matrix/ rows.0 : area number name included is_common cells
matrix/ rows.0.cells.0 : partnership value sources disagreeing
statistics/ : as_of known_on partnerships by_status by_status_may_be by_safe_status
  by_safe_status_may_be signed_total signed_reported signed_may_not_be signed_may_be
  areas_common_to_all_signed signed_not_assessed
  checked_through open_disagreements edition
"""
KEYS = {}
for line in TABLE.strip().replace("\n  ", " ").split("\n"):
    part, _, names = line.partition(" : ")
    KEYS[(*part.split(), "")[:2]] = {*names.split()}


@pytest.fixture(scope="module")
def sealed(dataset, django_db_blocker):
    with django_db_blocker.unblock():
        sealing.seal()


@pytest.mark.parametrize(("address", "way"), KEYS)
def test_keys_stay(client, address, way):
    part = client.get(urljoin(API, address)).json()
    for step in filter(None, way.split(".")):
        part = part[int(step) if step == "0" else step]
    assert KEYS[address, way] <= part.keys()


@pytest.fixture
def schema(client):
    return client.get(SCHEMA).json()


@pytest.fixture
def kept_connection(schema):
    """Requests that do not come from Django's test client leave the test its
    connection, and so its transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def operations(schema):
    return [path["get"] for path in schema["paths"].values()]


def test_schema_is_valid_and_describes_every_resource(schema):
    validate_schema(schema)
    assert schema["openapi"].startswith("3.1")
    assert schema["info"]["version"] == __version__
    served = {str(p.pattern) for p in urlpatterns} - {"", "v1/schema/", "v1/docs/"}
    assert len(schema["paths"]) == len(served) == 19
    assert all(list(path) == ["get"] for path in schema["paths"].values())


@pytest.mark.once
def test_schema_says_whose_the_data_are_and_what_each_part_is(schema):
    assert {"summary", "description", "contact", "license"} <= schema["info"].keys()
    assert schema["servers"] == [{"url": "/"}]
    tags = {tag["name"]: tag["description"] for tag in schema["tags"]}
    assert tags.keys() == {tag for one in operations(schema) for tag in one["tags"]}
    assert tags["areas"].startswith("The areas of cooperation")


@pytest.mark.once
def test_every_key_of_an_answer_is_promised(schema):
    """But those that a problem may have or not."""
    for name, component in schema["components"]["schemas"].items():
        if "properties" in component and name != "Problem":
            promised = set(component["required"])
            assert promised == component["properties"].keys(), name


@pytest.mark.once
def test_partial_dates_are_told_from_other_text(schema):
    record = schema["components"]["schemas"]["RecordMilestone"]["properties"]
    pattern = re.compile(record["date"]["pattern"])
    dates = ["2025", "2025-09", "2025-09-05", "2025-06-17/2025-06-18", "../2025-09-11"]
    assert all(map(pattern.search, dates))
    wrong = ["", "..", "soon", "2025-9", "../..", "2025-09-05/", "2025-10-24/.."]
    assert not any(map(pattern.search, wrong))


def examples(operation):
    """The example of each answer of an operation, by its status."""
    return {
        int(status): example["value"]
        for status, answer in operation["responses"].items()
        for content in answer["content"].values()
        for example in content["examples"].values()
    }


def keys(answer, way=""):
    """The ways to all keys of an answer, whichever row of a list they are in."""
    if isinstance(answer, list):
        return {way}.union(*(keys(row, f"{way}[]") for row in answer))
    if isinstance(answer, dict):
        return {way}.union(*(keys(part, f"{way}.{k}") for k, part in answer.items()))
    return {way}


def test_every_answer_and_error_has_an_example(schema):
    for operation in operations(schema):
        assert examples(operation).keys() == set(map(int, operation["responses"]))


def test_examples_have_the_keys_of_the_answers(client, schema):
    """Whoever changes a key of an answer changes partnerships/api/examples.json."""
    for path, methods in schema["paths"].items():
        example = examples(methods["get"])[200]
        key = example | {"id": Milestone.objects.first().pk, "number": 1}
        answer = client.get(path.format(**key)).json()
        assert keys(answer) == keys(example), path


def test_examples_of_errors_have_the_keys_of_problems(client, schema):
    refused = keys(client.get("/api/v1/areas/?page=x").json())
    missing = keys(client.get("/api/v1/areas/?page=1000").json())
    for operation in operations(schema):
        for status, example in examples(operation).items():
            if status != 200:
                assert keys(example) == (refused if status == 400 else missing)


def test_every_parameter_says_what_it_may_be(schema):
    for operation in operations(schema):
        for parameter in operation["parameters"]:
            assert parameter["schema"].keys() - {"type"}, parameter["name"]


@pytest.fixture
def unlogged(caplog):
    """What is refused on purpose says nothing in the log of the tests."""
    caplog.set_level("ERROR", "django.request")


@pytest.mark.slow
@pytest.mark.usefixtures("unlogged", "kept_connection")
def test_answers_are_as_described_whatever_is_asked(schema):
    """All checks of schemathesis over all operations, with right and wrong requests."""
    api = schemathesis.openapi.from_wsgi(SCHEMA, get_wsgi_application())
    for result in api.get_all_operations():
        operation = result.ok()
        for number in range(2):
            _try(operation, number)


def _try(operation, number):
    @seed(number)
    @settings(
        max_examples=tries(6),
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def run(case):
        case.call_and_validate(headers={"Accept-Encoding": "identity"})

    run()


@pytest.fixture
def tracker_client(schema, tmp_path):
    """The folder that has a client, made of the description."""
    description, config = tmp_path / "schema.json", tmp_path / "config.json"
    description.write_text(json.dumps(schema))
    config.write_text(json.dumps({"post_hooks": []}))
    subprocess.run(
        [
            *(sys.executable, "-m", "openapi_python_client", "generate"),
            *("--path", description, "--config", config, "--meta", "none"),
            *("--output-path", tmp_path / "tracker_client"),
        ],
        check=True,
        capture_output=True,
    )
    return tmp_path


READER = """
from tracker_client import Client
from tracker_client.api.partnerships import get_partnership, list_partnerships
from tracker_client.models import PartnershipPage, Record


def records(client: Client) -> dict[str, tuple[str | None, list[str], int]]:
    found: dict[str, tuple[str | None, list[str], int]] = {}
    number, more = 1, True
    while more:
        page = list_partnerships.sync(client=client, page=number, page_size=4)
        assert isinstance(page, PartnershipPage)
        for partnership in page.results:
            record = get_partnership.sync(partnership.slug, client=client)
            assert isinstance(record, Record)
            says = [claim.says for step in record.milestones for claim in step.claims]
            found[record.slug] = (record.signed_on, says, len(record.coverage))
        number, more = number + 1, page.next_ is not None
    return found
"""


@pytest.mark.slow
@pytest.mark.once
def test_generated_client_reads_every_record_without_a_cast(
    tracker_client, kept_connection, monkeypatch
):
    (tracker_client / "reader.py").write_text(READER)
    monkeypatch.chdir(tracker_client)
    checked = subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--strict", "--config-file="),
            *("--follow-imports=silent", "reader.py"),
        ],
        check=False,
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout
    monkeypatch.syspath_prepend(tracker_client)
    reader = importlib.import_module("reader")
    transport = httpx.WSGITransport(app=get_wsgi_application())
    client = importlib.import_module("tracker_client").Client(
        base_url="http://testserver", httpx_args={"transport": transport}
    )
    records = reader.records(client)
    published = Partnership.objects.published()
    assert [*records] == [*published.values_list("partner__slug", flat=True)]
    assert records["norway"][0] == "2024-05-28"
    assert "2024-05-28" in records["norway"][1]
    assert {cells for _, _, cells in records.values()} == {26}


def test_description_names_what_the_record_has_by_now(client):
    def values(path, name):
        parameters = client.get(SCHEMA).json()["paths"][f"/api/v1/{path}/"]["get"]
        schema = next(p for p in parameters["parameters"] if p["name"] == name)
        return {*str(schema["schema"]).split("'")}

    assert "area-77" not in values("matrix", "area")
    assert "partner-0" not in values("disagreements", "partnership")
    factories.area(77)
    factories.partnership("partner-0")
    assert "area-77" in values("matrix", "area")
    assert "partner-0" in values("disagreements", "partnership")
