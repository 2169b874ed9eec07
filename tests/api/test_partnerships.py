"""/api/v1/: partnerships, one partnership, statistics."""

import pytest
from django.test import Client

from tests import factories

pytestmark = pytest.mark.django_db

LIST = "/api/v1/partnerships/"
STATISTICS = "/api/v1/statistics/"
LIST_KEYS = [
    *("slug", "url", "html_url", "title", "partner", "status", "status_label"),
    *("status_may_be", "status_reported", "sdp_status", "sdp_status_may_be"),
    *("sdp_status_reported", "safe_status", "safe_status_label", "safe_status_may_be"),
    *("safe_status_reported", "signed_on"),
    *("areas_included", "areas_already_exist", "areas_stated", "open_disagreements"),
    "checked_through",
]
DETAIL_KEYS = [
    *("summary", "official_text_url", "affiliations", "status_because", "milestones"),
    *("uncertain", "rejected", "coverage", "engagements", "subjects"),
    *("positions", "stated_areas_claims"),
    *("stated_areas_ruling", "review_clause", "review_clause_ruling"),
    *("review_clause_claims", "reviewed_on", "checks"),
]
MILESTONE_KEYS = [
    *("id", "track", "kind", "kind_label", "attempt", "certainty", "date", "earliest"),
    *("latest", "actor", "description", "announces", "expected", "fell_through"),
    *("met_by", "follows", "place", "signatories", "reference", "reference_url"),
    *("note", "ruling", "claims", "awaits_double_check", "eli", "celex"),
]
CELL_KEYS = ["area", "number", "name", "value", "ruling", "claims"]
AFFILIATION_KEYS = ["kind", "since", "until", "holds", "note", "ruling", "claims"]
CLAIM_KEYS = [
    *("source", "says", "wording", "locator", "aspect", "document_url", "no_address"),
    "standing",
]
STATISTICS_KEYS = [
    *("as_of", "known_on", "partnerships", "by_status", "by_status_may_be"),
    *("by_safe_status", "by_safe_status_may_be"),
    *("signed_total", "signed_reported", "signed_may_not_be", "signed_may_be"),
    *("areas_common_to_all_signed", "signed_not_assessed", "checked_through"),
    *("open_disagreements", "edition"),
]


@pytest.fixture
def norway():
    norway = factories.partnership(stated_areas=17, internal_notes="secret note")
    cyber = factories.area(1, name="Cyber issues")
    factories.area(2)
    factories.claim(factories.milestone(norway, place="Oslo"), "2024-05")
    factories.claim(factories.coverage(norway, cyber), "not_included")
    factories.claim(norway, "17")
    factories.engagement(norway)
    factories.affiliation(norway.partner, "nato_ally", since="1949-04-04")
    return norway


def slugs(answer):
    return [row["slug"] for row in answer.json()["results"]]


def test_list_has_the_agreed_keys(client, norway):
    answer = client.get(LIST).json()
    assert list(answer) == ["count", "next", "previous", "results", "may_match"]
    row = answer["results"][0]
    assert list(row) == LIST_KEYS
    assert list(row["partner"]) == ["slug", "name", "iso_code", "region"]


def test_list_row_says_what_is_recorded(client, norway):
    row = client.get(LIST).json()["results"][0]
    assert row["url"] == "http://testserver/api/v1/partnerships/norway/"
    assert row["html_url"] == "http://testserver/partnerships/norway/"
    assert (row["status"], row["status_label"]) == ("signed", "Signed")
    assert row["signed_on"] == "2024-05-28"
    assert (row["areas_included"], row["areas_stated"]) == (1, 17)
    assert row["open_disagreements"] == 1


def test_detail_has_the_agreed_keys(client, norway):
    record = client.get(f"{LIST}norway/").json()
    assert list(record) == LIST_KEYS + DETAIL_KEYS
    assert list(record["milestones"][0]) == MILESTONE_KEYS
    assert list(record["coverage"][0]) == CELL_KEYS
    assert list(record["affiliations"][0]) == AFFILIATION_KEYS
    assert list(record["milestones"][0]["claims"][0]) == CLAIM_KEYS


