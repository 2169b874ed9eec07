"""One record with something of every kind, every text of which was another once."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partnerships.choices import MilestoneKind
from partnerships.ledger import sealing
from partnerships.ledger.known_on import known_on
from partnerships.ledger.past import Past
from partnerships.models import (
    Affiliation,
    Area,
    Claim,
    Coverage,
    Engagement,
    Milestone,
    Partner,
    Partnership,
    Source,
)
from partnerships.selectors.trail import Trail
from partnerships.web import caching
from tests import factories
from tests.factories import edit
from tests.html import Page, page
from tests.two_clocks import (
    ANSWERS,
    API,
    APRIL,
    DETAIL,
    LIST,
    MARCH,
    PAGES,
    STATISTICS,
    names,
    on,
    slugs,
    without_log,
)

pytestmark = pytest.mark.django_db

INVALID = "Write the day as year-month-day, as in 2026-03-31."


def rename(row, to):
    """Give each text of the record, save for choices and keys, another word."""
    texts = {
        Partner: ["name", "official_name"],
        Partnership: ["title", "summary", "review_clause"],
        Milestone: ["place", "signatories", "reference", "note", "ruling"],
        Area: ["name"],
        Coverage: ["ruling"],
        Engagement: ["title", "note", "ruling"],
        Affiliation: ["note", "ruling"],
        Source: ["publisher", "title", "authors"],
        Claim: ["wording", "locator"],
    }
    model = type(row)._meta.model_name
    edit(row, **{name: f"{to} {model} {name}" for name in texts[type(row)]})


@pytest.fixture(scope="module")
def renamed_once(for_module):
    """Norway, every text of which was another until the end of March."""
    with on(MARCH):
        norway = factories.partnership()
        signed = factories.milestone(norway)
        tie = factories.engagement(norway)
        standing = factories.affiliation(
            norway.partner, "nato_ally", since="1949-04-04"
        )
        cell = factories.coverage(norway, factories.area())
        claims = [factories.claim(signed, "2024-06"), factories.claim(tie, "no")]
        claims.append(factories.claim(standing, "no", by=claims[0].source))
        claims.append(factories.claim(cell, "not_included", by=claims[0].source))
        rows = [norway, norway.partner, signed, tie, standing, cell, cell.area]
        rows += [*claims, claims[0].source]
        for row in rows:
            rename(row, "Former")
    with on(APRIL):
        for row in rows:
            rename(row, "Present")


@pytest.fixture
def renamed(renamed_once, db):
    return Partnership.objects.get()


@pytest.fixture
def moved(renamed):
    """The same, and everything that lists go by was another in April."""
    with on(APRIL):
        edit(renamed.partner, region="africa")
        edit(Affiliation.objects.get(), kind="eea_efta")
        edit(Coverage.objects.get(), value="already_exists")
        edit(Milestone.objects.get(), kind=MilestoneKind.PROPOSED, ruling="")
        edit(factories.partnership("albania"), title="Former title")
    return renamed


# What was known, and when


def test_part_of_a_record_that_was_deleted_is_known_until_then(client, renamed):
    with on(APRIL + timedelta(1)):
        for model in (Claim, Milestone, Coverage, Engagement, Affiliation):
            model.objects.all().delete()
    for known, count in [(MARCH, 1), (APRIL, 1), (APRIL + timedelta(1), 0)]:
        record = client.get(f"{API}norway/", {"known_on": known}).json()
        for part in ("milestones", "engagements", "affiliations"):
            assert len(record[part]) == count, (known, part)
        assert record["areas_included"] == count
        text = without_log(page(client, DETAIL, {"known_on": known}).text)
        assert ("engagement title" in text) == (count == 1)


def test_known_today_is_known_now(client, renamed):
    today = {"known_on": timezone.localdate()}
    for path in ANSWERS:
        assert client.get(path, today).json() == client.get(path).json()
    factories.partnership("japan")
    assert slugs(client, **today) == names(client, **today) == ["japan", "norway"]


@pytest.mark.parametrize(("known", "edition"), [(MARCH, 24), (APRIL, 36), (None, 36)])
def test_statistics_say_which_day_and_edition_they_are_of(
    client, renamed, known, edition
):
    counted = client.get(STATISTICS, {"known_on": known} if known else {}).json()
    assert counted["known_on"] == str(known or timezone.localdate())
    assert counted["as_of"] == str(timezone.localdate())
    assert counted["edition"] == edition


def test_nothing_was_known_before_the_first_record(client, renamed):
    query = {"known_on": MARCH - timedelta(1)}
    assert slugs(client, **query) == names(client, **query) == []
    assert client.get(f"{API}norway/", query).status_code == 404
    page(client, DETAIL, query, status=404)
    assert "No partnership is on record." in page(client, "/", query).text
    counted = client.get(STATISTICS, query).json()
    assert {*counted["by_status"].values()} == {0}
    assert counted["partnerships"] == counted["edition"] == 0
    assert counted["open_disagreements"] == counted["signed_total"] == 0


# Wrong days


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("yesterday", INVALID),
        ("2025-02-30", INVALID),
        ("31/12/2025", INVALID),
        ("2999-12-31", "This day is yet to come"),
        ("in two days", "This day is yet to come"),
    ],
)
def test_wrong_day_gets_400_and_a_sentence(client, renamed, path, day, sentence):
    if day == "in two days":  # tomorrow may have begun, in the east
        day = timezone.localdate() + timedelta(2)
    answer = page(client, path, {"known_on": day}, status=400)
    assert answer.text.count(sentence) == 1
    assert "As known on" not in answer.text


@pytest.mark.parametrize("path", ANSWERS)
@pytest.mark.parametrize("day", ["yesterday", "2025-02-30", "2999-12-31", "\x00"])
def test_wrong_day_is_refused_by_name_in_api(client, renamed, path, day):
    answer = client.get(path, {"known_on": day})
    assert answer.status_code == 400
    (sentence,) = answer.json()["errors"]["known_on"]
    assert sentence.endswith(".")


@pytest.mark.parametrize("path", [*PAGES, *ANSWERS])
@pytest.mark.parametrize("day", ["0001-01-01", "1970-01-01", "9999-12-31"])
def test_first_and_last_day_of_the_calendar_break_nothing(client, renamed, path, day):
    assert client.get(path, {"known_on": day}).status_code in {200, 400, 404}


# Names and labels


@pytest.mark.parametrize("path", [*PAGES, *ANSWERS])
@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [({"known_on": MARCH}, "Former", "Present"), ({}, "Present", "Former")],
    ids=["past", "present"],
)
def test_past_and_present_show_nothing_of_each_other(
    client, renamed, path, query, shown, hidden
):
    html = client.get(path, query).content.decode()
    assert hidden not in html
    assert path == STATISTICS or shown in html


def test_record_of_the_past_shows_areas_ties_and_sources_as_they_were(client, renamed):
    text = page(client, DETAIL, {"known_on": MARCH}).text
    for words in (
        *("partner name", "partnership title", "area name", "engagement title"),
        *("milestone place", "source publisher", "source title", "claim wording"),
        *("affiliation note", "coverage ruling"),
    ):
        assert f"Former {words}" in text


def test_list_of_the_past_offers_the_areas_of_then(client, renamed):
    with on(APRIL):
        factories.area(2, name="Present area two")
    text = page(client, LIST, {"known_on": MARCH}).text
    assert "Former area name" in text and "Present area two" not in text
    unknown = {"known_on": MARCH, "area": "area-2"}
    assert client.get(API, unknown).status_code == 400
    assert slugs(client, known_on=APRIL, area="area-2") == []


@pytest.mark.parametrize(
    ("query", "then", "since"),
    [
        ({"q": "former"}, ["norway"], ["albania"]),
        ({"q": "present"}, [], ["norway"]),
        ({"status": "signed"}, ["norway"], []),
        ({"status": "proposed"}, [], ["norway"]),
        ({"safe_status": "eligible"}, ["norway"], []),
        ({"safe_status": "not_needed"}, [], ["norway"]),
        ({"region": "western_europe"}, ["norway"], ["albania"]),
        ({"affiliation": "nato_ally"}, ["norway"], []),
        ({"affiliation": "eea_efta"}, [], ["norway"]),
        ({"area": "area-1"}, ["norway"], []),
        ({"signed_after": "2024-01-01"}, ["norway"], []),
        ({"signed_before": "2024-12-31"}, ["norway"], []),
        ({"disagreement": "open"}, [], ["norway"]),
        ({"disagreement": "ruled"}, ["norway"], ["norway"]),
        ({"order": "-name"}, ["norway"], ["norway", "albania"]),
        ({"order": "status"}, ["norway"], ["albania", "norway"]),
    ],
)
def test_list_filters_and_orders_as_of_then(client, moved, query, then, since):
    assert slugs(client, known_on=MARCH, **query) == then
    assert names(client, known_on=MARCH, **query) == then
    assert slugs(client, **query) == slugs(client, known_on=APRIL, **query) == since


def test_areas_common_to_all_are_counted_as_of_then(client, renamed):
    with on(APRIL):
        edit(Coverage.objects.get(), value="not_included")
    common = "areas_common_to_all_signed"
    assert client.get(STATISTICS, {"known_on": MARCH}).json()[common] == [1]
    assert client.get(STATISTICS).json()[common] == []


# The page says so


@pytest.mark.parametrize("path", PAGES)
def test_page_of_the_past_says_so_and_offers_a_way_back(client, renamed, path):
    answer = client.get(path, {"known_on": MARCH})
    assert 'name="known_on"' in answer.text and 'value="2026-03-31"' in answer.text
    shown = Page(answer.text)
    assert "As known on 31 March 2026" in shown.text
    assert "what this tracker said at the end of that day (UTC)" in shown.text
    assert "Back to now" in shown.text
    back = shown.links[shown.links.index("#content") :]
    assert "?" in back or "." in back or path in back


def test_way_back_keeps_the_filters(client, renamed):
    query = {"known_on": MARCH, "as_of": "2025-01-01", "q": "norway", "page": "1"}
    assert "?q=norway" in page(client, LIST, query).links


@pytest.mark.parametrize("path", PAGES)
def test_page_of_now_offers_the_second_clock_and_has_no_banner(client, renamed, path):
    html = client.get(path).text
    assert 'name="known_on"' in html
    assert "Back to now" not in html and "As known on" not in html


@pytest.mark.parametrize("path", PAGES)
def test_links_keep_both_days(client, renamed, path):
    found = page(client, path, {"as_of": "2026-01-31", "known_on": MARCH})
    of_record = (f"{LIST}?", f"{DETAIL}?", "/?")
    kept = {link for link in found.links if link.startswith(of_record)}
    assert len(kept) >= 2
    assert all("as_of=2026-01-31" in link for link in kept)
    assert all("known_on=2026-03-31" in link for link in kept)
    internal = {link for link in found.links if link.startswith("/partnerships/")}
    log = f"{DETAIL}changes/"
    undated = {link for link in internal - kept if "known_on=2026-03-31" not in link}
    assert undated <= {LIST, log, f"{log}?from=2026-04-01"}  # "Clear all", log


@pytest.mark.parametrize(
    ("path", "twin"), [("/", STATISTICS), (LIST, API), (DETAIL, f"{API}norway/")]
)
def test_json_twin_keeps_both_days(client, renamed, path, twin):
    found = page(client, path, {"as_of": "2026-01-31", "known_on": MARCH})
    (link,) = (link for link in found.links if link.startswith("/api/"))
    assert link == f"{twin}?as_of=2026-01-31&known_on=2026-03-31"
    assert client.get(link).status_code == 200


# Queries, and nothing but queries


def queries(client, path, **query):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path, query).status_code == 200
    return len(captured)


@pytest.mark.parametrize("path", [*PAGES, *ANSWERS])
def test_past_asks_one_query_more_than_the_present(client, renamed, monkeypatch, path):
    # What an edition counts is remembered, of now alone.
    monkeypatch.setattr(caching, "current_trail", lambda: Trail(is_waiting=True))
    now, then = queries(client, path), queries(client, path, known_on=MARCH)
    assert now == then - 1  # for the edition of that day
    with on(APRIL + timedelta(1)):
        for number in range(3):
            for row in (renamed, renamed.partner, Claim.objects.first()):
                rename(row, f"Version {number}")
    later = queries(client, path, known_on=APRIL + timedelta(1))
    assert later == then
    assert queries(client, path, known_on=MARCH) == then


WRITES = {
    "save": lambda: edit(Partner.objects.get(), name="Changed"),
    "create": lambda: factories.area(2),
    "bulk_create": lambda: Area.objects.bulk_create([Area(number=9, slug="a9")]),
    "update": lambda: Partner.objects.update(region="africa"),
    "delete": lambda: Milestone.objects.get().delete(),
    "delete of many": lambda: Milestone.objects.all().delete(),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_past_cannot_be_written(renamed, write):
    before = sealing.head(), Milestone.history.count()
    refused = pytest.raises((RuntimeError, DatabaseError))
    with refused, transaction.atomic(), known_on(Past.of_day(MARCH)):
        write()
    assert Partner.objects.get().region == "western_europe"
    assert (sealing.head(), Milestone.history.count()) == before
    assert Milestone.objects.count() == Area.objects.count() == 1


def test_present_is_back_after_the_past_and_after_an_error_in_it(renamed):
    with known_on(Past.of_day(MARCH)):
        assert Partner.objects.get().name == "Former partner name"
    assert Partner.objects.get().name == "Present partner name"
    with pytest.raises(Partner.DoesNotExist), known_on(Past.of_day(MARCH)):
        Partner.objects.get(name="Present partner name")
    assert Partner.objects.get().name == "Present partner name"
