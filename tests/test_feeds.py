"""The feeds: what changed and what happened, for the programs that follow the record."""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from uuid import uuid5
from xml.etree import ElementTree

import feedparser
import pytest
import time_machine
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from icalendar.parser import Contentline
from jsonschema import Draft202012Validator

from partnerships import dates
from partnerships.choices import ChangeCategory
from partnerships.feeds import entries as feed_entries
from partnerships.feeds import milestones_calendar
from partnerships.ledger import context, sealing
from partnerships.log.entries import BULK
from partnerships.models import LedgerEntry, Partner
from partnerships.text import feed_text
from tests import factories
from tests.changes import edit, redact
from tests.html import Page
from tests.ledger.trail import damage
from tests.strategies import on_the_database, tries

pytestmark = pytest.mark.django_db

CHANGES, MILESTONES, EVENTS = "/changes.atom", "/milestones.atom", "/milestones.ics"
FEEDS = [CHANGES, MILESTONES, EVENTS]
IN_JSON = {CHANGES: "/changes.feed.json", MILESTONES: "/milestones.feed.json"}
MARCH = datetime(2026, 3, 2, 9, tzinfo=UTC)
URN = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture(autouse=True)
def sealed(sealed_at_once):
    pass


@pytest.fixture
def norway():
    return factories.partnership(internal_notes="Between us only.")


@pytest.fixture
def signed(norway):
    return factories.milestone(norway, place="Brussels")


def read(client, path, query=None, **kwargs):
    """A feed, which a reader finds nothing wrong with."""
    response = client.get(path, query, **kwargs)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    found = feedparser.parse(response.content)
    assert not found.bozo
    return found


def titles(client, path, query=None):
    return [entry.title for entry in read(client, path, query).entries]


def events(client, query=None, **kwargs):
    response = client.get(EVENTS, query, **kwargs)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(response.content).walk("VEVENT")


def terms(entry):
    return [tag.term for tag in entry.get("tags", ())]


# What all have in common


@pytest.mark.parametrize("path", FEEDS)
def test_feed_is_known_by_its_edition(client, signed, path):
    first = client.get(path)
    asked = {"if-none-match": first["ETag"]}
    assert client.get(path, headers=asked).status_code == 304
    edit(signed, place="Oslo")
    assert client.get(path, headers=asked).status_code == 200


def test_pages_of_any_origin_may_read(client, signed):
    for path in FEEDS:
        assert client.get(path)["Access-Control-Allow-Origin"] == "*", path
        assert client.options(path).status_code == 204, path
        assert client.get(f"{path}/").status_code == 404, path


def test_wrong_parameters_are_refused_one_in_a_line(client):
    response = client.get(CHANGES, {"from": "soon", "kind": "no", "page": "2"})
    assert response.status_code == 400
    lines = response.content.decode().splitlines()
    assert [line.partition(":")[0] for line in lines] == ["kind", "from", "page"]
    wrong = "from: “soon” is no day. Write the day as year-month-day, as in 2026-03-31."
    assert lines[1] == wrong
    # They exist elsewhere.
    assert client.get(CHANGES, {"known_on": "2026-03-01"}).status_code == 400
    assert client.get(MILESTONES, {"page": "1"}).status_code == 400


@pytest.mark.parametrize("path", [CHANGES, MILESTONES])
def test_empty_feed_is_a_valid_one_that_does_not_change_by_itself(client, path):
    with time_machine.travel(MARCH, tick=False):
        found = read(client, path)
    assert not found.entries
    assert found.feed.updated == "2026-03-02T00:00:00+00:00"
    assert events(client) == []


@pytest.mark.parametrize("path", [CHANGES, MILESTONES])
def test_feed_has_what_the_standard_asks_for(client, signed, path):
    factories.claim(signed, "2024-05-28")
    response = client.get(path, {"partnership": "norway"})
    root = ElementTree.fromstring(response.content)
    name = "{http://www.w3.org/2005/Atom}%s"
    for element in [root, *root.iter(name % "entry")]:
        for tag in ("id", "title", "updated"):
            assert len(element.findall(name % tag)) == 1
    found = read(client, path, {"partnership": "norway"})
    assert found.feed.author == "SDP Tracker"
    links = {link.rel: link.href for link in found.feed.links}
    assert links["self"] == f"http://testserver{path}?partnership=norway"
    assert client.get(links["alternate"]).status_code == 200
    ids = [found.feed.id, *(entry.id for entry in found.entries)]
    assert len(ids) == len(set(ids)) > 1
    assert all(URN.fullmatch(one) for one in ids)


@pytest.mark.parametrize("path", [CHANGES, MILESTONES])
def test_ids_depend_on_no_address(client, signed, settings, path):
    settings.ALLOWED_HOSTS = ["*"]
    here = read(client, path)
    there = read(client, path, secure=True, headers={"host": "sdp.example"})
    assert there.entries[0].link.startswith("https://sdp.example/")
    assert here.feed.id == there.feed.id
    assert [e.id for e in here.entries] == [e.id for e in there.entries]


