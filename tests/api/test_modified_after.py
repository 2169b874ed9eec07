"""modified_after names all that may have changed, to readers who read no log."""

import pytest

from partnerships.models import Claim, Milestone, Partner
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealed_at_once")]

API = "/api/v1/"
OF_RECORDS = {
    "partnerships": lambda row: row["slug"],
    "partners": lambda row: row["slug"],
    "milestones": lambda row: row["partnership"]["slug"],
    "disagreements": lambda row: row["partnership"]["slug"],
}


def rename_partner():
    norway = Partner.objects.get(slug="norway")
    norway.name = "Norge"
    norway.save()


def change_milestone():
    signature = Milestone.objects.get(partnership__partner__slug="norway")
    signature.place = "Oslo"
    signature.save()


def change_claim():
    claim = Claim.objects.get(milestone__partnership__partner__slug="norway")
    claim.locator = "page 2"
    claim.save()


@pytest.fixture
def last_change(client):
    """The last change, after which each of two records has a milestone and an open
    disagreement."""
    for slug in ("japan", "norway"):
        milestone = factories.milestone(factories.partnership(slug))
        factories.claim(milestone, "2025")
    return client.get(f"{API}changes/").json()["results"][0]


@pytest.mark.parametrize("moment", ["number", "at"])
@pytest.mark.parametrize("change", [rename_partner, change_milestone, change_claim])
@pytest.mark.parametrize("name", OF_RECORDS)
def test_record_of_changed_row_is_in_every_list(
    client, last_change, name, change, moment
):
    change()
    after = {"modified_after": last_change[moment]}
    rows = client.get(f"{API}{name}/", after).json()["results"]
    assert [OF_RECORDS[name](row) for row in rows] == ["norway"]


def test_nothing_is_listed_where_nothing_changed(client, last_change):
    after = {"modified_after": last_change["number"]}
    for name in [*OF_RECORDS, "areas", "sources"]:
        assert client.get(f"{API}{name}/", after).json()["results"] == []


def test_new_name_of_area_is_in_every_partnership(client, last_change):
    area = factories.area(1)
    number = client.get(f"{API}changes/").json()["results"][0]["number"]
    area.name = "Cyber issues"
    area.save()
    rows = client.get(f"{API}partnerships/", {"modified_after": number}).json()
    assert [row["slug"] for row in rows["results"]] == ["japan", "norway"]


def test_new_coverage_is_in_the_numbers_of_every_area(client, last_change):
    one, _ = factories.area(1), factories.area(2)
    number = client.get(f"{API}changes/").json()["results"][0]["number"]
    claim = Claim.objects.first()
    factories.coverage(claim.milestone.partnership, one)
    rows = client.get(f"{API}areas/", {"modified_after": number}).json()["results"]
    assert [row["slug"] for row in rows] == ["area-1", "area-2"]


def test_new_claim_is_in_the_numbers_of_every_source(client, last_change):
    factories.source("other")
    number = client.get(f"{API}changes/").json()["results"][0]["number"]
    change_claim()
    rows = client.get(f"{API}sources/", {"modified_after": number}).json()["results"]
    assert [row["key"] for row in rows] == ["eprs-2026-03", "other"]


def test_question_is_listed_after_a_change_that_belongs_to_no_record(
    client, last_change
):
    question = factories.question()
    factories.claim(question, "yes")
    number = client.get(f"{API}changes/").json()["results"][0]["number"]
    question.text = "Is a partnership binding?"
    question.save()
    rows = client.get(f"{API}disagreements/", {"modified_after": number}).json()
    assert [row["partnership"] for row in rows["results"]] == [None]
