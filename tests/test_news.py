"""What is new: what happened, in sentences, apart from what this site did."""

from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partnerships.choices import Track
from partnerships.dates import parse
from partnerships.ledger.context import change
from partnerships.lifecycle.table import EFFECTS
from partnerships.models import Milestone, Partner, Partnership
from partnerships.web.news_words import happenings
from tests import factories
from tests.html import Checker, page

NEW = "/new/"
KINDS = [(track, kind) for track in Track for kind in EFFECTS[track]]
JUNE = datetime(2026, 6, 10, 12, tzinfo=UTC)
_ids = count(1)


def milestone(kind, *, track="sdp", name="Norway", day="2026-02-11", **values):
    """A milestone that no database has."""
    day = parse(day)
    announced = {"announces": "signed"} if kind == "announced" else {}
    return Milestone(
        pk=next(_ids),
        partnership=Partnership(partner=Partner(name=name)),
        track=track,
        kind=kind,
        date=day,
        earliest=day.earliest,
        latest=day.latest,
        **announced | values,
    )


def told(*milestones):
    return [happening.sentence for happening in happenings(milestones)]


# Sentences


COUNCIL, EP = {"actor": "the Council"}, {"actor": "the European Parliament"}
SAFE = {"track": "safe"}
SENTENCES = [
    (
        "The European Parliament consented to the agreement on SAFE with Norway.",
        milestone("parliament_consented", **SAFE, **EP),
    ),
    (
        "The EU and Norway signed their Security and Defence Partnership in Brussels.",
        milestone("signed", place="Brussels"),
    ),
    (
        "The EU and Norway concluded negotiations on the agreement on SAFE.",
        milestone("negotiations_concluded", **SAFE, actor="the EU and Norway"),
    ),
    (
        "There was a dialogue under the Security and Defence Partnership with Norway, "
        "in Oslo.",
        milestone("dialogue_held", place="Oslo"),
    ),
    (
        "The United States asked to take part in SAFE.",
        milestone("requested", **SAFE, name="United States"),
    ),
    (
        "The Council announced the signature of a Security and Defence Partnership "
        "with Norway, expected by 31 March 2026.",
        milestone("announced", **COUNCIL, expected=parse("2026-03")),
    ),
    (
        "There was an announcement of the entry into force of an agreement on SAFE "
        "with Norway.",
        milestone("announced", **SAFE, announces="in_force"),
    ),
    (
        "Norway: minister asks for {more}.",
        milestone("statement", description="minister asks for {more}"),
    ),
    (
        "European Parliament supports Norway's part in SAFE.",
        milestone(
            "statement",
            description="European Parliament supports Norway's part in SAFE",
        ),
    ),
    (
        "The {Council} opened negotiations on a Security and Defence Partnership with "
        "Norway.",
        milestone("negotiations_opened", actor="the {Council}"),
    ),
]


@pytest.mark.parametrize(("sentence", "row"), SENTENCES)
def test_news_says_who_did_what_and_leaves_the_day_to_the_margin(sentence, row):
    assert told(row) == [sentence]


@pytest.mark.parametrize(("track", "kind"), KINDS)
@pytest.mark.parametrize("actor", ["", "the Council", "Norway"])
def test_each_kind_is_a_whole_sentence_with_its_partner(track, kind, actor):
    (sentence,) = told(milestone(kind, track=track, actor=actor))
    assert sentence[0].isupper() and sentence.endswith(".")
    assert "Norway" in sentence and not {*"{}~\x1f"} & {*sentence}
    assert "  " not in sentence and " ," not in sentence


def test_one_act_on_several_partners_is_one_sentence():
    asked = {"actor": "the European Parliament", "description": "Parliament asks"}
    rows = [
        milestone("proposed", name=name, **asked) for name in ("Ukraine", "New Zealand")
    ]
    assert told(*rows) == ["New Zealand and Ukraine: Parliament asks."]
    names = ("United Kingdom", "Canada", "Japan")
    rows = [
        milestone("negotiations_authorised", **SAFE, **COUNCIL, name=name)
        for name in names
    ]
    assert told(*rows) == [
        "The Council authorised negotiations on agreements on SAFE with Canada, Japan "
        "and the United Kingdom."
    ]
    (happening,) = happenings(rows)
    assert [name for _, name, _ in happening.parts] == [
        *("Canada", "Japan", "the United Kingdom")
    ]


@pytest.mark.parametrize(
    "other",
    [
        {"day": "2026-02-12"},
        {"actor": "the Commission"},
        {"actor": ""},
        {"certainty": "reported"},
        {"place": "Brussels"},
    ],
)
def test_what_differs_in_anything_is_told_apart(other):
    same = milestone("negotiations_opened", **COUNCIL)
    assert len(told(same, milestone("negotiations_opened", **COUNCIL, name="A"))) == 1
    unlike = milestone("negotiations_opened", name="A", **COUNCIL | other)
    assert len(told(same, unlike)) == 2


