"""What each document says, and where it stands alone."""

from datetime import UTC, datetime

import pytest
import time_machine

from partnerships.ledger import sealing
from partnerships.ledger.editions import reading
from partnerships.models import Claim, Source
from partnerships.pages import source_list
from partnerships.selectors import sources
from partnerships.selectors.trail import current_trail
from tests import factories
from tests.html import page

pytestmark = pytest.mark.django_db

LIST, BRIEFING, WEBSITE = "/sources/", "/sources/briefing/", "/sources/website/"


@pytest.fixture
def norway():
    """Two documents: on the day of signature they differ; of the area one speaks
    alone; that the partnership is not binding both say."""
    briefing = factories.source("briefing", published_on="2026-03", language="fr")
    website = factories.source("website", url="https://example.org/web")
    record = factories.partnership(stated_areas=17)
    signed = factories.milestone(record, ruling="The text itself says so.")
    factories.claim(signed, "2024-05-28", by=briefing, wording="signed")
    factories.claim(signed, "2024-06", by=website, wording="concluded", locator="§ 2")
    cell = factories.coverage(record, factories.area(name="Cyber issues"))
    factories.claim(cell, "included", by=briefing, locator="Table 1, row 3")
    binding = factories.question()
    for source in (briefing, website):
        factories.claim(binding, "no", by=source)
    return record


def row(client, key):
    summaries = client.get(LIST).context["page"].object_list
    return next(found for found in summaries if found.source.key == key)


def test_list_says_of_each_document_what_is_known(client, norway):
    found = page(client, LIST)
    for words in (
        "European Parliament 2 documents",
        "European Parliamentary Research Service, in French · it is on paper alone",
        "European Parliamentary Research Service · document at example.org",
        "March 2026",
        "undated",
        "not recorded",
    ):
        assert words in found.text
    assert {BRIEFING, WEBSITE, "https://example.org/web"} <= set(found.links)


def test_list_says_how_much_rests_on_one_document(client, norway):
    found = page(client, LIST)
    assert (
        "Of the 5 claims in the record, 3 come from one of 2 documents:" in found.text
    )
    assert "No other document speaks of 1 of them." in found.text
    assert "#briefing" in found.links


def test_documents_stand_by_who_speaks_those_with_most_claims_first(client, norway):
    factories.edit(Source.objects.get(key="website"), kind="official")
    text = page(client, LIST).text
    assert text.index("Official 1 document") < text.index("European Parliament 1 doc")


def test_link_to_a_publisher_is_not_called_the_document(client, norway):
    website = Source.objects.get(key="website")
    factories.edit(website, url="https://www.example.org/news/")
    for path in (LIST, WEBSITE):
        assert "ts publisher’s site alone: example.org" in page(client, path).text
    signed = "/partnerships/norway/"
    assert "publisher’s site" in page(client, signed).text


def test_claims_are_counted_by_how_they_stand_and_stand_alone(client, norway):
    briefing, website = row(client, "briefing"), row(client, "website")
    assert briefing.claims == 3
    assert briefing.by_standing == {"agrees": 3}
    assert briefing.alone == {"only": 1, "against": 1}
    assert website.by_standing == {"agrees": 1, "disagrees": 1}
    assert website.alone == {"against": 1}
    found = page(client, LIST)
    assert "1 told nowhere else" in found.text
    assert f"{WEBSITE}?standing=disagrees" in found.links


def test_rivals_that_say_the_same_do_not_stand_alone(client, norway):
    third = factories.source("third")
    factories.claim(norway.milestones.get(), "2024-06", by=third)
    assert row(client, "third").alone == row(client, "website").alone == {}


def test_document_shows_its_claims_rivals_and_ruling(client, norway):
    found = page(client, WEBSITE)
    assert "2 facts" in found.text
    assert "Norway Milestones Signed (SDP) ≠ disagrees June 2024" in found.text
    assert "in the words concluded ; § 2" in found.text
    assert "No other document says the same" in found.text
    assert "28 May 2024 , in the words signed" in found.text
    assert "Adopted: 28 May 2024" in found.text
    assert "The editors’ ruling: The text itself says so." in found.text
    assert "The instrument as a whole Questions" in found.text
    signed = norway.milestones.get()
    assert f"/partnerships/norway/#milestone-{signed.pk}" in found.links


def test_facts_stand_in_the_order_of_the_record(client, norway):
    text = page(client, BRIEFING).text
    places = [text.index(w) for w in ("Milestones", "Areas of coop", "The instrument")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("query", "facts"),
    [
        ({}, 3),
        ({"standing": "agrees"}, 3),
        ({"standing": "disagrees"}, 0),
        ({"alone": "only"}, 1),
        ({"alone": "against"}, 1),
        ({"alone": "only", "standing": "compatible"}, 0),
    ],
)
def test_claims_are_filtered(client, norway, query, facts):
    assert len(client.get(BRIEFING, query).context["facts"]) == facts


def test_nothing_that_fits_says_so(client, db):
    assert "No source is on record." in page(client, LIST).text
    factories.claim(factories.question(), "no", by=factories.source("briefing"))
    nothing = page(client, BRIEFING, {"standing": "disagrees"}).text
    assert "No claim of this document fits" in nothing


