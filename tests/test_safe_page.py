"""The page on SAFE: every partner on its rung, by which text, and whose turn it is."""

from datetime import date

import pytest
import time_machine

from partnerships.choices import AffiliationKind, Certainty
from partnerships.models import Partnership
from partnerships.selectors.safe import safe_ladder
from partnerships.web import safe_ladder_words
from tests import factories
from tests.html import Checker, page

pytestmark = pytest.mark.django_db

SAFE = "/safe/"
TODAY = date(2026, 6, 1)
AGREED = [
    ("negotiations_authorised", "2025-09-18"),
    ("negotiations_concluded", "2025-12-01"),
    ("signature_authorised", "2026-02-11"),
]


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(TODAY, tick=False):
        yield


def record(slug, *safe, iso_code="", signed="2024-05-28", kind=None, **kwargs):
    """A partnership signed on a day or not, with steps towards SAFE."""
    made = factories.partnership(of=factories.partner(slug, iso_code=iso_code))
    if signed:
        factories.milestone(made, date=signed, **kwargs)
    if kind:
        factories.affiliation(made.partner, kind, since="2000")
    for step, day, *reference in safe:
        factories.milestone(
            made, step, day, track="safe", reference=reference[0] if reference else ""
        )
    return made


def ladder(on=TODAY):
    rows = Partnership.objects.published().select_related("partner")
    return safe_ladder(rows.order_by("partner__name").as_of(on), on=on)


def rungs(**kwargs):
    """The slugs of the partners on each rung."""
    found = [*safe_ladder_words.rungs(ladder(**kwargs))]
    found += safe_ladder_words.rungs(ladder(**kwargs), is_beside=True)
    return {
        rung.name: [p.row.partner.slug for p in rung.stepped]
        + [p.row.partner.slug for _, alike in rung.standing for p in alike]
        for rung in found
        if rung.count
    }


@pytest.fixture
def four(db):
    """Four beyond the share, two by a standing, one by name, one by agreement."""
    for slug in ("iceland", "norway"):
        record(slug, kind=AffiliationKind.EEA_EFTA)
    record("ukraine", iso_code="UA", signed=None, kind=AffiliationKind.EU_CANDIDATE)
    signed = [*AGREED, ("signed", "2026-02-14", "OJ L 2026/445")]
    record("canada", *signed, ("parliament_consented", "2026-05-20"))


def test_finding_is_who_goes_beyond_the_share_and_by_which_text(client, four):
    record("japan")
    record("chile", signed=None)
    found = page(client, SAFE)
    assert "Four partners may go beyond SAFE’s 35 %" in found.text
    assert (
        "Canada may, by its own agreement with the EU. Iceland, Norway and"
        in found.text
    )
    assert (
        "Ukraine are not capped: the Regulation counts their components" in found.text
    )
    assert "One other may join common purchases" in found.text
    assert "One may not join common purchases." in found.text
    assert "Ukraine is not capped: the Regulation names it" in found.text
    assert "Norway is not capped: EEA-EFTA state" in found.text
    assert "http://data.europa.eu/eli/reg/2025/1106/oj" in found.links


def test_each_partner_stands_on_its_rung_alone(four):
    record("albania", kind=AffiliationKind.EU_CANDIDATE)
    record("japan", ("requested", "2026-01-01"))
    record("korea", ("negotiations_opened", "2026-01-01"))
    record("india", *AGREED)
    record(
        "uk", ("negotiations_opened", "2026-01-01"), ("negotiations_failed", "2026-02")
    )
    record("peru", *AGREED, ("signed", "2026-03-01"), ("in_force", "2026-04-01"))
    record("chile", signed=None)
    signed = [*AGREED, ("signed", "2026-03-01")]
    record("fiji", *signed, ("suspended", "2026-04-01"))
    record("togo", *signed, ("terminated", "2026-04-01"))
    assert rungs() == {
        "In force": ["peru"],
        "Signed or applied": ["canada"],
        "Agreed": ["india"],
        "Being negotiated": ["korea"],
        "Asked for": ["japan"],
        "Eligible": ["albania"],
        "Not eligible": ["chile"],
        "Member States’ terms": ["iceland", "norway", "ukraine"],
        "Suspended": ["fiji"],
        "Talks ended": ["uk"],
        "Agreement ended": ["togo"],
    }


@pytest.mark.parametrize(
    ("steps", "turn"),
    [
        ([("requested", "2025-09")], ""),
        (
            [("negotiations_recommended", "2025-09")],
            "the Council authorises negotiations",
        ),
        (AGREED[:1], "the EU and the United Arab Emirates open talks"),
        (AGREED, "the EU and the United Arab Emirates sign"),
        (
            [*AGREED, ("signed", "2026-02-14")],
            "the European Parliament votes on its consent",
        ),
        (
            [*AGREED, ("signed", "2026-02-14"), ("parliament_consented", "2026-05-20")],
            "the Council concludes the agreement",
        ),
        (
            [*AGREED, ("signed", "2026-02-14"), ("concluded", "2026-05-20")],
            "the agreement enters into force",
        ),
        ([*AGREED, ("signed", "2026-02-14"), ("in_force", "2026-05-20")], ""),
        (
            [*AGREED, ("signed", "2026-02-14"), ("suspended", "2026-05-20")],
            "the EU and the United Arab Emirates resume the agreement or end it",
        ),
        ([*AGREED, ("negotiations_failed", "2026-02-14")], ""),
    ],
)
def test_it_says_whose_turn_it_is(steps, turn):
    record("united-arab-emirates", *steps)
    (partner,) = ladder().partners
    assert safe_ladder_words.turn(partner) == turn