@pytest.mark.parametrize("kind", ["signed", "dialogue_held", "reviewed", "statement"])
def test_what_each_partner_does_by_itself_is_told_apart(kind):
    rows = [milestone(kind, name=name, **COUNCIL) for name in ("Norway", "Japan")]
    assert len(told(*rows)) == 2


# The pages


@contextmanager
def at(moment):
    with time_machine.travel(moment, tick=False):
        yield


def do(make, *, kind="new_development", reason="Found"):
    with change(reason=reason, kind=kind, actor="Desk"):
        return make()


@pytest.fixture
def norway(db, sealed_at_once):
    """Norway, first loaded in June 2026 with a signature and a reported statement."""

    def load():
        record = factories.partnership()
        factories.check(record, "2026-04-30", made_on="2026-05-01")
        factories.milestone(record, "signed", "2024-05-28", place="Brussels")
        factories.milestone(record, "statement", "2026-05", certainty="reported")
        return record

    with at(JUNE):
        yield do(load, kind="import", reason="Initial load")


def test_what_happened_stands_by_months_newest_first(client, norway):
    text = page(client, NEW).text
    newest, oldest = "made a statement on a", "May 2024 28 May 2024 The EU and Norway"
    assert text.index("May 2026 May 2026 ") < text.index(newest) < text.index(oldest)
    assert "reported" in text and "Checked through 30 April 2026." in text


@pytest.mark.parametrize("path", ["/", NEW, "/new/2026-03/"])
def test_what_is_of_a_month_stands_below_the_days_of_that_month(client, norway, path):
    canada = factories.partnership("canada")
    factories.milestone(canada, "signed", "2025-06-23")
    factories.milestone(canada, "signature_authorised", "2026-03-11", track="safe")
    factories.milestone(canada, "signed", "2026-03-14", track="safe")
    factories.milestone(canada, "provisionally_applied", "2026-03", track="safe")
    factories.milestone(canada, "published", "../2026-03", track="safe")
    factories.milestone(norway, "dialogue_held", "2026-03-02/2026-03-13")
    factories.milestone(norway, "statement", "2026-02")
    happenings = page(client, path).text.partition("14 March 2026 ")[2]
    order = ("11 March 2026", "2–13 March 2026", "no later than March 2026")
    places = [happenings.index(words) for words in order]
    assert places == sorted(places)
    before = page(client, path).text.partition("14 March 2026 ")[0]
    assert "provisional application" in before  # it followed the signature


def test_first_load_is_no_news_but_one_line(client, norway):
    for path in (NEW, "/new/2026-06/"):
        text = page(client, path).text
        assert (
            "The record was first published on 10 June 2026 with 1 record and 2 "
            "milestones." in text
        ), path
        assert "Initial load" not in text and "New milestone" not in text, path
    assert "first published" not in page(client, "/new/2026-05/").text


def test_correction_stands_apart_with_what_was_said_before(client, norway):
    signed = Milestone.objects.get(kind="signed")
    do(lambda: factories.edit(signed, place="Oslo"), kind="correction")
    do(lambda: factories.edit(signed, note="So."), kind="editorial")
    text = page(client, "/new/2026-06/").text
    assert "Corrected Norway: Signed, 28 May 2024 (SDP)" in text
    assert "Place before: Brussels after: Oslo" in text
    assert "Note before" not in text
    assert "Nothing is recorded to have happened in this month." in text
    assert "Corrected Norway" not in page(client, "/new/2026-05/").text


def test_only_what_is_older_than_its_month_was_added_later(client, norway):
    do(lambda: factories.milestone(norway, "dialogue_held", "2026-06-02"))
    do(lambda: factories.milestone(norway, "dialogue_held", "2025-11-03"))
    found = page(client, NEW)
    assert "Added later 3 November 2025: There was a dialogue" in found.text
    assert "Added later 2 June 2026" not in found.text
    assert "2 June 2026 There was a dialogue" in found.text


def test_announcement_is_expected_until_it_is_met(client, norway):
    announced = {"announces": "reviewed", "expected": "2026-05", **COUNCIL}
    factories.milestone(norway, "announced", "2026-03-09", **announced)
    expected = (
        "Norway: a review of the partnership, announced by the Council on 9 March"
    )
    text = page(client, NEW).text
    assert expected in text
    assert (
        "expected by 31 May 2026; nothing recorded; checked through 30 April 2026"
        in text
    )
    then = page(client, NEW, {"as_of": "2026-04-01"}).text
    assert expected in then and "nothing recorded" not in then
    factories.milestone(norway, "reviewed", "2026-05-20")
    assert "No step that was announced is outstanding." in page(client, NEW).text


