"""Where the form of a fact leads once it is saved, and what it says became of the
status."""

import pytest

from partnerships.models import Milestone, Partner, Partnership
from tests import factories
from tests.admin import PUBLIC, change_url, submit, url
from tests.html import page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_publisher")]


@pytest.fixture
def record():
    record = factories.partnership()
    opened = factories.milestone(record, "negotiations_opened", "2024-01-10")
    factories.claim(opened, "2024-01-10")
    return record


def signed(record, **fields):
    sent = {"partnership": record.pk, "track": "sdp", "kind": "signed"}
    return PUBLIC | sent | {"date": "2024-05-28"} | fields


def claims(says):
    by = factories.source("release")
    return [("claims", {"source": by.pk, "says": says, "locator": "page 1"})]


def test_new_milestone_says_what_became_of_both_statuses(client, record):
    to, rows = url(Milestone, "add"), claims("2024-05-28")
    answer = submit(client, to, signed(record), rows=rows)
    assert answer.url == change_url(record)
    said = page(client, answer.url).text
    assert "Partnership: Negotiating → Signed." in said
    assert "SAFE: Not eligible → Eligible." in said


def test_change_of_a_milestone_says_what_became_of_both_statuses(client, record):
    step = record.milestones.get()
    answer = submit(client, change_url(step), PUBLIC, kind="proposed")
    assert answer.url == change_url(record)
    assert "Partnership: Negotiating → Proposed." in page(client, answer.url).text
    submit(client, change_url(step), PUBLIC, note="In the margins.")
    said = page(client, answer.url).text
    assert "Partnership: the status stays Proposed." in said


def test_save_and_continue_stays_on_the_form(client, record):
    to = change_url(record.milestones.get())
    answer = submit(client, to, PUBLIC, note="In the margins.", _continue="1")
    assert answer.url == to
    assert "the status stays Negotiating" in page(client, to).text


def test_milestone_that_is_refused_says_nothing_of_the_status(client, record):
    answer = submit(client, url(Milestone, "add"), signed(record))
    assert answer.status_code == 200
    assert "the status stays" not in answer.content.decode()


@pytest.mark.parametrize(
    "make",
    [factories.engagement, factories.subject, factories.position],
    ids=["tie", "subject", "position"],
)
def test_form_of_a_fact_leads_back_to_its_record(client, record, make):
    fact = make(record)
    factories.claim(fact, "yes")
    answer = submit(client, change_url(fact), PUBLIC, ruling="So says the text.")
    assert answer.url == change_url(record)


def test_form_of_what_belongs_to_no_record_leads_to_its_list(client):
    fact = factories.namesake()
    factories.claim(fact, "yes")
    answer = submit(client, change_url(fact), PUBLIC, ruling="So says the text.")
    assert answer.url == url(type(fact), "changelist")


def test_new_partner_leads_on_to_its_partnership(client):
    sent = {"name": "Niue", "slug": "niue", "iso_code": "NU", "region": "indo_pacific"}
    answer = submit(client, url(Partner, "add"), PUBLIC | sent)
    partner = Partner.objects.get()
    assert answer.url == f"{url(Partnership, 'add')}?partner={partner.pk}"
    submit(client, answer.url)
    assert Partnership.objects.get().partner == partner
    assert Partnership.objects.get().title == "EU–Niue Security and Defence Partnership"