def test_unknown_document_is_not_found(client):
    page(client, "/sources/unknown/", status=404)


def test_document_is_shown_as_it_was_known(client):
    with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False):
        source = factories.source("briefing", title="Old title")
        factories.claim(factories.milestone(factories.partnership()), "2024")
        sealing.seal()
    with time_machine.travel(datetime(2026, 3, 5, 12, tzinfo=UTC), tick=False):
        factories.edit(source, title="New title")
        sealing.seal()
    day = {"known_on": "2026-03-01"}
    assert "New title" in page(client, BRIEFING).text
    past = page(client, BRIEFING, day)
    assert "Old title" in past.text
    assert "/changes/?from=2026-03-02" in past.links
    assert f"{BRIEFING}?known_on=2026-03-01" in page(client, LIST, day).links
    page(client, BRIEFING, {"known_on": "2026-02-01"}, status=404)


def test_pages_hold_fifty_facts(client, norway):
    briefing = Source.objects.get(key="briefing")
    for number in range(2, 55):
        cell = factories.coverage(norway, factories.area(number))
        factories.claim(cell, "included", by=briefing)
    found = page(client, BRIEFING, {"page": "2", "alone": "only"})
    assert "54 facts" in found.text
    assert "Page 2 of 2" in found.text
    assert len(client.get(BRIEFING, {"page": "2"}).context["facts"]) == 6


# What it costs, and that it is right


@pytest.fixture
def read(monkeypatch):
    """The claims that are compared with others, in a list for each time."""
    times, as_it_is = [], sources._read
    monkeypatch.setattr(
        sources, "_read", lambda claims: times.append(as_it_is(claims)) or times[-1]
    )
    return times


def numbers():
    """The numbers of each document in the edition that is read, by its key."""
    sealing.seal()
    trail = current_trail()
    with reading(trail.seal, trail.edition):
        found = sources.source_summaries(Source.objects.all())
    return {summary.source.key: summary.tally for summary in found}


def test_numbers_of_each_edition_are_those_of_counting_all_claims(norway):
    website = Source.objects.get(key="website")
    ally = factories.affiliation(norway.partner, "nato_ally")
    other = factories.milestone(factories.partnership("japan"), "signed", "2024")
    edits = [
        lambda: None,
        lambda: factories.claim(ally, "2020", by=website),
        lambda: factories.edit(ally, since="2021"),  # in its partner's log
        lambda: factories.claim(other, "2024", by=website),
        lambda: factories.edit(norway.milestones.get(), date="2024-07"),
        lambda: factories.edit(Claim.objects.filter(says="no").first(), says="yes"),
        lambda: factories.edit(norway, is_published=False),
        lambda: factories.edit(norway, is_published=True),
        lambda: Claim.objects.filter(source=website).first().delete(),
        lambda: factories.edit(other.partnership, is_published=False),
    ]
    seen = []
    for edit in edits:
        edit()
        seen.append(numbers())
        sources._last.clear()
        sources._counts.kept.cache_clear()
        assert seen[-1] == numbers()
    assert len({str(found) for found in seen}) > 6


def test_an_edit_lets_the_claims_of_its_record_be_counted_alone(read, norway):
    for slug in ("japan", "moldova", "albania"):
        factories.claim(factories.milestone(factories.partnership(slug)), "2024")
    numbers()
    factories.edit(norway.milestones.get(), date="2024-06")
    del read[:]
    numbers()
    numbers()
    (counted,) = read
    assert {claim.record_id for claim in counted} == {norway.pk, None}


def test_numbers_of_another_trail_are_counted_anew(norway):
    """As after a restore: that edition is not among those of the trail."""
    expected = numbers()
    last = sources._last[0]
    other = last._replace(edition=last.edition._replace(seal="of another"), of_all={})
    sources._last.append(other)
    sources._counts.kept.cache_clear()
    assert numbers() == expected


def test_page_of_a_document_compares_the_claims_on_its_facts_alone(
    client, read, norway
):
    page(client, WEBSITE)
    assert not read
    cell = factories.coverage(norway, factories.area(2, name="Space"))
    factories.claim(cell, "included", by=factories.source("third"))
    page(client, WEBSITE, {"alone": "against"})
    (compared,) = read
    assert len(compared) == 4


def test_long_list_stands_on_pages(client, norway, monkeypatch):
    monkeypatch.setattr(source_list, "SOURCES_PER_PAGE", 2)
    question = factories.question("another")
    for key, kind in (("a", "official"), ("b", "official"), ("c", "press")):
        factories.claim(question, "no", by=factories.source(key, kind=kind))
    first, second = page(client, LIST), page(client, LIST, {"page": 2})
    assert "Official 2 documents" in first.text
    assert "Page 1 of 3" in first.text
    assert {"?page=2#european-parliament", "?page=3#press"} <= {*first.links}
    assert "?page=2#briefing" in first.links
    assert {BRIEFING, WEBSITE, "#briefing", "?page=1#official"} <= {*second.links}
    assert "European Parliament 2 documents" in second.text
    page(client, LIST, {"page": 4}, status=404)