def test_what_may_have_happened_is_told_apart(client, norway):
    factories.milestone(norway, "dialogue_held", "2026-05-20/2026-07-02")
    found = page(client, NEW, {"as_of": "2026-06-01"}).text
    assert "May have happened Its day is not known" in found
    assert "May have happened" not in page(client, NEW).text
    text = page(client, "/new/2026-05/").text
    assert "May have happened In this month or another" in text
    assert "May have happened" not in page(client, "/new/2026-06/").text
    assert "May have happened" not in page(client, "/new/2026-04/").text


def test_month_leads_to_those_beside_it_and_keeps_the_days(client, norway):
    query = {"as_of": "2026-05-31", "partnership": "norway"}
    found = page(client, "/new/2026-04/", query)
    assert "/new/2026-03/?partnership=norway&as_of=2026-05-31" in found.links
    assert "/new/2026-05/?partnership=norway&as_of=2026-05-31" in found.links
    last = page(client, "/new/2026-05/", query)
    assert not [link for link in last.links if link.startswith("/new/2026-06/")]


def test_known_on_tells_what_this_site_knew(client, norway):
    with at(datetime(2026, 6, 20, tzinfo=UTC)):
        do(lambda: factories.milestone(norway, "dialogue_held", "2026-05-03"))
        query = {"known_on": "2026-06-15"}
        for path in (NEW, "/new/2026-05/", "/new/2026-06/"):
            assert "dialogue" not in page(client, path, query).text, path
        assert "Added later 3 May 2026" in page(client, NEW).text


def test_one_partner_is_chosen_and_a_wrong_one_is_refused_in_words(client, norway):
    japan = factories.partnership("japan")
    factories.milestone(japan, "signed", "2024-11-01")
    found = page(client, NEW, {"partnership": "japan"})
    assert "What’s new: Japan" in found.text and "with Norway" not in found.text
    assert "/partnerships/japan/" in found.links
    wrong = page(client, NEW, {"partnership": "bogus"}, status=400)
    assert "No partner on record has this address. Choose one." in wrong.text


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/new/2031-01/", "January 2031 is yet to come. See what is new"),
        ("/new/1999-01/", "The record begins in May 2024. See what is new"),
        ("/new/2026-13/", "Write a month as year and number, as in /new/2026-03/."),
        ("/new/2026/", "Write a month as year and number"),
    ],
)
def test_month_that_cannot_be_told_says_why(client, norway, path, words):
    assert words in page(client, path, status=404).text


def test_month_after_the_day_of_the_page_is_yet_to_come(client, norway):
    query = {"as_of": "2026-04-30"}
    assert "is yet to come" in page(client, "/new/2026-05/", query, status=404).text


def test_drafts_are_no_news(client, norway):
    hidden = factories.partnership("hidden", published=False)
    do(lambda: factories.milestone(hidden, "signed", "2026-06-02"))
    do(lambda: factories.milestone(hidden, "dialogue_held", "2025-06-02"))
    for path in (NEW, "/new/2026-06/", "/new/2025-06/"):
        assert "Hidden" not in client.get(path).text, path


def test_feeds_and_calendar_say_what_they_are_for(client, norway):
    found = page(client, NEW, {"partnership": "norway"})
    assert "Follow in a feed reader: what happens" in found.text
    assert "Add to your calendar : the steps whose day is known" in found.text
    assert "webcal://testserver/milestones.ics?partnership=norway" in found.links


@pytest.mark.once
def test_page_without_any_record_is_well_formed(client, db):
    for path in (NEW, f"/new/{timezone.localdate():%Y-%m}/"):
        html = client.get(path).text
        assert Checker(html).problems == [], path
        assert "Nothing is recorded to have happened" in html, path


def test_page_is_well_formed(client, norway):
    rows = {**COUNCIL, "description": "Council asks"}
    for name in ("japan", "india"):
        factories.milestone(factories.partnership(name), "proposed", "2026-01", **rows)
    signed = Milestone.objects.get(kind="signed")
    do(lambda: factories.edit(signed, place="Oslo"), kind="correction")
    for path in (NEW, "/new/2026-01/", "/new/2026-06/"):
        assert Checker(client.get(path).text).problems == [], path


@pytest.mark.parametrize(("path", "queries"), [(NEW, 18), ("/new/2026-06/", 17)])
def test_number_of_queries_does_not_grow(client, norway, path, queries):
    counts = []
    for first, last in [(0, 3), (3, 9)]:
        for number in range(first, last):
            record = factories.partnership(f"p{number}")
            row = factories.milestone(record, "signed", "2026-06-01")
            factories.milestone(record, "announced", "2026-06", announces="reviewed")
            factories.milestone(record, "dialogue_held", "2026-06/2026-07")
            do(lambda row=row: factories.edit(row, place="X"), kind="correction")
            do(lambda r=record: factories.milestone(r, "dialogue_held", "2025-01"))
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        counts.append(len(captured))
    assert counts == [queries, queries]
