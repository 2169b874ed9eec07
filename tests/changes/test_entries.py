"""What an entry says: of which record, which fields, by whom, and which news it is."""

from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from partnerships import dates
from partnerships.choices import Certainty
from partnerships.ledger import context, sealing, triggers
from partnerships.models import Claim, LedgerEntry, Milestone, Partner, Partnership
from tests import factories
from tests.admin import one_of_each
from tests.changes import (
    API,
    LOG,
    NAMED,
    OF_NORWAY,
    TITLE,
    category,
    detail,
    differences,
    edit,
    everywhere,
    log,
    newest,
)
from tests.html import page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealed_at_once")]


# Differences, in words


def test_created_record_shows_each_field_that_is_filled_in(client, signed):
    change = newest(client)
    assert (change["action"], change["record"]["model"]) == ("created", "milestone")
    assert differences(change) == {
        "partnership": (None, TITLE),
        "track": (None, "Security and Defence Partnership"),
        "kind": (None, "Signed"),
        "date": (None, "2024-05-28"),
        "attempt": (None, 1),
        "certainty": (None, "Confirmed"),
    }


partner, milestone = Partner.objects.get, Milestone.objects.get
partnership = Partnership.objects.get


def source(**kwargs):
    """A source that a public claim cites."""
    made = factories.source(**kwargs)
    factories.claim(Milestone.objects.get(), "2024", by=made)
    return made