def test_detail_and_list_agree(client, norway):
    row = client.get(LIST).json()["results"][0]
    record = client.get(f"{LIST}norway/").json()
    assert {key: record[key] for key in LIST_KEYS} == row


def test_detail_names_the_deciding_milestone(client, norway):
    record = client.get(f"{LIST}norway/").json()
    signed = record["milestones"][0]
    assert record["status_because"] == [{"track": "sdp", "milestone": signed["id"]}]


def test_areas_that_nobody_assessed_are_there_and_say_so(client, norway):
    values = [cell["value"] for cell in client.get(f"{LIST}norway/").json()["coverage"]]
    assert values == ["included", "not_assessed"]


def test_claims_say_how_they_stand(client, norway):
    record = client.get(f"{LIST}norway/").json()
    assert record["milestones"][0]["claims"][0]["standing"] == "compatible"
    assert record["coverage"][0]["claims"][0]["standing"] == "disagrees"
    assert record["stated_areas_claims"][0]["standing"] == "agrees"


def test_as_of_answers_for_that_day(client, norway):
    record = client.get(f"{LIST}norway/?as_of=2024-05-27").json()
    assert (record["status"], record["signed_on"]) == ("not_recorded", None)
    assert record["milestones"] == record["status_because"] == []
    assert slugs(client.get(f"{LIST}?status=signed&as_of=2024-05-27")) == []
    assert slugs(client.get(f"{LIST}?status=signed&as_of=2024-05-28")) == ["norway"]


def test_draft_partnership_is_not_in_api(client):
    draft = factories.partnership("atlantis", published=False)
    factories.milestone(draft)
    assert client.get(LIST).json()["count"] == 0
    assert client.get(f"{LIST}atlantis/").status_code == 404
    assert client.get(STATISTICS).json()["partnerships"] == 0


def test_internal_notes_are_not_in_api(client, norway):
    assert "secret note" not in client.get(f"{LIST}norway/").content.decode()


def test_statistics_count_what_held_that_day(client, norway):
    iceland = factories.partnership("iceland")
    factories.milestone(iceland, "negotiations_opened", "2025-07-17")
    before = client.get(f"{STATISTICS}?as_of=2025-07-16").json()
    after = client.get(f"{STATISTICS}?as_of=2025-07-17").json()
    assert (before["by_status"]["not_recorded"], before["signed_total"]) == (1, 1)
    assert (after["by_status"]["negotiating"], after["partnerships"]) == (1, 2)
    assert after["areas_common_to_all_signed"] == []
    assert after["signed_not_assessed"] == 1
    assert after["open_disagreements"] == 1
    assert after["as_of"] == "2025-07-17"


def test_statistics_have_the_agreed_keys(client):
    assert list(client.get(STATISTICS).json()) == STATISTICS_KEYS


def test_edition_grows_with_every_change(sealed_at_once, client, norway):
    before = client.get(STATISTICS).json()["edition"]
    norway.summary = "New"
    norway.save()
    assert client.get(STATISTICS).json()["edition"] == before + 1


@pytest.mark.parametrize(
    "query",
    [
        *("status=gone", "safe_status=gone", "region=atlantis", "area=atlantis"),
        *("as_of=2025-02-30", "as_of=yesterday", "as_of=2999-01-01", "signed_after=x"),
        *("order=colour", "disagreement=maybe", "q=" + "x" * 60_000, "q=%00"),
    ],
)
def test_bad_parameter_is_refused_by_name(client, query):
    answer = client.get(f"{LIST}?{query}")
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [query.partition("=")[0]]