def test_feeds_of_different_filters_are_different_feeds(client, norway):
    queries = [{}, {"partnership": "norway"}, {"kind": "import"}]
    assert len({read(client, CHANGES, query).feed.id for query in queries}) == 3
    spelt = read(client, CHANGES, {"kind": "", "partnership": "norway"})
    assert spelt.feed.id == read(client, CHANGES, queries[1]).feed.id


def test_title_says_what_is_chosen(client, norway):
    query = {"partnership": "norway", "kind": "import", "from": "2026-01-01"}
    with time_machine.travel(MARCH, tick=False):
        assert read(client, CHANGES, query).feed.title == (
            "Norway: changes (SDP Tracker; Kind of change: Import; "
            "Since 1 January 2026)"
        )
        found = read(client, MILESTONES, {"as_of": "2026-01-31", "track": "safe"})
    assert found.feed.title == "SDP Tracker: milestones (Track: SAFE; as of 2026-01-31)"


def test_title_names_the_partner_of_a_public_record_as_it_was_known(client):
    with time_machine.travel(MARCH, tick=False):
        norway = factories.partnership()
        factories.partnership("hidden", published=False)
    with time_machine.travel(MARCH + timedelta(days=2), tick=False):
        edit(norway.partner, name="Norge")
    then = {"partnership": "norway", "known_on": "2026-03-03"}
    for path, query, title in [
        (MILESTONES, {"partnership": "norway"}, "Norge: milestones (SDP Tracker)"),
        (MILESTONES, then, "Norway: milestones (SDP Tracker; known on 2026-03-03)"),
        (
            CHANGES,
            {"partnership": "hidden"},
            "SDP Tracker: changes (Partnership: hidden)",
        ),
    ]:
        assert read(client, path, query).feed.title == title
    calendar = Calendar.from_ical(client.get(EVENTS, then).content)
    assert calendar["name"] == "Norway: milestones (SDP Tracker; known on 2026-03-03)"


# JSON Feed


@pytest.mark.parametrize("path", IN_JSON)
def test_json_feed_has_the_entries_of_the_other(client, signed, path):
    factories.claim(signed, "2024-05-28", locator="<b>page</b>")
    edit(signed, actor="Data desk", place="<i>Oslo</i>")
    query = {"partnership": "norway"}
    response = client.get(IN_JSON[path], query)
    assert response["Content-Type"] == "application/feed+json"
    assert client.options(IN_JSON[path]).status_code == 204
    feed, other = response.json(), read(client, path, query)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"] == other.feed.title
    assert feed["home_page_url"] == other.feed.link
    assert feed["feed_url"] == f"http://testserver{IN_JSON[path]}?partnership=norway"
    assert (feed["authors"], feed["language"]) == ([{"name": "SDP Tracker"}], "en-GB")
    assert [
        (item["id"], item["url"], item["title"], item["content_html"])
        for item in feed["items"]
    ] == [(e.id, e.link, e.title, e.content[0].value) for e in other.entries]
    for item, entry in zip(feed["items"], other.entries, strict=True):
        assert item["date_published"] == entry.published
        assert item["date_modified"] == entry.updated
        assert item["tags"] == [tag.label for tag in entry.tags]
    contents = "".join(item["content_html"] for item in feed["items"])
    assert "&lt;i&gt;" in contents and "<i>" not in contents
    named = feed["items"][0].get("authors")
    assert named == ([{"name": "Data desk"}] if path == CHANGES else None)


def test_json_feed_is_known_by_its_edition_and_refuses_what_it_does_not_know(
    client, signed
):
    for path in IN_JSON.values():
        first = client.get(path)
        asked = {"if-none-match": first["ETag"]}
        assert client.get(path, headers=asked).status_code == 304
        refused = client.get(path, {"page": "2"})
        assert refused.status_code == 400 and refused.text.startswith("page: ")


def object_of(required, **properties):
    """The schema of an object with these keys alone, but for extensions, which begin
    with a low line."""
    return {
        "type": "object",
        "required": required,
        "properties": properties,
        "patternProperties": {"^_[a-zA-Z][^.]*$": {"type": "object"}},
        "additionalProperties": False,
    }


