"""A past day has its edition: no edit changes what was known by then, nor costs it."""

from datetime import timedelta

import pytest

from partnerships.ledger import context, sealing
from partnerships.ledger.known_on import known_on
from partnerships.ledger.past import Past
from partnerships.ledger.redacting import redact
from partnerships.log.entries import described_changes, public_changes
from partnerships.models import Claim, Coverage, LedgerEntry, Milestone, Partnership
from tests import factories
from tests.factories import edit
from tests.two_clocks import API, APRIL, DETAIL, LIST, MARCH, on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("memory_cache")]

PATHS = ["/", DETAIL, LIST, f"{API}norway/", "/data/milestones.csv", "/picture.svg"]


@pytest.fixture
def norway():
    with on(MARCH):
        norway = factories.partnership()
        factories.claim(factories.milestone(norway), "2024-06")
    return norway


@pytest.mark.parametrize("path", PATHS)
def test_answer_of_a_past_day_survives_an_edit(
    client, norway, path, django_assert_num_queries
):
    first = client.get(path, {"known_on": MARCH})
    edit(Milestone.objects.get(), note="Edited since")
    factories.partnership("japan")
    sealing.seal()
    again = client.get(path, {"known_on": MARCH})
    assert (first.status_code, again["ETag"]) == (200, first["ETag"])
    assert again.getvalue() == first.getvalue()
    tag = {"If-None-Match": first["ETag"]}
    with django_assert_num_queries(1):
        known = client.get(path, {"known_on": MARCH}, headers=tag)
    assert known.status_code == 304
    assert client.get(path)["ETag"] != first["ETag"]


def test_page_of_a_past_day_names_the_edition_of_that_day(client, norway):
    edition = LedgerEntry.objects.count()
    with on(APRIL):
        edit(norway, title="Edited since")
    text = client.get(DETAIL, {"known_on": MARCH}).text
    assert f"as told on 31 March 2026 · edition {edition}" in text
    assert f"Edition {edition}</a>, 31 March 2026." in text
    assert f"edition {edition + 1}" in client.get(DETAIL, {"known_on": APRIL}).text


def test_names_in_the_log_are_read_within_a_past_day_too(norway):
    def labels():
        public = public_changes()
        return [change.label for change in described_changes(public, among=public)]

    now = labels()
    with known_on(Past.of_day(MARCH)):
        assert labels() == now != []


def test_answer_of_a_past_day_is_made_anew_where_a_value_is_blacked_out(client, norway):
    with on(MARCH):
        edit(Milestone.objects.get(), note="Jane Roe signed")
    with on(APRIL):
        edit(Milestone.objects.get(), note="")
    first = client.get(DETAIL, {"known_on": MARCH})
    assert "Jane Roe signed" in first.text
    entries = LedgerEntry.objects.filter(record="milestone").order_by("number")
    number = entries[1].number
    with context.change(reason="Privacy", kind="correction"):
        redact(number=number, field="note")
    sealing.seal()
    again = client.get(DETAIL, {"known_on": MARCH})
    assert again["ETag"] != first["ETag"]
    assert "Jane Roe" not in again.text


def test_page_that_has_no_second_clock_is_never_of_a_past_day(client, norway):
    query = {"known_on": MARCH}
    first = client.get("/about/", query)
    edit(norway, title="Edited since")
    sealing.seal()
    assert client.get("/about/", query)["ETag"] != first["ETag"]


def test_counts_of_a_past_day_are_made_once_and_not_those_of_now(client, norway):
    for day in (MARCH, MARCH + timedelta(1)):
        assert client.get("/", {"known_on": day, "as_of": MARCH}).status_code == 200
    with on(APRIL):
        edit(Milestone.objects.get(), date="2024-06")  # agrees, from now on
    count = "/api/v1/statistics/"
    for query, expected in [
        ({"known_on": MARCH}, 1),
        ({}, 0),
        ({"known_on": APRIL}, 0),
    ]:
        assert client.get(count, query).json()["open_disagreements"] == expected


def test_row_that_came_again_as_another_is_known_as_it_was_on_each_day(norway):
    with on(MARCH):
        cell = factories.coverage(norway, factories.area())
        other = factories.area(2)
    with on(APRIL):
        Coverage.objects.all().delete()
    with on(APRIL + timedelta(2)):
        factories.save(Coverage(pk=cell.pk, partnership=norway, area=other))
        edit(Coverage.objects.get(), ruling="Come again")
    for day, areas in [
        (MARCH, ["area-1"]),
        (APRIL, []),
        (APRIL + timedelta(1), []),
        (APRIL + timedelta(2), ["area-2"]),
    ]:
        with known_on(Past.of_day(day)):
            cells = Coverage.objects.filter(partnership=norway)
            assert [cell.area.slug for cell in cells] == areas
            assert Coverage.objects.filter(pk=cell.pk).count() == len(areas)


def test_claim_is_found_by_the_record_that_it_was_given_later():
    with on(MARCH):
        partner = factories.partner("norway")
        ally = factories.affiliation(partner, "nato_ally")
        claim = factories.claim(ally, "yes")
        edit(claim, wording="ally")
    with on(APRIL):
        record = factories.partnership(of=partner)
        Claim.objects.get().save()
        edit(Claim.objects.get(), wording="member")
    for day, count in [(MARCH, 0), (APRIL, 1)]:
        with known_on(Past.of_day(day)):
            assert Claim.objects.count() == 1
            assert Claim.objects.filter(record=record).count() == count
            assert Claim.objects.filter(affiliation=ally).count() == 1
            assert Partnership.objects.count() == count
