"""Counts beside the choices of the list: they are what the database says, of the edition
that readers see."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.choices import AffiliationKind, Region, SafeStatus, Status
from partnerships.ledger import sealing
from partnerships.ledger.editions import reading
from partnerships.models import Affiliation, Partnership
from partnerships.selectors import facets
from tests import factories
from tests.stories import fill
from tests.strategies import days_at_random, on_the_database, six_records, undone

pytestmark = pytest.mark.django_db
LIST = "/partnerships/"
CHOICES = {
    "status": Status,
    "safe_status": SafeStatus,
    "region": Region,
    "affiliation": AffiliationKind,
}
NOTHING = dict.fromkeys(CHOICES, ())
chosen_at_random = st.fixed_dictionaries(
    {name: st.just([]) | st.lists(st.sampled_from(c)) for name, c in CHOICES.items()}
)


def filtered(chosen, on):
    """The published partnerships with these choices, one condition for each filter."""
    rows = Partnership.objects.published().with_status(on=on)
    for name, column in (
        ("status", "status"),
        ("safe_status", "safe_status"),
        ("region", "partner__region"),
    ):
        if chosen[name]:
            rows = rows.filter(**{f"{column}__in": chosen[name]})
    if chosen["affiliation"]:
        held = Affiliation.objects.holding(on=on).filter(kind__in=chosen["affiliation"])
        rows = rows.filter(partner__in=held.values("partner"))
    return rows


def perhaps_listed(chosen, on):
    """Which more may have these choices: by each row, and its partner's ties."""
    held = {name: {} for name in ("holding", "perhaps_holding")}
    for name, kinds in held.items():
        for tie in getattr(Affiliation.objects, name)(on=on):
            kinds.setdefault(tie.partner_id, set()).add(tie.kind)
    return {
        row.pk
        for row in Partnership.objects.published().select_related("partner").as_of(on)
        if not _fits(row, held["holding"], chosen, may_be=False)
        and _fits(row, held["perhaps_holding"], chosen, may_be=True)
    }


def _fits(row, kinds, chosen, *, may_be):
    values = {
        "status": {row.status, *(row.status_may_be if may_be else ())},
        "safe_status": {row.safe_status, *(row.safe_status_may_be if may_be else ())},
        "region": {row.partner.region},
        "affiliation": kinds.get(row.partner_id, set()),
    }
    return all(not chosen[n] or values[n] & {*chosen[n]} for n in values)


@pytest.mark.slow("asks it of records at random")
@on_the_database
@given(six_records, days_at_random, days_at_random, chosen_at_random)
def test_choices_count_as_the_database_does(six, records, day, other, chosen):
    with undone():
        fill(six, records)
        Partnership.objects.filter(pk=six[0].pk).update(is_published=False)
        edition, published = str(uuid4()), Partnership.objects.published()
        for on in (day, other):
            listed = filtered(chosen, on)
            counted = facets.list_facets(published, chosen, on=on, matching=listed)
            with reading(edition, 1):
                kept = facets.list_facets(None, chosen, on=on, matching=listed)
            assert counted == kept
            assert counted.total == listed.count()
            assert {*counted.may_match} == perhaps_listed(chosen, on)
            assert counted.perhaps == facets.more_may_match(published, chosen, on=on)
            for name, choices in CHOICES.items():
                counts = getattr(counted, name)
                for value in choices:
                    alone = filtered(chosen | {name: [value]}, on)
                    assert counts.get(value, 0) == alone.count()


def test_draft_is_in_no_count():
    draft = factories.partnership("hidden", published=False)
    factories.affiliation(draft.partner, "nato_ally")
    factories.coverage(draft, factories.area(1))
    counted = facets.list_facets(
        None,
        NOTHING,
        on=factories.DAY,
        matching=Partnership.objects.published(),
    )
    assert counted == facets.Facets(0, (), {}, {}, {}, {}, {})


@pytest.fixture
def signed(db):
    """Norway and Japan, signed."""
    pair = [factories.partnership(slug) for slug in ("norway", "japan")]
    for record in pair:
        factories.milestone(record, date="2024-05-28")
    return pair


def shown(client, **query):
    """The status of each partnership in the list, and the counts beside it."""
    context = client.get(LIST, query).context
    statuses = {row.partner.slug: row.status for row in context["rows"]}
    return statuses, context["facets"]


def test_page_after_an_edit_shows_and_counts_it(client, sealed_at_once, signed):
    statuses, counted = shown(client)
    assert (statuses["norway"], counted.status["signed"]) == ("signed", 2)
    factories.milestone(signed[0], "ended", "2025-06-01")
    statuses, counted = shown(client)
    assert (statuses["norway"], counted.status["signed"]) == ("ended", 1)
    statuses, counted = shown(client, as_of="2025-05-31")
    assert (statuses["norway"], counted.status["signed"]) == ("signed", 2)


def test_edit_that_waits_for_its_seal_is_counted_at_once(client, signed):
    sealing.seal()
    assert shown(client)[1].status["signed"] == 2
    factories.milestone(signed[0], "ended", "2025-06-01")
    assert shown(client)[1].status["signed"] == 1
    factories.milestone(signed[1], "ended", "2025-06-01")
    assert shown(client)[1].status == {"ended": 2}


def test_nothing_is_counted_again_in_an_edition(client, sealed_at_once, signed):
    shown(client)
    known = facets._groups_of_all.kept.cache_info().misses
    shown(client, order="-name")
    shown(client, status="signed")
    assert facets._groups_of_all.kept.cache_info().misses == known


def test_days_that_are_remembered_are_few():
    assert facets._groups_of_all.kept.cache_parameters()["maxsize"] == 100
    assert facets._areas_of_all.kept.cache_parameters()["maxsize"] == 1


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ({}, 9),
        ({"as_of": "2025-01-01"}, 11),
        ({"status": "signed"}, 10),
        ({"area": "area-1"}, 12),
        ({"q": "norway security"}, 13),
    ],
)
def test_list_of_an_edition_is_few_queries(
    client, sealed_at_once, signed, django_assert_num_queries, query, number
):
    factories.coverage(signed[0], factories.area(1))
    client.get(LIST, {"order": "-name"})
    with django_assert_num_queries(number):
        client.get(LIST, query)