REPORTED = Certainty.REPORTED.label
WEST, ADDRESS = "Western and northern Europe", "https://example.org/a?b=1&c=2"
#: A record, its new value, the label of the field, and what is shown as before and after.
CHANGES = {
    "choice": (partner, {"region": "africa"}, "Region", WEST, "Africa"),
    "partial date": (milestone, {"date": "2024-05"}, "Date", "2024-05-28", "2024-05"),
    "filled in": (milestone, {"place": "Oslo"}, "Place", None, "Oslo"),
    "emptied": (
        partnership,
        {"stated_areas": None},
        "Stated number of areas",
        17,
        None,
    ),
    "certainty": (
        milestone,
        {"certainty": "reported"},
        "Certainty",
        "Confirmed",
        REPORTED,
    ),
    "what it was": (
        milestone,
        {"description": "a pact"},
        "What it was",
        None,
        "a pact",
    ),
    "yes or no": (partnership, {"is_published": False}, "Published", True, False),
    "day": (
        lambda: source(last_checked_on="2026-03-01"),
        *({"last_checked_on": None}, "Last checked on", "2026-03-01", None),
    ),
    "web address": (
        lambda: source(url=f"{ADDRESS}#top"),
        *({"url": ADDRESS}, "Address", f"{ADDRESS}#top", ADDRESS),
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_changed_field_shows_what_it_was_and_is(client, signed, what):
    make, values, *expected = CHANGES[what]
    edit(make(), **values)
    change = newest(client)
    assert change["action"] == "changed"
    assert [[*f.values()] for f in change["fields"]] == [[*values, *expected]]


def test_announcement_and_what_came_after_what_are_told_in_words(client, signed):
    talks = factories.milestone(
        signed.partnership,
        "announced",
        "2024-06-01",
        announces="negotiations_opened",
        expected="2024-12",
    )
    assert differences(newest(client)).items() >= {
        ("kind", (None, "Announced")),
        ("announces", (None, "Negotiations opened")),
        ("expected", (None, "2024-12")),
    }
    edit(talks, fell_through=True, follows=signed)
    assert differences(newest(client)) == {
        "fell_through": (False, True),
        "follows": (None, NAMED),
    }
    text = page(client, LOG).text
    assert f"Came after before: (nothing) after: {NAMED}" in text
    assert "Fell through before: no after: yes" in text


def test_check_is_a_change_of_its_record(client, signed):
    factories.check(signed.partnership, "2024-06-30", made_on="2024-07-01")
    change = newest(client)
    assert (change["record"]["model"], change["partnership"]) == ("check", "norway")
    assert differences(change) == {
        "partnership": (None, TITLE),
        "through": (None, "2024-06-30"),
        "made_on": (None, "2024-07-01"),
    }
    assert "Norway: checked through 30 June 2024" in page(client, LOG).text


def test_what_followed_a_deleted_milestone_follows_nothing_and_says_so(client, signed):
    talks = factories.milestone(signed.partnership, "statement", follows=signed)
    signed.delete()
    talks.refresh_from_db()
    assert talks.follows is None
    changes = {change["record"]["label"]: change for change in log(client)[:2]}
    assert {change["action"] for change in changes.values()} == {"changed", "deleted"}
    (changed,) = (c for c in changes.values() if c["action"] == "changed")
    assert differences(changed) == {"follows": (NAMED, None)}


def test_names_stand_for_the_ids_of_other_records(client, signed):
    cell = factories.coverage(signed.partnership, factories.area(name="Cyber issues"))
    assert differences(newest(client)) == {
        "partnership": (None, TITLE),
        "area": (None, "1. Cyber issues"),
        "value": (None, "Included"),
    }
    factories.claim(cell, "included")
    found = differences(newest(client))
    assert found["coverage"] == (None, "Norway: Cyber issues")
    assert found["source"][1] == "European Parliamentary Research Service: Briefing"
    assert found["says"] == (None, "Included")


def test_page_says_the_same_in_words(client, signed):
    edit(signed, date="2024-05", place="Oslo")
    text = page(client, LOG).text
    assert "Date before: 28 May 2024 after: May 2024" in text
    assert "Place before: (nothing) after: Oslo" in text
    edit(signed, date="../2024-06-01")
    assert "after: no later than 1 June 2024" in page(client, LOG).text
    edit(signed.partnership, is_published=False, stated_areas=None)
    text = page(client, LOG).text
    assert "Published before: yes after: no" in text
    assert "Stated number of areas before: 17 after: (nothing)" in text


def test_value_that_came_back_is_told_apart_from_the_first(client, signed):
    for place in ("Oslo", "Bergen", "Oslo"):
        edit(signed, place=place)
    places = [differences(change)["place"] for change in log(client)[:3]]
    assert places == [("Bergen", "Oslo"), ("Oslo", "Bergen"), (None, "Oslo")]


def test_each_record_is_compared_with_its_own_earlier_version(client, norway):
    rows = [factories.milestone(norway, "statement", "2024") for _ in range(2)]
    edit(rows[0], place="Oslo")
    edit(rows[1], place="Bergen")
    assert [differences(c)["place"] for c in log(client)[:2]] == [
        (None, "Bergen"),
        (None, "Oslo"),
    ]


@pytest.mark.parametrize(
    ("make", "label"),
    [
        (lambda p: p, f"{TITLE}: stated number of areas"),
        (factories.milestone, NAMED),
        (lambda p: factories.affiliation(p.partner, "nato_ally"), "Norway: NATO Ally"),
        (factories.engagement, "Norway: Framework Agreement"),
        (lambda p: factories.question(), "Are the partnerships binding?"),
    ],
)
def test_claim_says_what_it_is_about_and_whose_it_is(client, norway, make, label):
    fact = make(norway)
    says = "17" if fact == norway else "2024-05-28"
    factories.claim(fact, says)
    change = newest(client)
    assert change["record"]["label"] == f"{label} (eprs-2026-03)"
    assert change["record"]["model"] == "claim"
    told = f"New source for: {label.replace(': ', ', ', 1)}"
    for path in (LOG, detail(change)):
        text = page(client, path).text
        assert told in text and "Parliamentary Research Service: Briefing" in text


@pytest.mark.parametrize("certainty", ["reported", "rejected"])
def test_how_sure_a_milestone_is_stands_wherever_the_log_names_it(
    client, norway, certainty
):
    signed = factories.milestone(norway, certainty=certainty)
    named = f"Signed, 28 May 2024 (SDP, {certainty})"
    for path in (LOG, detail(newest(client)), OF_NORWAY, "/changes.atom"):
        text = page(client, path).text
        assert named in text, path
        assert "Signed, 28 May 2024 (SDP)" not in text, path
    claim = factories.claim(signed, "2024-05-28")
    assert (
        f"New source for: Norway, Signed (SDP, {certainty})" in page(client, LOG).text
    )
    edit(claim, locator="page 2")
    again = f"Source read anew for: Norway, Signed (SDP, {certainty})"
    assert again in page(client, LOG).text


def test_rejected_milestone_is_evidence_and_no_news(client, norway):
    with context.change(reason="An agency said so.", kind="new_development"):
        signed = factories.milestone(norway, certainty="rejected")
    assert category(client) == "source"
    assert "New evidence: Norway, Signed, 28 May 2024 (SDP, rejected)" in (
        page(client, LOG).text
    )
    edit(signed, place="Oslo", kind="new_development")
    assert category(client) == "source"
    edit(signed, place="", kind="correction")
    assert category(client) == "correction"
    edit(signed, ruling="The Council denied it.", kind="new_development")
    assert category(client) == "ruling"
    with context.change(reason="Signed after all.", kind="new_development"):
        factories.milestone(norway, date="2024-06-03")
    assert category(client) == "new_development"


def test_check_is_told_without_the_machinery(client, norway):
    factories.check(norway, "2024-04-30")
    for path in (LOG, detail(newest(client)), OF_NORWAY, "/changes.atom"):
        text = page(client, path).text
        assert "Norway: checked through 30 April 2024" in text, path
        assert "created: Norway: checked" not in text and "The check" not in text, path


def test_record_is_named_by_its_natural_key(client):
    rows = one_of_each(published=True)
    keys = {change["record"]["key"] for change in log(client)}
    assert keys == {"/".join(row.natural_key()) for row in rows} | {
        claim.key for claim in Claim.objects.all()
    }


# Deleted records


@pytest.fixture
def gone(signed):
    """A milestone, its claim, and the claim's source, all deleted since."""
    claim = factories.claim(signed, "2024-06", wording="agreed")
    with context.change(reason="Not so", kind="correction"):
        signed.delete()
        claim.source.delete()


def test_log_of_what_was_deleted_stays_readable(client, gone):
    deleted = [change for change in log(client) if change["action"] == "deleted"]
    assert {c["record"]["model"] for c in deleted} == {"source", "claim", "milestone"}
    claim = next(c for c in deleted if c["record"]["model"] == "claim")
    assert claim["record"]["label"] == f"{NAMED} (eprs-2026-03)"
    assert differences(claim) == {
        "source": ("European Parliamentary Research Service: Briefing", None),
        "milestone": (NAMED, None),
        "says": ("2024-06", None),
        "wording": ("agreed", None),
        "locator": ("page 1", None),
    }


def test_pages_of_what_was_deleted_stay_readable(client, gone):
    for change in log(client):
        text = page(client, detail(change)).text
        label, model = change["record"]["label"], change["record"]["model"]
        is_claim, is_new = model == "claim", change["action"] == "created"
        if is_claim:
            done = "New source for" if is_new else "Source taken back for"
            label = f"{done}: {NAMED.replace(': ', ', ')}"
        if model == "milestone":
            label = label.replace(": ", ", ", 1)
        assert label in text
        if is_claim:
            assert "European Parliamentary Research Service: Briefing" in text
            assert change["partnership"] == "norway"
        if change["action"] == "deleted" and not is_claim:
            assert "before: " in text


def test_log_of_a_deleted_record_stays_with_all_that_was_beneath_it(client, signed):
    area = factories.area()
    factories.coverage(signed.partnership, area)
    partner = signed.partnership.partner
    edit(signed.partnership, is_published=False)
    before = log(client)
    for row in (signed.partnership, partner, area):
        row.delete()
    assert log(client)[1:] == before
    assert log(client, partnership="norway") == [
        change for change in before if change["record"]["model"] != "area"
    ]
    assert page(client, OF_NORWAY).text.count("New milestone") == 1
    cell = next(c for c in before if c["record"]["model"] == "coverage")
    assert cell["record"]["key"] == "norway/area-1"


# What kind of news it is


@pytest.mark.parametrize(
    ("kind", "label"),
    [
        ("new_development", "News"),
        ("correction", "Correction"),
        ("editorial", "Editorial change"),
        ("import", "Import"),
    ],
)
def test_kind_of_a_change_is_shown(client, signed, kind, label):
    edit(signed, place="Oslo", kind=kind)
    change = newest(client)
    assert change["kind"] == kind
    assert f"(SDP) {label} " in page(client, LOG).text
    assert f"UTC {label} " in page(client, detail(change)).text


def test_new_claim_and_new_source_are_new_sources(client, signed):
    claim = factories.claim(signed, "2024", by=factories.source())
    assert [change["record"]["model"] for change in log(client)[:2]] == [
        *("claim", "source")
    ]
    assert category(client) == "source"
    assert "New source" in page(client, LOG).text
    edit(claim, says="2024-05")
    assert category(client) == "correction"


def test_ruling_is_a_ruling_until_it_is_withdrawn(client, signed):
    edit(signed, ruling="The text says so.")
    assert category(client) == "ruling"
    edit(signed.partnership, stated_areas_ruling="The text says so.")
    assert category(client) == "ruling"
    assert "Ruling" in page(client, LOG).text
    edit(signed, ruling="")
    assert category(client) == "correction"
    edit(signed.partnership, review_clause="Every year")
    assert category(client) == "correction"


def test_import_is_an_import_whatever_it_brings(client, signed):
    with context.change(reason="Table 1", kind="import"):
        factories.claim(signed, "2024")
    assert category(client) == "import"


@pytest.mark.parametrize(("name", "by"), [("Ann Berg", "Ann Berg"), ("", "Editor")])
def test_people_are_named_as_they_chose_or_by_their_role(client, norway, name, by):
    someone = factories.user(
        "user.name", groups=["editor"], email="mail@example.org", public_name=name
    )
    with context.change(user=someone, reason="Because", kind="editorial"):
        norway.save(), factories.milestone(norway)
    assert newest(client)["by"] == by
    assert f"Because – {by}" in page(client, LOG).text
    seen = everywhere(client)
    assert "user.name" not in seen and "example.org" not in seen


def test_change_by_nobody_in_particular_says_so(client, norway):
    edit(norway, title="Another", reason="The text says so.")
    assert newest(client)["by"] == ""
    assert "The text says so. – not named" in page(client, LOG).text


def test_old_change_does_not_tell_a_later_date(client, sealed_at_once):
    norway = factories.partnership("norway")
    signed = factories.milestone(norway, date="2024-05-28")
    claim = factories.claim(signed, "2024-05-28")
    address = f"{API}?partnership=norway"

    def told():
        changes = client.get(address).json()["results"]
        return next(c for c in changes if c["record"]["key"] == claim.key)

    before = told()
    signed.date = dates.parse("2024-06")
    signed.save()
    assert told() == before


@pytest.mark.parametrize("record", ["area", "claim", "milestone"])
def test_change_that_nothing_is_known_of_leaves_the_log_readable(
    client, signed, record
):
    """Nobody recorded it: a row of the ledger alone, which verifying reports."""
    at = timezone.now()
    connection.check_constraints()
    with triggers.lifted():
        LedgerEntry.objects.create(
            record=record,
            object_id=7,
            history_id=99_999,
            at=at,
            action="~",
            operation=uuid4(),
            recorded_at=at,
        )
    sealing.seal()
    change = newest(client)
    assert (change["record"]["label"], change["fields"]) == (f"{record} 7", [])
    for path in (LOG, detail(change), "/", "/changes.atom", "/data/changes.csv"):
        assert client.get(path).status_code == 200
