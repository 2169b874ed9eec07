"""What was known, and when, of records that were corrected, published or deleted."""

from datetime import timedelta

import pytest

from partnerships.choices import MilestoneKind
from partnerships.models import Partner, Partnership
from tests import factories
from tests.factories import edit
from tests.html import page
from tests.two_clocks import (
    API,
    APRIL,
    DETAIL,
    FIRST,
    LAST,
    MARCH,
    PAGES,
    STATISTICS,
    names,
    on,
    slugs,
    without_log,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def corrected():
    """Norway's signature, dated a day later in April."""
    with on(MARCH):
        signed = factories.milestone(factories.partnership(), date="2024-05-28")
    with on(APRIL):
        edit(signed, date="2024-05-29")


@pytest.mark.parametrize(
    ("day", "signed_on"),
    [
        (MARCH, "2024-05-28"),
        (APRIL - timedelta(1), "2024-05-28"),
        (APRIL, "2024-05-29"),
    ],
)
def test_correction_is_known_from_its_day_on(client, corrected, day, signed_on):
    (row,) = client.get(API, {"known_on": day}).json()["results"]
    assert row["signed_on"] == signed_on


@pytest.mark.parametrize("path", PAGES)
def test_correction_is_known_on_the_page_from_its_day_on(client, corrected, path):
    before = page(client, path, {"known_on": MARCH}).text
    after = page(client, path, {"known_on": APRIL}).text
    after = without_log(after)  # which keeps both
    assert "28 May 2024" in before and "29 May 2024" not in before
    assert "29 May 2024" in after and "28 May 2024" not in after


def test_day_ends_at_midnight_utc(client):
    with on(MARCH, FIRST):
        factories.partnership("first")
    with on(MARCH, LAST):
        factories.partnership("last")
    with on(MARCH + timedelta(1), FIRST):
        factories.partnership("next")
    assert slugs(client, known_on=MARCH - timedelta(1)) == []
    assert slugs(client, known_on=MARCH) == ["first", "last"]
    assert slugs(client, known_on=MARCH + timedelta(1)) == ["first", "last", "next"]


def test_last_of_two_changes_at_one_moment_is_what_was_known(client):
    with on(MARCH, LAST):
        norway = factories.partnership(title="One")
        edit(norway, title="Two")
        edit(norway, title="Three")
    assert client.get(API, {"known_on": MARCH}).json()["results"][0]["title"] == "Three"


@pytest.fixture
def gone():
    """Norway, signed, was unpublished, and Japan deleted, since the end of March."""
    with on(MARCH):
        for slug in ("japan", "norway"):
            record = factories.partnership(slug)
            factories.claim(factories.milestone(record), "2024-06")
    with on(APRIL):
        for record in Partnership.objects.all():
            edit(record, is_published=False)
        Partnership.objects.get(partner__slug="japan").delete()
        Partner.objects.get(slug="japan").delete()


@pytest.mark.parametrize("slug", ["japan", "norway"])
def test_what_was_deleted_or_unpublished_since_is_there_as_it_was(client, gone, slug):
    query = {"known_on": MARCH}
    assert client.get(f"{API}{slug}/", query).json()["signed_on"] == "2024-05-28"
    assert slugs(client, **query) == names(client, **query) == ["japan", "norway"]
    text = page(client, f"/partnerships/{slug}/", query).text
    assert f"{slug.title()}: partnership signed" in text
    assert slug.title() in page(client, "/", query).text
    assert client.get(STATISTICS, query).json()["signed_total"] == 2


@pytest.mark.parametrize("slug", ["japan", "norway"])
@pytest.mark.parametrize("query", [{}, {"known_on": APRIL}])
def test_what_was_deleted_or_unpublished_is_gone_from_then_on(
    client, gone, slug, query
):
    assert slugs(client, **query) == names(client, **query) == []
    assert client.get(f"{API}{slug}/", query).status_code == 404
    assert slug.title() not in without_log(page(client, "/", query).text)
    page(client, f"/partnerships/{slug}/", query, status=404)


def test_draft_of_that_day_is_not_shown_though_published_since(client):
    with on(MARCH):
        record = factories.partnership(published=False)
        factories.claim(factories.milestone(record), "2024-06")
    with on(APRIL):
        edit(record, is_published=True)
    query = {"known_on": MARCH}
    assert slugs(client, **query) == names(client, **query, q="norway") == []
    assert "Norway" not in page(client, "/", query).text
    page(client, DETAIL, query, status=404)
    assert client.get(f"{API}norway/", query).status_code == 404
    counted = client.get(STATISTICS, query).json()
    assert counted["partnerships"] == counted["open_disagreements"] == 0
    assert slugs(client, known_on=APRIL) == ["norway"]


def test_both_clocks_combine(client):
    with on(MARCH):
        record = factories.partnership()
        made = factories.milestone(record, MilestoneKind.PROPOSED, "2023-01-10")
    with on(APRIL):
        edit(made, date="2023-02-10")
    query = {"as_of": "2023-01-31"}
    assert slugs(client, **query, known_on=MARCH, status="proposed") == ["norway"]
    assert slugs(client, **query, known_on=APRIL, status="proposed") == []
    text = page(client, DETAIL, query | {"known_on": MARCH}).text
    assert "Norway: partnership proposed" in text


def test_disagreements_are_counted_as_of_then(client):
    with on(MARCH):
        made = factories.milestone(factories.partnership())
        factories.claim(made, "2024-06")
        factories.claim(factories.question(), "yes")
    with on(APRIL):
        edit(made, ruling="The text says so.")
    for day, of_norway in [(MARCH, 1), (APRIL, 0)]:
        row = client.get(API, {"known_on": day}).json()["results"][0]
        assert row["open_disagreements"] == of_norway
        counted = client.get(STATISTICS, {"known_on": day}).json()
        assert counted["open_disagreements"] == of_norway + 1