TEXT = {"type": "string", "minLength": 1}
RFC_3339 = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"
ADDRESS, TIME = TEXT | {"pattern": "^https?://"}, TEXT | {"pattern": RFC_3339}
LANGUAGE = TEXT | {"pattern": "^[a-z]{2,3}(-[A-Za-z0-9]+)*$"}
AUTHOR = object_of([], name=TEXT, url=ADDRESS, avatar=ADDRESS) | {"minProperties": 1}
AUTHORS = {"type": "array", "minItems": 1, "items": AUTHOR}
ITEM = object_of(
    ["id"],
    **dict.fromkeys(["id", "title", "content_html", "content_text", "summary"], TEXT),
    **dict.fromkeys(["url", "external_url", "image", "banner_image"], ADDRESS),
    **dict.fromkeys(["date_published", "date_modified"], TIME),
    tags={"type": "array", "items": TEXT},
    authors=AUTHORS,
    language=LANGUAGE,
)
ITEM["anyOf"] = [{"required": ["content_html"]}, {"required": ["content_text"]}]
#: What jsonfeed.org says of version 1.1; podcasts and hubs, which we have not, are left
#: out.
JSON_FEED = object_of(
    ["version", "title", "items"],
    version={"const": "https://jsonfeed.org/version/1.1"},
    **dict.fromkeys(["title", "description", "user_comment"], TEXT),
    **dict.fromkeys(["home_page_url", "feed_url", "next_url"], ADDRESS),
    **dict.fromkeys(["icon", "favicon"], ADDRESS),
    authors=AUTHORS,
    language=LANGUAGE,
    expired={"type": "boolean"},
    items={"type": "array", "items": ITEM},
)


@pytest.mark.parametrize("path", IN_JSON.values())
def test_json_feed_is_as_its_standard_asks(client, signed, path):
    edit(signed, actor="Data desk", place="Oslo")
    schema = Draft202012Validator(JSON_FEED)
    for query in ({}, {"partnership": "norway"}, {"partnership": "atlantis"}):
        feed = client.get(path, query).json()
        assert not [error.message for error in schema.iter_errors(feed)]
        ids = [item["id"] for item in feed["items"]]
        assert len(ids) == len(set(ids))


# Changes


def test_change_is_told_in_complete_sentences(client, signed):
    edit(signed, actor="Data desk", reason="Wrong town", place="Oslo", note="In May.")
    entry = read(client, CHANGES).entries[0]
    title = "Norway: milestone corrected, Signed, 28 May 2024 (SDP)."
    assert entry.title == title
    assert entry.summary == (
        f"Correction: {title} Changed: Place and Note. Data desk gave the reason: "
        "Wrong town."
    )
    assert entry.author == "Data desk"
    assert entry.published == entry.updated
    shown = entry.content[0]
    assert shown.type == "text/html"
    assert "<li>Place: before, <del>Brussels</del>; after, <ins>Oslo</ins>.</li>" in (
        shown.value
    )
    number = signed.history.count() + 2
    assert entry.link == f"http://testserver/changes/{number}/"
    assert client.get(entry.link).status_code == 200


def test_change_by_somebody_who_is_not_named_is_told(client, norway):
    entry = read(client, CHANGES).entries[0]
    assert "Somebody who is not named gave the reason: Test." in entry.summary
    assert "author" not in entry  # the feed's stands for it


def test_kinds_of_change_are_told_apart(client, signed):
    edit(signed, place="Oslo")
    edit(signed, note="In May", place="", kind="editorial")
    edit(signed, reference="ST 1/24", kind="import")
    edit(signed, ruling="The text says so.")
    with context.change(reason="Found", kind="new_development"):
        factories.claim(signed, "2024-05-28")
        factories.milestone(signed.partnership, "dialogue_held", "2025-05")
    redact(4, "place")
    damage()
    sealing.seal()
    found = read(client, CHANGES).entries[:9]
    assert terms(found.pop(0)) == ["damage"]
    counted = Counter(term for entry in found for term in terms(entry))
    assert counted.keys() == {c.value for c in ChangeCategory} - {"damage"}
    assert terms(found[1]) == ["new_development", "source"]
    assert {len(terms(entry)) for entry in found[2:]} == {1}
    tags = {tag.term: tag.label for entry in found for tag in entry.tags}
    assert tags["source"] == "New source"
    assert tags["new_development"] == "News"
    assert found[0].title == "A value of change 4 was blacked out."


def test_entry_moves_when_a_value_of_it_is_blacked_out(client, norway):
    milestone = factories.milestone(norway, note="Signed by Jane Doe.")
    edit(milestone, note="")
    before = {e.title: e for e in read(client, CHANGES).entries}
    redact(3, "note")
    response = client.get(CHANGES)
    assert "Jane" not in response.content.decode()
    created = "Norway: new milestone, Signed, 28 May 2024 (SDP)."
    after = {e.title: e for e in feedparser.parse(response.content).entries}
    assert after[created].id == before[created].id
    assert after[created].updated > before[created].updated
    assert after[created].published == before[created].published


def test_id_of_a_change_is_never_another(client, signed):
    before = {e.link: e.id for e in read(client, CHANGES).entries}
    edit(signed, place="Oslo")
    edit(Partner.objects.get(), name="Norge")
    factories.partnership("japan")
    after = {e.link: e.id for e in read(client, CHANGES).entries}
    assert len(after) == len(before) + 4
    assert before.items() <= after.items()


