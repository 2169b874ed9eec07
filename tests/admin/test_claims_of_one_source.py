"""One source says one thing of one value: who corrects what it says changes its claim."""

import pytest

from partnerships.models import Claim
from tests import factories
from tests.admin import CITED, PUBLIC, change_url, errors, row_errors, submit, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_publisher")]

TOLD = "Briefing Office (briefing) says “{}” of this already, at {}: change that claim."


@pytest.fixture
def briefing():
    return factories.source("briefing", publisher="Briefing Office")


@pytest.fixture
def signed(briefing):
    """Japan's signature, of which one source says the day."""
    signed = factories.milestone(factories.partnership("japan"), date="2024-11-01")
    factories.claim(signed, "2024-11-01", by=briefing, locator="p. 9")
    return signed


def claim(says, locator, briefing):
    return {"source": briefing.pk, "says": says, "locator": locator}


CLASHING = [
    ("2024-11-02", "p. 9"),
    ("2024-11-02", "other place"),
    ("2024-11", "p. 9"),
    ("2024-10-24/..", "p. 9"),
    ("2025-02-01/..", "other place"),
    ("../2024-10", "other place"),
]


@pytest.mark.parametrize(("says", "locator"), CLASHING)
def test_second_word_of_a_source_is_refused_on_the_page_of_its_fact(
    client, signed, briefing, says, locator
):
    rows = [("claims", claim(says, locator, briefing))]
    answer = submit(client, change_url(signed), PUBLIC, rows=rows)
    first, second = row_errors(answer, "claims")
    assert not first
    assert TOLD.format("2024-11-01", "p. 9") in second
    assert Claim.objects.count() == 1


@pytest.mark.parametrize(("says", "locator"), CLASHING)
def test_second_word_of_a_source_is_refused_on_the_page_of_claims(
    client, signed, briefing, says, locator
):
    sent = claim(says, locator, briefing) | {"milestone": signed.pk}
    answer = submit(client, url(Claim, "add"), PUBLIC | sent)
    assert TOLD.format("2024-11-01", "p. 9") in errors(answer)
    assert Claim.objects.count() == 1


@pytest.mark.parametrize("says", ["2024-11-01", "2024-11", "2024-10-24/.."])
def test_two_places_may_say_what_can_both_be_true(client, signed, briefing, says):
    rows = [("claims", claim(says, "p. 12", briefing))]
    answer = submit(client, change_url(signed), PUBLIC, rows=rows)
    assert answer.status_code == 302, errors(answer)
    assert Claim.objects.count() == 2


def test_another_source_may_say_another_day(client, signed):
    other = factories.source("website")
    rows = [("claims", claim("2024-11-02", "p. 9", other))]
    assert submit(client, change_url(signed), PUBLIC, rows=rows).status_code == 302


def test_claim_is_corrected_and_the_trail_keeps_what_it_said(client, signed):
    sent = PUBLIC | {"claims-0-says": "2024-11-02", "date": "2024-11-02"}
    answer = submit(client, change_url(signed), sent)
    assert answer.status_code == 302, errors(answer)
    told = [row.says for row in Claim.objects.get().history.all()]
    assert told == ["2024-11-02", "2024-11-01"]


def test_words_of_claims_that_clash_already_can_be_corrected(client, signed, briefing):
    factories.claim(signed, "2024-11-02", by=briefing, locator="p. 12")
    sent = PUBLIC | {"claims-1-wording": "signed"}
    assert submit(client, change_url(signed), sent).status_code == 302


def test_cell_has_one_value_at_one_place(client, briefing):
    cell = factories.coverage(factories.partnership(), factories.area())
    factories.claim(cell, "included", by=briefing, locator="Table 1")
    for locator, status in (("Table 1", 200), ("Outlook", 302)):
        rows = [("claims", claim("not_included", locator, briefing))]
        answer = submit(client, change_url(cell), PUBLIC, rows=rows)
        assert answer.status_code == status


def test_tie_has_several_values_at_one_place(client, briefing):
    tie = factories.engagement(factories.partnership())
    factories.claim(tie, "yes", by=briefing, locator="p. 9")
    rows = [("claims", claim("2024", "p. 9", briefing))]
    assert submit(client, change_url(tie), PUBLIC, rows=rows).status_code == 302


def test_record_page_replaces_what_the_source_says_at_the_same_place(
    client, signed, briefing
):
    factories.edit(Claim.objects.get(), says="2024-10-24/..")
    other = factories.source("website")
    factories.claim(signed, "2024-11-02", by=other)
    sent = CITED | {"source": briefing.pk, "locator": "p. 9"}
    sent |= {"milestones-0-date": "2024-11-02"}
    answer = submit(client, change_url(signed.partnership), sent)
    assert answer.status_code == 302, errors(answer)
    claims = Claim.objects.filter(source=briefing)
    assert [(c.says, c.locator) for c in claims] == [("2024-11-02", "p. 9")]
