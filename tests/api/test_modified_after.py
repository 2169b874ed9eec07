"""modified_after names all that may have changed, to readers who read no log."""

import pytest

from partnerships.models import Claim, Milestone, Partner
from tests import factories
from tests.api import results
from tests.factories import edit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealed_at_once")]

OF_RECORDS = {
    "partnerships": lambda row: row["slug"],
    "partners": lambda row: row["slug"],
    "milestones": lambda row: row["partnership"]["slug"],
    "disagreements": lambda row: row["partnership"]["slug"],
}


def rename_partner():
    edit(Partner.objects.get(slug="norway"), name="Norge")


def change_milestone():
    edit(Milestone.objects.get(partnership__partner__slug="norway"), place="Oslo")


def change_claim():
    claim = Claim.objects.get(milestone__partnership__partner__slug="norway")
    edit(claim, locator="page 2")


def newest_change(client):
    return results(client, "changes")[0]


@pytest.fixture
def last_change(client):
    """The last change, after which each of two records has a milestone and an open
    disagreement."""
    for slug in ("japan", "norway"):
        milestone = factories.milestone(factories.partnership(slug))
        factories.claim(milestone, "2025")
    return newest_change(client)


@pytest.mark.parametrize("moment", ["number", "at"])
@pytest.mark.parametrize("change", [rename_partner, change_milestone, change_claim])
@pytest.mark.parametrize("name", OF_RECORDS)
def test_record_of_changed_row_is_in_every_list(
    client, last_change, name, change, moment
):
    change()
    rows = results(client, name, modified_after=last_change[moment])
    assert [OF_RECORDS[name](row) for row in rows] == ["norway"]


def test_nothing_is_listed_where_nothing_changed(client, last_change):
    for name in [*OF_RECORDS, "areas", "sources"]:
        assert results(client, name, modified_after=last_change["number"]) == []


def test_new_name_of_area_is_in_every_partnership(client, last_change):
    area = factories.area(1)
    number = newest_change(client)["number"]
    edit(area, name="Cyber issues")
    rows = results(client, "partnerships", modified_after=number)
    assert [row["slug"] for row in rows] == ["japan", "norway"]


def test_new_coverage_is_in_the_numbers_of_every_area(client, last_change):
    one, _ = factories.area(1), factories.area(2)
    number = newest_change(client)["number"]
    claim = Claim.objects.first()
    factories.coverage(claim.milestone.partnership, one)
    rows = results(client, "areas", modified_after=number)
    assert [row["slug"] for row in rows] == ["area-1", "area-2"]


def test_new_claim_is_in_the_numbers_of_every_source(client, last_change):
    factories.claim(factories.question(), "no", by=factories.source("other"))
    number = newest_change(client)["number"]
    change_claim()
    rows = results(client, "sources", modified_after=number)
    assert [row["key"] for row in rows] == ["eprs-2026-03", "other"]


def test_question_is_listed_after_a_change_that_belongs_to_no_record(
    client, last_change
):
    question = factories.question()
    factories.claim(question, "yes")
    number = newest_change(client)["number"]
    edit(question, text="Is a partnership binding?")
    rows = results(client, "disagreements", modified_after=number)
    assert [row["partnership"] for row in rows] == [None]
