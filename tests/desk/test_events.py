"""Eight real events, entered at an empty desk as their documents tell them, and the
traps beside them, none of which moves a status."""

import pytest
from django.urls import reverse

from partnerships.models import LedgerEntry, Partner, Partnership
from tests import factories
from tests.admin import errors, submit, url
from tests.desk.entry import problems_of, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealed_at_once")]

PARTNERS = {
    "iceland": ("Iceland", "IS", "western_europe"),
    "ghana": ("Ghana", "GH", "africa"),
    "australia": ("Australia", "AU", "indo_pacific"),
    "canada": ("Canada", "CA", "north_america"),
    "united-kingdom": ("United Kingdom", "GB", "western_europe"),
    "switzerland": ("Switzerland", "CH", "western_europe"),
    "ukraine": ("Ukraine", "UA", "eastern_neighbourhood"),
}


@pytest.fixture(autouse=True)
def empty_desk(client, publisher):
    client.force_login(publisher)
    for number in (2, 15):
        factories.area(number)


def begin(client, slug):
    """A partner and its partnership, by the forms of the admin."""
    name, code, region = PARTNERS[slug]
    sent = {"name": name, "slug": slug, "iso_code": code, "region": region}
    answer = submit(client, url(Partner, "add"), sent)
    assert answer.status_code == 302, errors(answer)
    partner = Partner.objects.get(slug=slug)
    sent = {"partner": partner.pk, "title": f"EU–{name}", "summary": "To be written."}
    sent |= {"change_kind": "editorial", "change_reason": "A new partnership"}
    answer = submit(client, url(Partnership, "add"), sent)
    assert answer.status_code == 302, errors(answer)
    Partnership.objects.filter(partner=partner).update(is_published=True)


def enter(client, kind, day, *rows, title="What was said"):
    document = {"url": f"https://example.org/news/{title}-{day}".replace(" ", "-")}
    document |= {"publisher": "A publisher", "kind": kind, "title": title}
    answer = send(client, rows, published_on=day, **document)
    return problems_of(answer) if answer.status_code == 200 else []


def status(client, slug):
    record = client.get(f"/api/v1/partnerships/{slug}/").json()
    return record["status"], record["safe_status"]


def row(what, value, partner="", **cells):
    return {"partner": partner, "what": what, "value": value, "place": "¶ 1", **cells}


def test_announcement_comes_true(client):
    begin(client, "iceland")
    announced = row("Announced: Signed", "9 March 2026", "Iceland", detail="March 2026")
    assert enter(client, "official", "9 March 2026", announced) == []
    assert status(client, "iceland")[0] == "not_recorded"
    signed = row("Signed", "18 March 2026", "Iceland")
    where = row("Where", "Brussels")
    who = row("Who signed", "Kaja Kallas; Þorgerður Katrín Gunnarsdóttir")
    assert enter(client, "agency", "18 March 2026", signed, where, who) == []
    assert status(client, "iceland")[0] == "signed"
    milestones = client.get("/api/v1/partnerships/iceland/").json()["milestones"]
    assert [m["met_by"] for m in milestones] == [milestones[1]["id"], None]


def test_new_partner_signs_with_areas(client):
    begin(client, "ghana")
    rows = [row("Signed", "24 March 2026", "Ghana"), row("Where", "Accra")]
    rows += [row("Area: 15", "included"), row("Area: 2", "included")]
    assert enter(client, "press", "25 March 2026", *rows) == []
    record = client.get("/api/v1/partnerships/ghana/").json()
    assert (record["status"], record["areas_included"]) == ("signed", 2)


def test_talks_on_safe_fail(client):
    begin(client, "united-kingdom")
    signed = row("Signed", "19 May 2025", "United Kingdom")
    opened = row("SAFE: Negotiations authorised", "by 18 September 2025")
    assert enter(client, "official", "19 September 2025", signed, opened) == []
    assert status(client, "united-kingdom")[1] == "negotiating"
    failed = row("SAFE: Negotiations failed", "28 November 2025", "United Kingdom")
    assert enter(client, "agency", "28 November 2025", failed) == []
    assert status(client, "united-kingdom")[1] == "no_agreement"