def areas(first, last):
    with context.change(reason="The briefing’s table", kind="import", actor=""):
        for number in range(first, last):
            factories.area(number)


def document(norway):
    """Enter a source that says two things, one of them new; return the operation."""
    with context.change(reason="Found", kind="new_development") as under_way:
        source = factories.source("eeas-2026")
        signed = factories.milestone(norway)
        factories.claim(signed, "2024-05-28", by=source)
        factories.claim(norway, "17", by=source, partnership_fact="stated_areas")
    return under_way.changeset


def test_operation_is_one_entry_by_what_matters_most_in_it(client, norway):
    operation = document(norway)
    entry, *others = read(client, CHANGES).entries
    assert len(others) == 2
    title = "Norway: new milestone, Signed, 28 May 2024 (SDP)"
    assert entry.title == f"{title}, and 3 more changes."
    assert entry.summary == (
        f"News: {entry.title} Somebody who is not named gave the reason: Found."
    )
    said = entry.content[0].value
    assert "Norway: new source for Signed (SDP)." in said
    assert "EU–Norway Security and Defence Partnership: new source for stated" in said
    assert said.count("<ul>") == 4 and said.index(title) < said.index("New source: ")
    assert terms(entry) == ["new_development", "source"]
    assert entry.link == f"http://testserver/changes/?operation={operation}"
    assert "4 changes" in Page(client.get(entry.link).text).text


def test_operation_keeps_its_id_whatever_of_it_is_told(client, norway):
    operation = document(norway)
    first = LedgerEntry.objects.filter(operation=operation).earliest("number").number
    expected = uuid5(operation, str(first)).urn
    for query in ({}, {"partnership": "norway"}, {"kind": "new_development"}):
        entry, *others = read(client, CHANGES, query).entries
        assert entry.id == expected and expected not in {e.id for e in others}
    draft = factories.partnership("draft", published=False)
    with context.change(reason="Both", kind="editorial"):
        edit(draft, summary="Anew.")
        edit(norway, summary="Anew.")
    before = read(client, CHANGES).entries[0]
    assert "1 more" not in before.title and client.get(before.link).status_code == 200
    edit(draft, is_published=True)
    by_id = {entry.id: entry for entry in read(client, CHANGES).entries}
    assert by_id[before.id].title.endswith(", and 1 more change.")


def test_operation_of_many_changes_is_told_by_their_number(client, norway):
    areas(1, BULK + 1)
    few, *earlier = read(client, CHANGES).entries
    assert few.title == f"New area: 1. Area 1, and {BULK - 1} more changes."
    areas(BULK + 1, 2 * BULK + 2)
    first, *others = read(client, CHANGES).entries
    assert first.title == f"{BULK + 1} changes were made at once."
    assert [entry.id for entry in others] == [e.id for e in (few, *earlier)]
    assert terms(first) == ["import"]
    assert f"{BULK + 1} changes" in Page(client.get(first.link).text).text
    chosen = read(client, CHANGES, {"kind": "import"}).entries
    assert [entry.id for entry in chosen] == [first.id, few.id]


def test_published_draft_changes_the_ids_of_nothing(client):
    """An operation of many changes is told as one also while most are not public."""
    factories.area(1)
    draft = factories.partnership("draft", published=False)
    with context.change(reason="A visit", kind="editorial"):
        factories.area(2)
        for number in range(BULK):
            factories.milestone(draft, "dialogue_held", f"2024-{number % 12 + 1:02}")
    first = read(client, CHANGES).entries[0]
    assert first.title == "1 change was made at once."
    edit(draft, is_published=True)
    found = {entry.id: entry for entry in read(client, CHANGES).entries}
    assert found[first.id].title == f"{BULK + 1} changes were made at once."


def test_newest_fifty_changes_are_told_and_a_bulk_drowns_nothing(client, norway):
    for number in range(1, 56):
        edit(norway, summary=f"Version {number}")
    areas(1, BULK + 2)
    entries = read(client, CHANGES).entries
    assert len(entries) == feed_entries.MOST_ENTRIES == 50
    assert "Version 55" in entries[1].content[0].value
    assert "Version 7" in entries[49].content[0].value


def test_log_is_followed_by_partnership_kind_and_time(client, signed):
    factories.partnership("japan")
    edit(signed, place="Oslo")
    assert len(titles(client, CHANGES)) == 6
    assert len(titles(client, CHANGES, {"partnership": "norway"})) == 4
    assert len(titles(client, CHANGES, {"kind": "correction"})) == 1
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    assert len(titles(client, CHANGES, {"from": today})) == 6
    assert titles(client, CHANGES, {"to": "2020-01-01"}) == []
    assert titles(client, CHANGES, {"partnership": "atlantis"}) == []


