"""Other ties across partners: in numbers, and those of one kind with their sources."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from partnerships.choices import EngagementKind
from partnerships.web.tie_words import KINDS, money
from tests import factories
from tests.html import Checker, page

pytestmark = pytest.mark.django_db

TIES, MISSIONS, MONEY = "/ties/", "/ties/missions/", "/ties/contributions/"
ALTHEA = "Operation Althea"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(date(2026, 6, 1), tick=False):
        yield


def gift(record, title, since, amount, **kwargs):
    return factories.engagement(
        record,
        "epf_contribution",
        title,
        since=since,
        amount=amount,
        currency="NOK",
        state="event",
        **kwargs,
    )


@pytest.fixture
def ties(db):
    """Norway gives money and, like Albania, takes part in a mission; more is foreseen."""
    norway, albania = factories.partnership(), factories.partnership("albania")
    gift(norway, "First", "2022-10", 150_000_000, amount_eur=14_500_000)
    gift(
        *(norway, "Second", "2022-10/2025-06", 400_000_000),
        amount_is_total=True,
        amount_eur=36_500_000,
    )
    gift(norway, "Third", "2025-06", 1_000_000_000, amount_eur=86_000_000)
    for record in (norway, albania):
        tie = factories.engagement(record, "mission", ALTHEA, since="2006")
        factories.claim(tie, "2006")
    factories.engagement(albania, "mission", "A larger part", state="envisaged")
    factories.engagement(
        *(albania, "dialogue", "Talks"), frequency="annual", level="ministers"
    )
    return norway, albania


def test_contributions_come_to_what_was_given_and_no_more(client, ties):
    found = page(client, MONEY)
    assert "Norway has given NOK 1,400 million to the European Peace" in found.text
    assert "EUR 122.5 million" in found.text
    assert "1,550" not in found.text
    first, second, third = (
        found.text.index(f"{n} NOK") for n in ("First", "Second", "Third")
    )
    assert first < second < third
    assert "counted in a later total" in found.text[first:second]
    assert "a total with what came before" in found.text[second:third]
    assert "NOK 1,400 million" in page(client, TIES).text


def test_past_day_counts_what_was_given_by_then(client, ties):
    found = page(client, MONEY, {"as_of": "2024-01-01"})
    assert "On 1 January 2024: Norway had given NOK 150 million" in found.text
    assert "May have begun" in found.text
    assert "Third" not in found.text


def test_mission_lists_the_partners_that_take_part(client, ties):
    found = page(client, MISSIONS)
    assert "Two partners have ties with EU missions and operations" in found.text
    assert "Albania and Norway. One more is only envisaged." in found.text
    together = found.text.partition(ALTHEA)[2].partition("Only envisaged")[0]
    assert "Albania since 2006" in together
    assert "Norway since 2006" in together
    assert found.text.count(ALTHEA) == 1
    assert "A larger part" in found.text.partition("Only envisaged")[2]


def test_what_is_over_stands_apart_from_what_goes_on(client, ties):
    factories.engagement(ties[0], "mission", "Concordia", since="2003", until="2003-12")
    found = page(client, MISSIONS)
    assert found.text.index(ALTHEA) < found.text.index("Concordia")
    assert "Over 1 tie of 1 partner" in found.text
    assert "Over" not in page(client, MISSIONS, {"as_of": "2003-06-01"}).text


def test_numbers_lead_to_the_ties_of_a_partner(client, ties):
    found = page(client, TIES)
    assert "Six ties with two partners" in found.text
    assert "One more is only envisaged." in found.text
    assert "/ties/missions/?partner=albania" in found.links
    of_albania = page(client, MISSIONS, {"partner": "albania"})
    assert "Albania has ties with EU missions" in of_albania.text
    assert "Norway since" not in of_albania.text


def test_choice_of_a_state_and_a_day_is_kept(client, ties):
    found = page(client, MISSIONS, {"state": "envisaged", "as_of": "2026-05-01"})
    assert ALTHEA not in found.text
    assert "A larger part" in found.text
    assert "/ties/dialogues/?as_of=2026-05-01" in found.links
    assert not [href for href in found.links if "albania" in href and "state" in href]


def test_wrong_choice_is_answered_in_words(client, ties):
    found = page(client, MISSIONS, {"partner": "atlantis", "state": "x"}, status=400)
    assert "“atlantis” is no partner with ties on record. Choose one" in found.text
    assert "“X” is no state of a tie. Choose In being, Took place once or" in found.text
    assert ALTHEA not in found.text
    found = page(client, MISSIONS, {"partner": "x" * 5_000}, status=400)
    assert f"“{'x' * 50}” is no partner" in found.text


def test_each_kind_has_one_page_and_no_other_name_has_any(client, ties):
    assert {kind.kind for kind in KINDS} == {*EngagementKind}
    for kind in KINDS:
        response = client.get(reverse("tie-kind", args=[kind.slug]))
        assert response.status_code == 200
        assert Checker(response.text).problems == []
    for name in ("mission", "nothing", "epf_contribution"):
        assert client.get(f"/ties/{name}/").status_code == 404


def test_dialogue_says_who_meets_and_how_often(client, ties):
    found = page(client, "/ties/dialogues/")
    assert "Albania holds dialogues with the EU" in found.text
    assert "Talks ministers annual" in found.text


def test_files_of_all_ties_are_linked_on_the_day_of_the_page(client, ties):
    found = page(client, MISSIONS, {"partner": "albania", "as_of": "2026-05-01"})
    files = [f"/data/engagements.{e}?as_of=2026-05-01" for e in ("csv", "xlsx", "json")]
    assert {*files} <= {*found.links}
    assert client.get(files[0]).status_code == 200


def test_drafts_have_no_ties_here(client, ties):
    draft = factories.partnership("ruritania", published=False)
    factories.engagement(draft, "mission", ALTHEA)
    for path in (TIES, MISSIONS):
        assert "Ruritania" not in page(client, path).text


def test_empty_record_says_so(client):
    assert "No other tie is recorded" in page(client, TIES).text
    assert "No tie of this kind is recorded" in page(client, MISSIONS).text
    assert "No partner has ties" in page(client, MISSIONS).text
    assert Checker(client.get(TIES).text).problems == []


def test_long_list_has_pages(client, ties, monkeypatch):
    monkeypatch.setattr("partnerships.pages.ties.TIES_PER_PAGE", 2)
    monkeypatch.setattr("partnerships.pages.ties.PARTNERS_PER_PAGE", 1)
    assert "Page 1 of 2" in page(client, MISSIONS).text
    assert "A larger part" in page(client, MISSIONS, {"page": "2"}).text
    found = page(client, TIES, {"page": "2"})
    assert "Six ties with two partners" in found.text
    assert "/partnerships/norway/" in found.links
    assert "/partnerships/albania/" not in found.links
    assert client.get(MISSIONS, {"page": "3"}).status_code == 404


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (1_400_000_000, "NOK 1,400 million"),
        (122_500_000, "NOK 122.5 million"),
        (1_234_567, "NOK 1,234,567"),
        (950_000, "NOK 950,000"),
    ],
)
def test_money_is_said_as_people_say_it(amount, words):
    assert money(amount, "NOK") == words


@pytest.mark.once
def test_shipped_record_sums_what_norway_gave(client, dataset):
    found = page(client, MONEY)
    assert "Norway has given NOK 1,400 million" in found.text
    assert "EUR 122.5 million" in found.text