def test_agreement_on_safe_is_signed_applied_and_consented_to(client):
    begin(client, "canada")
    rows = [row("Signed", "23 June 2025", "Canada")]
    rows += [row("SAFE: Negotiations concluded", "1 December 2025")]
    rows += [row("SAFE: Signed", "14 February 2026")]
    rows += [row("SAFE: Provisionally applied", "14 February – 20 May 2026")]
    assert enter(client, "official", "21 May 2026", *rows) == []
    assert status(client, "canada") == ("safe_associated", "associated")
    consent = row("SAFE: European Parliament consented", "20 May 2026", "Canada")
    reference = row("Reference", "TA-10-2026-0180")
    assert enter(client, "parliament", "20 May 2026", consent, reference) == []
    assert status(client, "canada") == ("safe_associated", "associated")


def test_tie_and_namesake_of_one_day_move_nothing(client):
    begin(client, "switzerland")
    rows = [row("Tie: FPA", "5 March 2026", "Switzerland", detail="Zurich agreement")]
    rows += [
        row(
            "Not an SDP",
            "5 March 2026",
            "the EU and Switzerland",
            detail="Joint declaration on closer cooperation",
            text="It is a declaration, which is no partnership.",
        )
    ]
    assert enter(client, "official", "6 March 2026", *rows) == []
    assert status(client, "switzerland")[0] == "not_recorded"
    assert "Joint declaration" in client.get("/not-sdps/").text


def test_position_and_proposal(client):
    begin(client, "australia")
    proposed = row(
        "Proposed", "18 May 2025", "Australia", detail="Ursula von der Leyen"
    )
    said = row(
        "Position: EU institutions",
        "11 February 2026",
        "all",
        detail="European Parliament",
        text="It asked that more partnerships be explored.",
    )
    assert enter(client, "parliament", "11 February 2026", proposed, said) == []
    assert status(client, "australia")[0] == "proposed"
    assert "asked that more partnerships" in client.get("/positions/").text


def test_step_that_had_not_happened_is_a_claim_against_it(client):
    begin(client, "switzerland")
    talks = row("Exploratory talks", "June 2025", "Switzerland")
    assert enter(client, "research", "2 July 2025", talks) == []
    denied = row("Exploratory talks", "not before 24 October 2025", "Switzerland")
    denied |= {"decision": "keep", "ruling": "The ministry speaks of contacts alone."}
    assert enter(client, "official", "23 October 2025", denied, title="No talks") == []
    record = client.get("/api/v1/partnerships/switzerland/").json()
    (milestone,) = record["milestones"]
    assert {claim["standing"] for claim in milestone["claims"]} == {
        "agrees",
        "disagrees",
    }
    assert record["open_disagreements"] == 0


def test_digest_moves_no_status_and_the_document_beside_it_does(client):
    begin(client, "ukraine")
    signed = row("Signed", "11 February 2026", "Ukraine")
    problems = enter(client, "digest", "12 February 2026", signed)
    assert "a digest alone moves no status" in " ".join(problems)
    assert status(client, "ukraine")[0] == "not_recorded"
    assert not LedgerEntry.objects.filter(record="milestone").exists()


@pytest.mark.parametrize(
    ("parties", "title"),
    [
        ("the EU and the Philippines", "Security and Defence Dialogue"),
        ("the EU and Armenia", "Security and defence consultations"),
    ],
)
def test_dialogue_and_consultations_are_entered_as_what_they_are(
    client, parties, title
):
    trap = row("Not an SDP", "2 June 2025", parties, detail=title)
    trap |= {"text": "A dialogue, which is no partnership."}
    assert enter(client, "press", "3 June 2025", trap) == []
    assert title in client.get("/not-sdps/").text
    assert client.get("/api/v1/partnerships/").json()["count"] == 0
    signed = row("Signed", "2 June 2025", "Philippines")
    (problem,) = enter(client, "press", "3 June 2025", signed, title="Signed")
    assert "There is no record of “Philippines”" in problem


def test_desk_says_what_is_due_of_it(client):
    begin(client, "ghana")
    announced = row("Announced: Signed", "9 March 2026", "Ghana", detail="March 2026")
    enter(client, "official", "9 March 2026", announced)
    today = client.get(reverse("admin:index")).text
    assert "Announced, and due" in today and "expected March 2026" in today