def test_of_one_operation_only_what_is_chosen_and_public_is_told(client, norway):
    japan = factories.partnership("japan")
    hidden = factories.partnership("hidden", published=False)
    with context.change(reason="All at once", kind="editorial") as under_way:
        for record in (norway, japan, hidden):
            record.summary = "Anew"
            record.save()
    told = LedgerEntry.objects.filter(operation=under_way.changeset)
    assert told.count() == 3
    query = {"operation": str(under_way.changeset)}
    (title,) = titles(client, CHANGES, query)
    assert title.endswith(", and 1 more change.")
    assert "Hidden" not in client.get(CHANGES).content.decode()
    query = {"partnership": "norway"}
    assert "1 more" not in titles(client, CHANGES, query)[0]
    assert "Japan" not in client.get(CHANGES, query).content.decode()


@pytest.mark.parametrize("path", FEEDS)
def test_drafts_notes_and_user_names_are_nowhere(client, signed, path):
    editor = factories.user("jane-d", groups=["editor"])
    hidden = factories.partnership("hidden", published=False)
    factories.milestone(hidden, place="Nowhere")
    with context.change(reason="A visit", kind="editorial", user=editor):
        signed.note = "In May."
        signed.save()
    edit(signed.partnership, internal_notes="Between us still.")
    for query in ({}, {"partnership": "hidden"}):
        said = client.get(path, query).content.decode()
        for secret in ("Between us", "Nowhere", "Hidden", "jane-d"):
            assert secret not in said


# Milestones


def test_milestone_is_told_in_a_complete_sentence(client, signed):
    factories.claim(signed, "2024-05-28")
    factories.claim(signed, "2024-06-03", by=factories.source("other"))
    entry = read(client, MILESTONES).entries[0]
    sentence = (
        "The EU and Norway signed their Security and Defence Partnership "
        "on 28 May 2024, in Brussels."
    )
    assert entry.title == "Norway: partnership signed"
    assert entry.summary == f"{sentence} 2 sources speak of it, of which 1 disagrees."
    assert terms(entry) == ["sdp", "signed"]
    assert entry.link == f"http://testserver/partnerships/norway/#milestone-{signed.pk}"
    assert "page 1: 3 June 2024 (disagrees)." in entry.content[0].value


def test_rejected_milestone_is_in_neither_feed(client, signed):
    edit(signed, certainty="rejected", ruling="Both texts deny it.")
    assert titles(client, MILESTONES) == []
    assert events(client) == []


def test_announcement_is_told_with_its_outcome(client, norway):
    words = {"announces": "reviewed", "expected": "2024-09"}
    factories.milestone(norway, "announced", "2024-07-01", **words)
    factories.check(norway, "2024-10-31")
    (entry,) = read(client, MILESTONES).entries
    assert entry.title == (
        "Norway: a review announced by the two sides, expected by 30 September 2024"
    )
    assert (
        "Expected by 30 September 2024; nothing recorded; checked through "
        "31 October 2024."
    ) in entry.summary
    factories.milestone(norway, date="2024-05-28")
    factories.milestone(norway, "reviewed", "2024-09-03")
    found = {entry.id: entry for entry in read(client, MILESTONES).entries}
    assert "Announced; reviewed on 3 September 2024." in found[entry.id].summary
    by_uid = {f"urn:uuid:{event['uid']}": event for event in events(client)}
    assert "Announced; reviewed on 3 September 2024." in by_uid[entry.id]["description"]


def test_edit_and_new_source_move_the_milestone_and_keep_its_id(client):
    with time_machine.travel(MARCH, tick=False):
        signed = factories.milestone(factories.partnership())
    (first,) = read(client, MILESTONES).entries
    assert first.published == first.updated == "2026-03-02T09:00:00+00:00"
    (event,) = events(client)
    for day, alter in enumerate(
        [
            lambda: edit(signed, date="2024-05-29", place="Oslo"),
            lambda: factories.claim(signed, "2024-05-29"),
            lambda: edit(signed.partnership.partner, name="Norge"),
        ],
        start=1,
    ):
        with time_machine.travel(MARCH + timedelta(days=day), tick=False):
            alter()
        (entry,) = read(client, MILESTONES).entries
        assert (entry.id, entry.published) == (first.id, first.published)
        changed_on = min(day, 2) + 2
        assert entry.updated == f"2026-03-0{changed_on}T09:00:00+00:00"
        (later,) = events(client)
        assert later["uid"] == event["uid"]
        assert later["last-modified"].dt == datetime(2026, 3, changed_on, 9, tzinfo=UTC)