def test_new_attempt_begins_at_its_own_steps():
    made = record("uk", *AGREED, ("negotiations_failed", "2026-03-01"))
    opened = "negotiations_authorised"
    factories.milestone(made, opened, "2026-04-01", track="safe", attempt=2)
    (partner,) = ladder().partners
    assert safe_ladder_words.turn(partner) == "the EU and Uk open talks"


def test_standing_holds_beside_an_agreement_that_does_not():
    record("norway", ("requested", "2026-01-01"), kind=AffiliationKind.EEA_EFTA)
    (partner,) = ladder().partners
    assert partner.is_beyond
    assert "Until then: common purchases on Member States" in (
        safe_ladder_words.otherwise(partner)
    )


def test_what_is_not_certain_is_said_to_be(client):
    signed = [*AGREED, ("signed", "2026-02-14/2026-07-01")]
    record("canada", *signed)
    record("ghana", certainty=Certainty.REPORTED)
    found = page(client, SAFE, {"as_of": "2026-03-01"})
    assert "no partner could go beyond SAFE’s 35 %" in found.text
    assert "By the days known, one more may have been among them." in found.text
    assert "may have been associated" in found.text
    assert "Ghana reportedly" in found.text


def test_past_day_is_told_in_the_past_and_forecasts_nothing(client, four):
    found = page(client, SAFE, {"as_of": "2026-03-01"})
    assert "On 1 March 2026: four partners could go beyond SAFE’s 35 %" in found.text
    assert "Canada could, by its own agreement" in found.text
    assert "the Regulation counted their components" in found.text
    assert "Next:" not in found.text
    assert "turn:" not in found.text
    assert all("as_of=2026-03-01" in href for href in found.links if "/canada/" in href)


def test_before_its_first_day_safe_did_not_exist(client, four):
    found = page(client, SAFE, {"as_of": "2025-05-26"})
    assert "On 26 May 2025 SAFE did not exist yet" in found.text
    assert "The ladder" not in found.text
    assert "?as_of=2025-05-27" in found.links
    assert "The ladder" in page(client, SAFE, {"as_of": "2025-05-27"}).text


def test_acts_are_linked_by_the_rules_of_the_eu(client):
    record(
        "canada", *AGREED, ("signed", "2026-02-14", "Council Decision (EU) 2026/444")
    )
    found = page(client, SAFE)
    assert "http://data.europa.eu/eli/dec/2026/444/oj" in found.links
    assert "Canada: SAFE agreement signed" in found.text


def test_where_sources_differ_both_and_the_ruling_are_shown(client):
    asked = factories.question(
        "safe-loans", "Who gets loans?", "Member States", ruling="The act says so."
    )
    factories.claim(asked, "Member States", by=factories.source("act"))
    factories.claim(asked, "Partners too", by=factories.source("press"))
    told = factories.question("safe-adopted", "When was it adopted?", "2025-05-27")
    factories.claim(told, "2025-05-27", by=factories.source("journal"))
    found = page(client, SAFE)
    differ = found.text.partition("Where sources differ")[2]
    assert "Member States" in differ
    assert "Partners too" in differ
    assert "The act says so." in differ
    assert {f"question-{asked.pk}", f"question-{told.pk}"} <= {*found.ids}


def test_drafts_stand_on_no_rung(client):
    draft = factories.partnership("ruritania", published=False)
    factories.milestone(draft, "requested", "2026-01-01", track="safe", reference="Act")
    assert "Ruritania" not in page(client, SAFE).text


def test_empty_record_has_an_empty_ladder(client):
    response = client.get(SAFE)
    assert Checker(response.text).problems == []
    assert "No partner may go beyond SAFE’s 35 %" in page(client, SAFE).text


def test_page_is_well_formed(client, four):
    for path in (SAFE, f"{SAFE}?as_of=2025-01-01", f"{SAFE}?as_of=2026-03-01"):
        assert Checker(client.get(path).text).problems == [], path
    assert client.get(SAFE, {"as_of": "soon"}).status_code == 400


@pytest.mark.once
def test_shipped_record_places_four_beyond_the_share(client, dataset):
    found = page(client, SAFE)
    assert "Four partners may go beyond SAFE’s 35 %" in found.text
    assert "Canada may, by its own agreement with the EU." in found.text
    assert "Iceland, Norway and Ukraine are not capped" in found.text
    assert "Next: the Council concludes the agreement" in found.text
