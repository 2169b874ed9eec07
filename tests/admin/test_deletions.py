"""Published facts that are deleted with their claims, and who deletes them."""

import pytest

from partnerships.models import Claim, Engagement, LedgerEntry, Milestone
from tests import factories
from tests.admin import PUBLIC, change_url, errors, part_url, stored, submit, url
from tests.html import page

pytestmark = pytest.mark.django_db

DELETION = {"post": "yes", "change_reason": "It was entered twice."}
MAKE = {
    "subject": lambda record: factories.subject(record),
    "position": lambda record: factories.position(record),
    "position on all": lambda record: factories.position(),
    "namesake": lambda record: factories.namesake(),
}


@pytest.fixture(params=MAKE)
def sourced(request):
    """A published fact with two claims."""
    fact = MAKE[request.param](factories.partnership())
    for locator in ("page 1", "page 2"):
        factories.claim(fact, "yes", locator=locator)
    return fact


def test_publisher_deletes_a_published_fact_with_its_claims(
    client, as_publisher, sourced
):
    to = url(type(sourced), "delete", sourced.pk)
    assert to in page(client, change_url(sourced)).links
    asked = page(client, to).text
    assert "Kind of change" in asked and "page 2" not in asked
    assert "Claim: eprs-2026-03: yes" in asked
    answer = client.post(to, DELETION | {"change_kind": "editorial"})
    assert answer.status_code == 302
    assert not type(sourced).objects.exists() and not Claim.objects.exists()
    entries = LedgerEntry.objects.filter(action="-")
    assert entries.count() == 3
    assert {(e.kind, e.reason) for e in entries} == {
        ("editorial", "It was entered twice.")
    }


def test_deletion_is_a_correction_unless_its_editor_says_otherwise(
    client, as_publisher, sourced
):
    client.post(url(type(sourced), "delete", sourced.pk), DELETION)
    assert LedgerEntry.objects.filter(action="-").first().kind == "correction"


def test_deletion_without_a_reason_deletes_nothing(client, as_publisher, sourced):
    before = stored()
    sent = {"post": "yes", "change_kind": "correction"}
    answer = client.post(url(type(sourced), "delete", sourced.pk), sent)
    assert "Say why you delete it." in answer.content.decode()
    assert stored() == before


@pytest.mark.parametrize("who", ["viewer", "editor"])
def test_nobody_else_deletes_what_is_published(client, request, sourced, who):
    client.force_login(request.getfixturevalue(who))
    before, to = stored(), url(type(sourced), "delete", sourced.pk)
    assert to not in page(client, change_url(sourced)).links
    assert client.get(to).status_code == 403
    assert client.post(to, DELETION).status_code == 403
    assert stored() == before


def test_claim_alone_is_not_deleted_on_its_page(client, as_publisher, sourced):
    claim = sourced.claims.first()
    to = url(Claim, "delete", claim.pk)
    assert client.post(to, DELETION).status_code == 403
    assert sourced.claims.count() == 2


@pytest.mark.parametrize("part", ["milestones", "ties"])
def test_step_or_tie_is_deleted_in_its_row_to_which_its_page_leads(
    client, as_publisher, part
):
    record = factories.partnership()
    if part == "milestones":
        fact, says, rows = factories.milestone(record), "2024-05-28", "milestones"
    else:
        fact, says, rows = factories.engagement(record), "yes", "engagements"
    factories.claim(fact, says)
    shown = page(client, change_url(fact))
    assert part_url(record, part) in shown.links
    assert "tick “Delete” beside its row" in shown.text
    answer = submit(client, change_url(record), PUBLIC, **{f"{rows}-0-DELETE": "on"})
    assert answer.status_code == 302, errors(answer)
    assert not Claim.objects.exists()
    assert not (Milestone.objects.exists() or Engagement.objects.exists())


def test_page_of_a_draft_has_its_own_deletion(client, as_editor):
    fact = factories.milestone(factories.partnership(published=False))
    shown = page(client, change_url(fact))
    assert url(Milestone, "delete", fact.pk) in shown.links
    assert "beside its row" not in shown.text