def test_last_changed_milestone_comes_first_and_fifty_are_told(client, norway):
    made = [
        factories.milestone(norway, "dialogue_held", f"{1970 + year}")
        for year in range(52)
    ]
    edit(made[0], note="In May.")
    found = [entry.summary for entry in read(client, MILESTONES).entries]
    assert len(found) == 50
    assert "in 1970." in found[0]
    assert "in 2021." in found[1]
    assert not [said for said in found if "1971." in said or "1972." in said]


def test_milestones_are_followed_by_partnership_and_filter(client, signed):
    canada = factories.partnership(
        of=factories.partner("canada", region="north_america")
    )
    factories.milestone(canada, date="2025-06-23")
    requested = {"track": "safe", "kind": "requested", "date": "2025-09-01"}
    factories.milestone(canada, **requested)
    for query, count in [
        ({}, 3),
        ({"partnership": "norway"}, 1),
        ({"partnership": "canada"}, 2),
        ({"partnership": "canada", "track": "safe"}, 1),
        ({"partnership": "atlantis"}, 0),
        ({"region": "north_america"}, 2),
        ({"q": "norway"}, 1),
        ({"kind": "signed"}, 2),
        ({"from": "2025-01-01", "to": "2025-07-01"}, 1),
        ({"as_of": "2024-12-31"}, 1),
        ({"order": "date"}, 3),
    ]:
        assert len(titles(client, MILESTONES, query)) == count, query
        assert len(events(client, query)) == count, query
        assert client.get("/timeline/", query).context["page"].paginator.count == count
        api = client.get("/api/v1/milestones/", query).json()
        assert api["count"] == count


def test_feeds_tell_what_was_known_on_a_day(client):
    with time_machine.travel(MARCH, tick=False):
        signed = factories.milestone(factories.partnership(), place="Brussels")
    with time_machine.travel(MARCH + timedelta(days=2), tick=False):
        edit(signed, place="Oslo", date="2024-05-29")
    (now,), (then,) = (
        read(client, MILESTONES, query).entries
        for query in ({}, {"known_on": "2026-03-03"})
    )
    assert "on 29 May 2024, in Oslo." in now.summary
    assert "on 28 May 2024, in Brussels." in then.summary
    assert then.id == now.id
    assert then.updated == "2026-03-02T09:00:00+00:00"
    (event,) = events(client, {"known_on": "2026-03-03"})
    assert event["location"] == "Brussels"
    assert titles(client, MILESTONES, {"known_on": "2026-03-01"}) == []


def test_what_may_have_happened_is_said_to(client, norway):
    factories.milestone(norway, date="2024-05-01/2024-05-31")
    query = {"as_of": "2024-05-15"}
    said = "By 15 May 2024 it may have happened: its day is not known."
    assert said in read(client, MILESTONES, query).entries[0].summary
    assert said in events(client, query)[0]["description"]
    assert "may have" not in read(client, MILESTONES).entries[0].summary


# The calendar


@pytest.mark.once
@given(st.text(alphabet="ab\\\\^,;: é€😀", min_size=80, max_size=400))
def test_line_is_folded_as_icalendar_folds_it(line):
    parts = milestones_calendar._folded(line.encode())
    assert b"\r\n ".join(parts) == Contentline(line).to_ical()


def test_events_are_written_as_icalendar_writes_them(client, norway):
    source = factories.source(publisher="Office; of \\ Briefing, " + "é" * 100)
    for number in range(1, 12):
        place = {"place": "Bruxelles, \\; " + "^€" * number} if number % 2 else {}
        step = factories.milestone(norway, "statement", f"2024-05-{number:02}", **place)
        factories.claim(step, f"2024-05-{number:02}", by=source)
    written = client.get(EVENTS).content
    assert len(events(client)) == 11
    assert Calendar.from_ical(written).to_ical() == written


def test_milestone_of_a_day_is_an_event_of_that_day(client, signed):
    source = factories.source(url="https://example.org/briefing")
    factories.claim(signed, "2024-05-28", by=source)
    (event,) = events(client)
    assert (event["dtstart"].dt, event["dtend"].dt) == (
        date(2024, 5, 28),
        date(2024, 5, 29),
    )
    assert event["dtstart"].params["VALUE"] == "DATE"
    assert event["dtstamp"].dt == event["last-modified"].dt
    assert event["summary"] == "Norway: partnership signed"
    lines = event["description"].splitlines()
    assert lines[0].endswith("Partnership on 28 May 2024, in Brussels.")
    assert lines[1] == (
        "Source: European Parliamentary Research Service, “Briefing”, page 1: "
        "28 May 2024 (agrees). https://example.org/briefing"
    )
    assert event["categories"].cats == ["Security and Defence Partnership", "Signed"]
    assert event["url"].endswith(f"/partnerships/norway/#milestone-{signed.pk}")
    assert event["location"] == "Brussels"