@pytest.mark.parametrize(
    "address", [f"{LIST}norway/?as_of=x", f"{STATISTICS}?as_of=2999-01-01"]
)
def test_bad_day_is_refused_everywhere(client, norway, address):
    answer = client.get(address)
    assert answer.status_code == 400
    assert "as_of" in answer.json()["errors"]


@pytest.mark.parametrize(
    "path",
    ["/api/", "/api/v2/", "/api/v1/nothing/", f"{LIST}atlantis/", f"{LIST}?page=9"],
)
def test_what_is_not_there_is_404_in_json(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.json()["detail"]


def test_api_is_read_only_and_sets_no_cookie(client):
    assert client.post(LIST).status_code == 405
    assert client.delete(STATISTICS).status_code == 405
    assert not client.get(LIST).cookies


FILTERS = {
    "status=signed": ["norway"],
    "status=negotiating&status=signed": ["iceland", "norway"],
    "safe_status=not_needed": ["iceland"],
    "safe_status=none&as_of=2025-05-26": ["iceland", "japan", "norway"],
    "safe_status=none": [],
    "region=indo_pacific": ["japan"],
    "affiliation=eea_efta": ["iceland"],
    "area=area-1": ["japan", "norway"],
    "area=area-1&area=area-2": ["norway"],
    "q=NORWAY": ["norway"],
    "q=partnership japan": ["japan"],
    "q=jápan": ["japan"],
    "q=": ["iceland", "japan", "norway"],
    "signed_after=2024-05-28": ["norway"],
    "signed_after=2024-05-29": [],
    "signed_before=2024-05-27": [],
    "disagreement=open": ["norway"],
    "disagreement=ruled": ["japan"],
    "order=-name": ["norway", "japan", "iceland"],
    "order=status": ["japan", "iceland", "norway"],
    "order=-status": ["norway", "iceland", "japan"],
    "order=-signed_on": ["norway", "iceland", "japan"],
}


def test_filters_find_what_they_say(client):
    one, two = factories.area(1), factories.area(2)
    norway = factories.partnership("norway")
    factories.claim(factories.milestone(norway), "2025")
    factories.coverage(norway, one)
    factories.coverage(norway, two)
    iceland = factories.partnership("iceland")
    factories.milestone(iceland, "negotiations_opened", "2025")
    factories.affiliation(iceland.partner, "eea_efta", since="1994-01-01")
    japan = factories.partnership(of=factories.partner("japan", region="indo_pacific"))
    cell = factories.coverage(japan, one, ruling="The text says so.")
    factories.claim(cell, "not_included")
    factories.coverage(japan, two, "already_exists")
    shown = {query: slugs(client.get(f"{LIST}?{query}")) for query in FILTERS}
    assert shown == FILTERS


@pytest.mark.parametrize("path", [LIST, f"{LIST}norway/", STATISTICS])
def test_unknown_parameter_is_refused_not_ignored(client, norway, path):
    answer = client.get(f"{path}?colour=red")
    assert answer.status_code == 400
    assert "There is no such parameter" in answer.json()["errors"]["colour"][0]


def test_write_to_an_unknown_path_is_404_in_json():
    answer = Client(enforce_csrf_checks=True).post("/api/v1/nothing/")
    assert (answer.status_code, answer["Content-Type"]) == (
        404,
        "application/problem+json",
    )


@pytest.mark.parametrize("path", ["/", "/partnerships/", "/partnerships/norway/"])
def test_page_answers_other_methods_with_405(norway, path):
    answer = Client(enforce_csrf_checks=True).post(path)
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")


def test_wrong_choice_is_answered_with_those_that_there_are(client):
    answer = client.get(f"{LIST}?disagreement=maybe&status={'x' * 100}").json()
    assert answer["errors"]["disagreement"] == [
        "“Maybe” is no state of a disagreement. Choose Open or Ruled on."
    ]
    (status,) = answer["errors"]["status"]
    assert status.startswith(f"“X{'x' * 49}” is no status. Choose Nothing recorded, ")