def test_span_of_days_is_an_event_of_those_days(client, norway):
    factories.milestone(norway, date="2025-06-17/2025-06-18")
    (event,) = events(client)
    assert event["dtstart"].dt == date(2025, 6, 17)
    assert event["dtend"].dt == date(2025, 6, 19)


def announce(norway, expected, **more):
    words = {"announces": "reviewed", "expected": expected, "actor": "The Council"}
    return factories.milestone(norway, "announced", "2024-07", **words | more)


def test_step_that_is_announced_for_a_day_is_an_event_until_it_is_recorded(
    client, norway
):
    factories.claim(announce(norway, "2024-09-03/2024-09-04"), "2024-07")
    then = {"as_of": "2024-08-31"}
    (event,) = events(client, then)
    assert event["summary"] == "Norway: a review expected"
    assert (event["dtstart"].dt, event["dtend"].dt) == (
        date(2024, 9, 3),
        date(2024, 9, 5),
    )
    labels = ["Security and Defence Partnership", "Reviewed", "Expected"]
    assert event["categories"].cats == labels
    assert (event["status"], "location" in event) == ("TENTATIVE", False)
    announced, source = event["description"].splitlines()
    assert announced.startswith("The Council announced in July 2024: a review of a")
    assert announced.endswith(", expected by 4 September 2024.")
    assert source.startswith("Source: ")
    (late,) = events(client)
    assert late["uid"] == event["uid"]
    assert "nothing recorded; no check is recorded." in late["description"]
    factories.milestone(norway, "reviewed", "2024-09-03")
    assert [one["summary"] for one in events(client)] == [
        "Norway: partnership reviewed"
    ]
    assert [one["uid"] for one in events(client, then)] == [event["uid"]]


def test_announcement_of_a_known_day_is_an_event_beside_its_step(client, norway):
    announced = announce(norway, "2024-09-03", track="safe", announces="signed")
    edit(announced, date="2024-07-01")
    ahead, made = sorted(events(client), key=lambda event: "status" not in event)
    assert ahead["summary"] == "Norway: signature (SAFE) expected"
    assert made["summary"].startswith("Norway: signature (SAFE) announced by")
    assert ahead["uid"] != made["uid"]


@pytest.mark.parametrize(
    ("expected", "more"),
    [
        ("2024-09", {}),
        ("../2024-09", {}),
        ("../2024-09-03", {}),
        ("2024-09-03", {"fell_through": True, "note": "The Council took it back."}),
        ("2024-09-03", {"certainty": "rejected", "ruling": "It denies it."}),
    ],
)
def test_step_without_a_day_or_a_prospect_has_no_event(client, norway, expected, more):
    announce(norway, expected, **more)
    assert events(client) == []


NO_DAY = [
    "2024",
    "2024-05",
    "../2024-12",
    "../2024-05-28",
    "../2024",
    "2024-05/2024-07",
]
NO_DAY += ["2024-05-28/2024-06", "2024-05/2024-06-03", "2024/2025", "2024/2025-06-03"]


@pytest.mark.parametrize("written", NO_DAY)
def test_date_without_a_day_has_no_event(client, norway, written):
    factories.milestone(norway, date=written)
    assert not dates.parse(written).has_known_days
    assert len(titles(client, MILESTONES)) == 1
    assert events(client) == []


def test_calendar_has_what_the_standard_asks_for(client, signed):
    raw = client.get(EVENTS).content
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert max(map(len, raw.split(b"\r\n"))) <= 75
    found = Calendar.from_ical(raw)
    assert found["version"] == "2.0"
    assert found["prodid"] == "-//SDP Tracker//Milestones//EN"
    assert found["name"] == found["x-wr-calname"] == "SDP Tracker: milestones"
    assert "“no later than” has no event" in found["description"]
    assert found["x-wr-caldesc"] == found["description"]
    assert found["refresh-interval"].dt == timedelta(hours=12)
    assert b"\r\nREFRESH-INTERVAL;VALUE=DURATION:PT12H\r\n" in raw
    assert b"\r\nX-PUBLISHED-TTL:PT12H\r\n" in raw
    for event in found.walk("VEVENT"):
        assert {"UID", "DTSTAMP", "DTSTART"} <= event.keys()
        assert "testserver" not in event["uid"]


def test_calendar_keeps_the_latest_events(client, norway, monkeypatch):
    monkeypatch.setattr(milestones_calendar, "MOST_EVENTS", 2)
    for day in ("2024-05-01", "2025-05-01", "2023-05-01"):
        factories.milestone(norway, "dialogue_held", day)
    assert {event["dtstart"].dt.year for event in events(client)} == {2024, 2025}


# Whatever was pasted

NASTY = [
    "]]></content></entry><entry><id>x</id></entry>",
    "a\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:x",
    "\u202eאב 👩‍👩‍👧",
    "\ufffe\uffff\ud800",
    "\x00\x0b\x1b\x85\u2028",
    '<script>alert("1")</script> & \\, ; \\n \\N',
]


@pytest.mark.parametrize("path", [CHANGES, MILESTONES])
def test_markup_in_the_record_is_text_in_the_content(client, signed, path):
    factories.claim(signed, "2024-05-28", locator="<b>page</b>")
    for name in ("place", "note", "ruling"):
        edit(signed, **{name: "<script>alert(1)</script>"}, reason="<i>So</i>")
    root = ElementTree.fromstring(client.get(path).content)
    shown = {
        tag: [
            found.text for found in root.iter(f"{{http://www.w3.org/2005/Atom}}{tag}")
        ]
        for tag in ("summary", "content")
    }
    for texts in shown.values():
        assert "&lt;" in "".join(texts)
        assert not re.search("<(script|b|i)>", "".join(texts))


@settings(on_the_database, max_examples=tries(25))
@given(st.one_of(st.text(min_size=1), st.sampled_from(NASTY)).map(lambda t: t[:150]))
def test_no_text_injects_an_entry_or_an_event(client, signed, pasted):
    """Also one that no form lets through, such as one that was there before its rule."""
    pasted = pasted.encode("utf-8", "ignore").decode().replace("\x00", "")
    connection.check_constraints()
    with context.change(reason=f"x{pasted}", kind="editorial", actor=pasted):
        for name in ("place", "signatories", "reference", "note", "ruling", "actor"):
            setattr(signed, name, pasted)
        signed.save()
    sealing.seal()
    (milestone,) = read(client, MILESTONES).entries
    assert milestone.title.startswith("Norway: partnership signed")
    changes = read(client, CHANGES, {"kind": "editorial"}).entries
    assert len({entry.id for entry in changes}) == len(changes)
    (event,) = events(client)
    note = " ".join(feed_text(pasted).replace("\\N", "\n").split())
    assert note in " ".join(event["description"].split())


# How they are found


OF_TWO_KINDS = f"{CHANGES}?kind=import&kind=correction"
OF_NORWAY = f"{CHANGES}?kind=editorial&partnership=norway"
HEADS = {
    "/new/": {CHANGES, MILESTONES, EVENTS},
    "/new/?partnership=norway": {f"{path}?partnership=norway" for path in FEEDS},
    "/data/": {CHANGES, MILESTONES, EVENTS},
    "/timeline/?track=sdp&order=date&q=": {f"{p}?track=sdp" for p in FEEDS[1:]},
    "/changes/?kind=import&kind=correction&page=": {OF_TWO_KINDS},
    "/partnerships/norway/": {f"{path}?partnership=norway" for path in FEEDS},
    "/partnerships/norway/changes/?kind=editorial": {OF_NORWAY},
}
LINK = re.compile(
    r'<link rel="alternate"\s+type="(application/(?:atom\+xml|feed\+json)|text/calendar)"'
    r'\s+title="([^"]+)"\s+href="([^"]+)">'
)


@pytest.mark.parametrize(("shown", "feeds"), HEADS.items())
def test_page_leads_to_its_feeds(client, signed, shown, feeds):
    html = client.get(shown).content.decode()
    heads = {href.replace("&amp;", "&"): kind for kind, _, href in LINK.findall(html)}
    in_json = {path.replace(".atom", ".feed.json") for path in feeds if "atom" in path}
    assert heads.keys() == feeds | in_json
    assert feeds <= set(Page(html).links)
    for address, kind in heads.items():
        response = client.get(address)
        assert response.status_code == 200
        assert response["Content-Type"].startswith(kind)


def test_data_page_says_how_much_a_feed_holds(client):
    said = Page(client.get("/data/").content.decode()).text
    assert f"The newest {feed_entries.MOST_ENTRIES} entries" in said
    assert f"Of more than {BULK} changes" in said
    assert f"the newest {milestones_calendar.MOST_EVENTS:,}" in said


def test_feeds_of_one_kind_are_where_one_looks_for_them(client, signed):
    edit(signed, place="Oslo")
    corrected = f"{CHANGES}?kind=correction"
    for shown, feed in [
        ("/data/", f"{CHANGES}?kind=new_development"),
        ("/data/", corrected),
        ("/data/", f"{MILESTONES}?kind=signed"),
        ("/new/", corrected),
        ("/new/?partnership=norway", f"{corrected}&partnership=norway"),
    ]:
        assert feed in Page(client.get(shown).text).links
        kinds = {tuple(terms(entry)) for entry in read(client, feed).entries}
        assert kinds <= {("correction",), ("sdp", "signed")}
    assert len(titles(client, corrected)) == 1


def test_timeline_keeps_the_partnership_it_is_filtered_by(client, signed):
    html = client.get("/timeline/", {"partnership": "norway"}).content.decode()
    assert '<input type="hidden" name="partnership" value="norway"' in html
    assert "Partnership: norway" in Page(html).text
