"""The log: every public change, in words, with its proof; and nothing else."""

import re
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from html.parser import HTMLParser
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.http import urlencode

from partnerships import dates
from partnerships.ledger import context, redacting, sealing, triggers
from partnerships.log.entries import described_changes
from partnerships.models import (
    Claim,
    LedgerEntry,
    Milestone,
    Partner,
    Partnership,
)
from tests import factories
from tests.admin import one_of_each
from tests.html import page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealed_at_once")]

LOG, API = "/changes/", "/api/v1/changes/"
OF_NORWAY = "/partnerships/norway/changes/"
TITLE = "EU–Norway Security and Defence Partnership"
SIGNED = "Norway: Signed, 28 May 2024 (SDP)"
NAMED = "Norway: Signed (SDP)"  # as others name it
NOT_PUBLIC = "Only fields that are not public were changed."
FIRST = datetime(2026, 3, 1, tzinfo=UTC)


def edit(row, *, reason="The text says so.", kind="correction", actor="", **values):
    with context.change(reason=reason, kind=kind, actor=actor):
        for name, value in values.items():
            setattr(row, name, value)
        row.save()


def log(client, **query):
    """The entries of the log that the API answers with, newest first."""
    answer = client.get(API, {"page_size": 200} | query)
    assert answer.status_code == 200, answer.json()
    return answer.json()["results"]


def newest(client):
    return log(client)[0]


def differences(change):
    return {field["name"]: (field["old"], field["new"]) for field in change["fields"]}


def detail(change):
    return f"{LOG}{change['number']}/"


def everywhere(client):
    """All that readers can see of the log, page by page, as one text."""
    changes = log(client)
    paths = [LOG, API, OF_NORWAY, *map(detail, changes)]
    return "".join(client.get(path).content.decode() for path in paths)


@contextmanager
def at(moment):
    with time_machine.travel(moment, tick=False):
        yield


@pytest.fixture
def norway():
    return factories.partnership(stated_areas=17, internal_notes="secret note")


@pytest.fixture
def signed(norway):
    return factories.milestone(norway)


# Differences, in words


def test_created_record_shows_each_field_that_is_filled_in(client, signed):
    change = newest(client)
    assert (change["action"], change["record"]["model"]) == ("created", "milestone")
    assert differences(change) == {
        "partnership": (None, TITLE),
        "track": (None, "Security and Defence Partnership"),
        "kind": (None, "Signed"),
        "date": (None, "2024-05-28"),
    }


CHANGES = {
    "choice": (
        lambda: Partner.objects.get(),
        {"region": "africa"},
        ("region", "Region", "Western and northern Europe", "Africa"),
    ),
    "partial date": (
        lambda: Milestone.objects.get(),
        {"date": "2024-05"},
        ("date", "Date", "2024-05-28", "2024-05"),
    ),
    "filled in": (
        lambda: Milestone.objects.get(),
        {"place": "Oslo"},
        ("place", "Place", None, "Oslo"),
    ),
    "emptied": (
        lambda: Partnership.objects.get(),
        {"stated_areas": None},
        ("stated_areas", "Stated number of areas", 17, None),
    ),
    "yes or no": (
        lambda: Partnership.objects.get(),
        {"is_published": False},
        ("is_published", "Published", True, False),
    ),
    "day": (
        lambda: factories.source(last_checked_on="2026-03-01"),
        {"last_checked_on": None},
        ("last_checked_on", "Last checked on", "2026-03-01", None),
    ),
    "web address": (
        lambda: factories.source(),
        {"url": "https://example.org/a?b=1&c=2"},
        ("url", "Address", None, "https://example.org/a?b=1&c=2"),
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_changed_field_shows_what_it_was_and_is(client, signed, what):
    make, values, expected = CHANGES[what]
    edit(make(), **values)
    change = newest(client)
    assert change["action"] == "changed"
    assert [tuple(field.values()) for field in change["fields"]] == [expected]


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
        (lambda p: p, f"{TITLE}: stated number of areas (eprs-2026-03)"),
        (lambda p: factories.milestone(p), f"{NAMED} (eprs-2026-03)"),
        (
            lambda p: factories.affiliation(p.partner, "nato_ally"),
            "Norway: NATO Ally (eprs-2026-03)",
        ),
        (
            lambda p: factories.engagement(p),
            "Norway: Framework Agreement (eprs-2026-03)",
        ),
        (
            lambda p: factories.question(),
            "Are the partnerships binding? (eprs-2026-03)",
        ),
    ],
)
def test_claim_says_what_it_is_about_and_whose_it_is(client, norway, make, label):
    fact = make(norway)
    says = "17" if fact == norway else "2024-05-28"
    factories.claim(fact, says)
    change = newest(client)
    assert change["record"]["label"] == label
    assert change["record"]["model"] == "claim"
    assert label in page(client, LOG).text
    assert label in page(client, detail(change)).text


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
        assert change["record"]["label"] in text
        if change["record"]["model"] == "claim":
            assert "European Parliamentary Research Service: Briefing" in text
            assert change["partnership"] == "norway"
    assert "before: 28 May 2024" in page(client, LOG).text


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
    assert page(client, OF_NORWAY).text.count("Milestone created") == 1
    cell = next(c for c in before if c["record"]["model"] == "coverage")
    assert cell["record"]["key"] == "norway/area-1"


# What is not public


def test_change_of_what_is_not_public_shows_as_such(client, norway):
    edit(norway, internal_notes="another secret")
    change = newest(client)
    assert (change["action"], change["fields"]) == ("changed", [])
    for path in (LOG, OF_NORWAY, detail(change)):
        assert page(client, path).text.count(NOT_PUBLIC) == 1


def test_what_is_not_public_is_nowhere_in_the_log(client, norway):
    edit(norway, internal_notes="another secret", summary="SÚMMARY")
    edit(norway, is_published=False)
    norway.delete()
    seen = everywhere(client)
    assert "SÚMMARY" in seen
    for private in ("secret", "internal_notes", "search_text", "summary norway"):
        assert private not in seen
    assert not re.search(r"\bsummary eu|internal", seen)


def test_log_names_public_fields_alone(client):
    rows = one_of_each(published=True)
    public = {type(row)._meta.model_name: type(row).PUBLIC for row in rows}
    assert {change["record"]["model"] for change in log(client)} == {*public}
    for change in log(client):
        names = [field["name"] for field in change["fields"]]
        allowed = public[change["record"]["model"]]
        assert names and {*names} <= {*allowed}


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


def test_markup_in_the_log_is_escaped(client, signed):
    bad = "<script>alert(1)</script>"
    edit(signed.partnership, title=bad, summary=bad, reason=bad, actor=bad)
    edit(signed.partnership.partner, name=bad)
    edit(signed, place=bad, note=bad, reason=bad)
    source = factories.source(title=bad, publisher=bad)
    factories.claim(signed, "2024", by=source, wording=bad, locator=bad)
    paths = [LOG, OF_NORWAY, *(detail(change) for change in log(client))]
    for path in paths:
        html = client.get(path).content.decode()
        assert "<script>alert" not in html
        assert path == detail(log(client)[-1]) or "&lt;script&gt;alert" in html


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
    for path in (LOG, detail(change)):
        assert f"UTC {label} " in page(client, path).text


def category(client):
    newest = LedgerEntry.objects.order_by("-number")[:1]
    return described_changes(newest)[0].category


def test_new_claim_and_new_source_are_new_sources(client, signed):
    source = factories.source()
    assert category(client) == "source"
    claim = factories.claim(signed, "2024", by=source)
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


# Redactions


def redact(number, field):
    connection.check_constraints()  # nothing may wait for commit
    with context.change(actor="Desk", reason="A private name", kind="correction"):
        redacting.redact(number=number, field=field)


@pytest.fixture
def redacted(signed):
    """The number of a change in which a name was blacked out."""
    edit(signed, note="Jane Roe was there")
    number = sealing.head().number
    edit(signed, note="")
    redact(number, "note")
    return number


def test_redaction_is_a_change_itself_and_names_the_other(client, redacted):
    change = newest(client)
    assert (change["by"], change["reason"]) == ("Desk", "A private name")
    record = change["record"]
    assert record == {
        "model": "redaction",
        "key": str(redacted),
        "label": f"change {redacted}: note",
    }
    shown = page(client, detail(change)).text
    assert shown.count("A private name") == 2  # once more in its text


@pytest.mark.parametrize("path", [LOG, OF_NORWAY, API])
def test_redaction_in_the_log_breaks_no_page_and_opens_no_session(
    client, redacted, path
):
    answer = client.get(path)
    assert answer.status_code == 200
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_redaction_names_the_change_and_the_field(redacted):
    (change,) = described_changes(LedgerEntry.objects.order_by("-number")[:1])
    assert change.label == f"change {redacted}: note"


def test_redaction_is_told_apart_from_corrections(client, redacted):
    assert category(client) == "redaction"
    assert "Redaction" in page(client, f"{LOG}{sealing.head().number}/").text


def test_redacted_value_is_gone_from_the_pages(client, redacted):
    text = page(client, f"{LOG}{redacted}/").text
    assert "after: [redacted]" in text and "Jane Roe" not in text
    for path in (LOG, OF_NORWAY):
        assert "Jane Roe" not in client.get(path).content.decode()


def test_redacted_value_is_gone_from_the_log(client, redacted):
    change = next(c for c in log(client) if c["number"] == redacted)
    assert differences(change)["note"] == (None, "[redacted]")
    assert "Jane Roe" not in everywhere(client)
    assert "after: [redacted]" in page(client, detail(change)).text


def test_page_of_a_redacted_change_shows_a_digest_that_fits_its_words(client, redacted):
    html = client.get(f"{LOG}{redacted}/").content.decode()
    proof = Proof(html)
    public, private, *_ = proof.texts
    assert digest_of(public, private) in html


def test_redaction_of_a_draft_is_hidden_like_the_draft(client):
    draft = factories.partnership("atlantis", published=False, summary="Jane Roe")
    edit(draft, summary="")
    redact(LedgerEntry.objects.get(record="partnership", action="+").number, "summary")
    text = page(client, LOG).text
    assert "0 changes" in text and "A private name" not in text


# Drafts


@pytest.fixture
def draft():
    """Atlantis, with something of every kind beneath it."""
    record = factories.partnership("atlantis", published=False, summary="Deep")
    with context.change(reason="Drowned", kind="editorial"):
        signed = factories.milestone(record)
        standing = factories.affiliation(record.partner, "nato_ally")
        tie = factories.engagement(record)
        cell = factories.coverage(record, factories.area())
        source = factories.source()
        says = {cell: "included", record: "17"}
        for fact in (signed, standing, tie, cell, record):
            factories.claim(fact, says.get(fact, "2024-05-28"), by=source)
    return record


def of_draft():
    own = LedgerEntry.objects.exclude(record__in=["source", "area", "question"])
    return list(own.order_by("-number").values_list("number", flat=True))


def test_changes_of_a_draft_are_nowhere(client, draft):
    assert [c["record"]["model"] for c in log(client)] == ["source", "area"]
    assert log(client, partnership="atlantis") == []
    page(client, "/partnerships/atlantis/changes/", status=404)
    assert len(of_draft()) == 11
    for number in of_draft():
        page(client, f"{LOG}{number}/", status=404)
    public = [LOG, *(detail(change) for change in log(client))]
    for path in public:
        assert "tlantis" not in client.get(path).content.decode()
    operation = LedgerEntry.objects.filter(reason="Drowned").first().operation
    assert len(log(client, operation=operation)) == 2


def test_changes_of_a_draft_are_all_there_once_it_is_published(client, draft):
    before = of_draft()
    edit(draft, is_published=True)
    shown = [c["number"] for c in log(client, partnership="atlantis")]
    assert shown[1:] == before
    for number in before:
        page(client, f"{LOG}{number}/")
    text = page(client, "/partnerships/atlantis/changes/").text
    assert "12 changes" in text


def test_partner_without_a_partnership_is_nowhere(client):
    partner = factories.partner("atlantis")
    standing = factories.affiliation(partner, "nato_ally")
    factories.claim(standing, "yes", wording="sank")
    assert [c["record"]["model"] for c in log(client)] == ["source"]
    assert "sank" not in client.get(LOG).content.decode()


def test_claim_older_than_the_partnership_is_there_once_that_is_published(client):
    partner = factories.partner("atlantis")
    factories.claim(factories.affiliation(partner, "nato_ally"), "yes")
    factories.partnership(of=partner)
    claims = [c for c in log(client) if c["record"]["model"] == "claim"]
    assert [c["action"] for c in claims][-1] == "created"
    assert {c["partnership"] for c in claims} == {"atlantis"}


def test_sources_areas_and_questions_are_public_at_once(client):
    source = factories.source()
    factories.area()
    factories.claim(factories.question(), "yes", by=source)
    shown = [c["record"]["model"] for c in log(client)]
    assert shown == ["claim", "question", "area", "source"]
    assert {c["partnership"] for c in log(client)} == {None}


# Unpublished records


@pytest.fixture
def withdrawn(signed):
    """Norway, unpublished, then edited as a draft again."""
    edit(signed.partnership, is_published=False, reason="Taken away")
    edit(signed.partnership, title="Hidden title", summary="Hidden words")
    edit(signed.partnership.partner, name="Hidden name")
    edit(signed, place="Hidden place")
    factories.claim(
        factories.affiliation(signed.partnership.partner, "nato_ally"), "no"
    )
    return signed.partnership


def test_log_of_an_unpublished_record_stays_up_to_that_change(client, withdrawn):
    shown = log(client, partnership="norway")
    assert [c["reason"] for c in shown] == ["Taken away", "Test", "Test", "Test"]
    text = page(client, OF_NORWAY).text
    assert "4 changes" in text and "Taken away" in text
    for change in shown:
        page(client, detail(change))


def test_later_edits_of_an_unpublished_record_are_hidden(client, withdrawn):
    shown = {change["number"] for change in log(client)}
    hidden = {*LedgerEntry.objects.values_list("number", flat=True)} - shown
    assert len(hidden) == 5
    for number in hidden:
        page(client, f"{LOG}{number}/", status=404)
    assert "Hidden place" not in everywhere(client)


def test_earlier_changes_do_not_name_what_an_unpublished_record_became(
    client, withdrawn
):
    assert "Hidden" not in everywhere(client)


def test_deleted_draft_that_was_public_once_keeps_its_public_log(client, withdrawn):
    before = log(client, partnership="norway")
    partner = withdrawn.partner
    withdrawn.delete()
    partner.delete()
    after = log(client, partnership="norway")
    assert [c["number"] for c in after] == [c["number"] for c in before]
    assert "Taken away" in page(client, OF_NORWAY).text


def test_record_published_again_shows_all_in_between(client, withdrawn):
    edit(withdrawn, is_published=True)
    assert "Hidden place" in page(client, OF_NORWAY).text
    total = LedgerEntry.objects.exclude(record="source").count()
    assert len(log(client, partnership="norway")) == total
    edit(withdrawn, is_published=False)
    edit(withdrawn, title="Hidden again")
    assert len(log(client, partnership="norway")) == total + 1


def test_draft_with_a_partner_that_had_a_public_record_stays_hidden(client, signed):
    partner = signed.partnership.partner
    edit(signed.partnership, is_published=False)
    before = log(client)
    signed.partnership.delete()
    anew = factories.partnership(
        of=Partner.objects.get(pk=partner.pk), published=False, title="Hidden"
    )
    factories.milestone(anew)
    assert log(client) == before
    edit(anew, is_published=True)
    assert "Hidden" in page(client, OF_NORWAY).text


# The log of one record


def test_log_of_a_record_is_its_own_and_of_all_beneath_it(client):
    rows = one_of_each(published=True)
    other = factories.partnership("japan")
    factories.claim(factories.milestone(other), "2024")
    shown = log(client, partnership="norway")
    assert {c["partnership"] for c in shown} == {"norway"}
    models = {type(row)._meta.model_name for row in rows}
    assert {c["record"]["model"] for c in shown} == (
        models - {"area", "question", "source"}
    )
    assert len(shown) == LedgerEntry.objects.count() - 3 - 4
    text = page(client, OF_NORWAY).text
    assert "Japan" not in text and f"{len(shown)} changes" in text


def test_log_of_a_record_follows_its_partner(client, norway):
    edit(norway.partner, official_name="Kingdom of Norway")
    change = newest(client)
    assert change["partnership"] == "norway"
    assert "Kingdom of Norway" in page(client, OF_NORWAY).text


@pytest.mark.parametrize("slug", ["unknown", "x" * 300])
def test_log_of_an_unknown_record_is_not_found(client, norway, slug):
    page(client, f"/partnerships/{slug}/changes/", status=404)
    if len(slug) < 100:
        assert log(client, partnership=slug) == []


# One change


def test_change_shows_the_others_of_its_operation(client, norway):
    with context.change(reason="All at once", kind="editorial"):
        made = [factories.milestone(norway, "statement", "2024") for _ in range(30)]
    factories.milestone(norway, "proposed", "2023")
    change = log(client)[1]
    found = page(client, detail(change))
    assert "29 more in the same operation" in found.text
    others = {f"{LOG}{c['number']}/" for c in log(client)[2:27]}
    assert others <= {*found.links}
    assert detail(log(client)[0]) not in found.links
    operation = LedgerEntry.objects.get(number=change["number"]).operation
    assert len(log(client, operation=operation)) == len(made)


def test_change_alone_in_its_operation_shows_no_others(client, signed):
    text = page(client, detail(newest(client))).text
    assert "in the same operation" not in text and "Done together" not in text


@pytest.mark.parametrize(
    "number", ["0", "00", "-1", "2", "999", "9" * 18, "9" * 19, "9" * 400, "1.0", "٣"]
)
def test_number_of_no_change_is_not_found(client, number):
    factories.source()
    found = page(client, f"{LOG}{number}/", status=404)
    assert "There is no such page" in found.text


# The proof


class Proof(HTMLParser):
    """What stands in the page's <pre> and <code>, in order."""

    def __init__(self, html):
        super().__init__()
        self.texts, self._is_inside = [], False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag in {"pre", "code"}:
            self._is_inside = True
            self.texts.append("")

    def handle_endtag(self, tag):
        self._is_inside = self._is_inside and tag not in {"pre", "code"}

    def handle_data(self, data):
        if self._is_inside:
            self.texts[-1] += data


def digest_of(public, private):
    """By what the page says of it, with nothing of the tracker's own."""
    return sha256(sha256(public.encode()).digest() + bytes.fromhex(private)).hexdigest()


def seal_of(*parts):
    return sha256(
        b"".join(f"{len(p.encode())}:{p}".encode() for p in parts)
    ).hexdigest()


def test_page_suffices_to_check_each_digest_and_seal(client, signed):
    edit(signed, note="<b>Ünïcødé</b> & “quotes” \\ / \n line", reason="Så <i>")
    edit(signed.partnership, internal_notes="another secret")
    previous = "0" * 64
    for change in reversed(log(client)):
        html = client.get(detail(change)).content.decode()
        public, private, digest, before, row, seal = Proof(html).texts
        assert digest == digest_of(public, private)
        assert seal == seal_of(before, *row.split(", "), digest)
        assert before == previous
        assert row.split(", ")[0] == str(change["number"])
        previous = seal
    assert previous == sealing.head().seal


def test_another_word_in_the_public_text_breaks_the_proof(client, signed):
    html = client.get(detail(newest(client))).content.decode()
    public, private, digest, *_ = Proof(html).texts
    assert "2024-05-28" in public
    assert digest_of(public.replace("28", "29"), private) != digest


def test_log_shows_where_the_chain_stood(client, norway):
    sealing.checkpoint()
    assert str(sealing.head()) in page(client, LOG).text


# Filters


@pytest.fixture
def three():
    """A new record, a correction of it a month later, and news after another month."""
    with at(FIRST):
        made = factories.milestone(factories.partnership())
    with at(FIRST + timedelta(31, seconds=-1)):
        edit(made, place="Oslo", reason="Wrong", kind="correction")
    with at(FIRST + timedelta(31)):
        edit(made, note="Seen", reason="News", kind="new_development")
    return made


REASONS = {
    "from=2026-04-01": ["News"],
    "from=2026-03-31": ["News", "Wrong"],
    "to=2026-03-31": ["Wrong", "Test", "Test", "Test"],
    "to=2026-03-30": ["Test", "Test", "Test"],
    "from=2026-03-31&to=2026-03-31": ["Wrong"],
    "kind=correction": ["Wrong"],
    "kind=correction&kind=new_development": ["News", "Wrong"],
    "kind=import": [],
    "partnership=norway&kind=correction": ["Wrong"],
    "partnership=japan": [],
    "partnership=": ["News", "Wrong", "Test", "Test", "Test"],
    "from=&to=&operation=": ["News", "Wrong", "Test", "Test", "Test"],
}


@pytest.mark.parametrize("query", REASONS)
def test_filters_find_what_they_say(client, three, query):
    answer = client.get(f"{API}?{query}").json()
    assert [change["reason"] for change in answer["results"]] == REASONS[query]
    found = client.get(f"{LOG}?{query}").context["changes"]
    assert [change.reason for change in found] == REASONS[query]


@pytest.mark.parametrize(
    ("query", "heading"),
    [
        ("from=2026-03-01&to=2026-03-31", "Between 1 and 31 March 2026: 4 changes"),
        (
            "from=2026-03-31&to=2026-04-02",
            "Between 31 March and 2 April 2026: 2 changes",
        ),
        (
            "from=2025-12-31&to=2026-03-01",
            "Between 31 December 2025 and 1 March 2026: 3",
        ),
        ("from=2026-03-31&to=2026-03-31", "On 31 March 2026: 1 change"),
        ("from=2026-04-01", "Since 1 April 2026: 1 change"),
        ("to=2026-03-30", "Until 30 March 2026: 3 changes"),
    ],
)
@pytest.mark.parametrize("path", [LOG, OF_NORWAY])
def test_heading_says_which_days_are_shown(client, three, path, query, heading):
    assert heading in page(client, f"{path}?{query}").text


@pytest.mark.parametrize("path", [LOG, OF_NORWAY, API])
def test_span_that_ends_before_it_begins_gets_400_and_a_sentence(client, three, path):
    answer = client.get(path, {"from": "2026-04-01", "to": "2026-03-01"})
    assert answer.status_code == 400
    sentence = "The span ends before it begins: 2026-04-01 is after 2026-03-01."
    assert sentence in answer.content.decode()


def test_page_as_known_on_a_day_leads_to_what_changed_since(client, three):
    record = "/partnerships/norway/"
    for path, log in (("/", LOG), ("/partnerships/", LOG), (record, OF_NORWAY)):
        found = page(client, path, {"known_on": "2026-03-31"})
        assert f"{log}?from=2026-04-01" in found.links
        today = page(client, path, {"known_on": f"{timezone.localdate()}"})
        assert not [link for link in today.links if link.startswith(f"{log}?from")]
    since = page(client, LOG, {"from": "2026-04-01"})
    assert "Since 1 April 2026: 1 change" in since.text


def test_filter_by_operation_finds_what_was_done_together(client, norway):
    with context.change(reason="Both", kind="editorial") as under_way:
        factories.milestone(norway)
        factories.engagement(norway)
    factories.milestone(norway, "proposed", "2023")
    operation = str(under_way.changeset)
    assert [c["reason"] for c in log(client, operation=operation)] == ["Both"] * 2
    assert "2 changes" in page(client, LOG, {"operation": operation}).text
    assert "2 changes" in page(client, OF_NORWAY, {"operation": operation}).text


def test_active_filter_has_a_link_that_drops_it(client, three):
    found = page(client, LOG, {"kind": "correction", "from": "2026-03-02"})
    assert "Kind of change: Correction" in found.text
    assert "?from=2026-03-02" in found.links and "?kind=correction" in found.links


def test_empty_result_says_so(client, three):
    for path in (LOG, OF_NORWAY):
        text = page(client, path, {"kind": "import"}).text
        assert "0 changes" in text
        assert "No change fits. Widen the time, or leave out a kind." in text


def test_log_before_the_first_change_is_empty(client):
    text = page(client, LOG).text
    assert "0 changes" in text and "No checkpoint has been taken yet." in text
    assert client.get(API).json() == {
        "count": 0,
        "next": None,
        "previous": None,
        "results": [],
    }


WRONG = [
    ("from", "yesterday", "Write the day as year-month-day, as in 2026-03-31."),
    ("to", "2026-02-30", "Write the day as year-month-day, as in 2026-03-31."),
    ("from", "2999-01-01", "This day is yet to come"),
    ("to", "2999-01-01", "This day is yet to come"),
    ("kind", "rumour", "rumour is not one of the available choices"),
    ("operation", "seven", "Enter a valid UUID."),
    ("operation", "\x00", "Enter a valid UUID."),
    ("partnership", "x" * 101, "at most 100 characters"),
    ("partnership", "a\x00b", "Null characters are not allowed."),
]


@pytest.mark.parametrize(("name", "value", "sentence"), WRONG)
@pytest.mark.parametrize("path", [LOG, OF_NORWAY])
def test_wrong_value_gets_400_and_a_sentence(
    client, signed, path, name, value, sentence
):
    found = page(client, path, {name: value}, status=400)
    assert "Nothing is shown" in found.text
    assert SIGNED not in found.text
    assert sentence in found.text


@pytest.mark.parametrize(("name", "value", "sentence"), WRONG)
def test_wrong_value_is_refused_by_name_in_api(client, signed, name, value, sentence):
    answer = client.get(API, {name: value})
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [name]
    assert sentence in answer.json()["errors"][name][0]


@pytest.mark.parametrize("name", ["colour", "known_on", "as_of", "by", "from_"])
def test_unknown_parameter_is_refused_in_api(client, signed, name):
    answer = client.get(API, {name: "2026-03-01"})
    assert answer.status_code == 400
    assert "There is no such parameter" in answer.json()["errors"][name][0]


def test_to_the_last_day_of_the_calendar_breaks_nothing(client, signed):
    for name in ("from", "to"):
        assert client.get(LOG, {name: "9999-12-31"}).status_code == 400
        assert client.get(API, {name: "9999-12-31"}).status_code == 400


# Pages


def fill(record, count):
    for number in range(count):
        factories.milestone(record, "statement", "2024", place=f"Place {number}")


def test_log_is_paged_newest_first_and_keeps_the_query(client, norway):
    fill(norway, 60)
    for path in (LOG, OF_NORWAY):
        found = page(client, path, {"page": "2", "kind": "editorial"})
        assert "62 changes" in found.text and "Page 2 of 3" in found.text
        assert "Place 34" in found.text and "Place 35" not in found.text
        assert "?page=1&kind=editorial" in found.links
        assert "?page=3&kind=editorial" in found.links


def test_api_is_paged_and_sized_by_the_client(client, norway):
    fill(norway, 60)
    first = client.get(API).json()
    assert [first["count"], len(first["results"])] == [62, 50]
    seen, url = [], f"{API}?page_size=25&kind=editorial"
    while url:
        answer = client.get(url).json()
        seen += [change["number"] for change in answer["results"]]
        url = answer["next"]
    assert seen == list(range(62, 0, -1))
    assert client.get(f"{API}?page=9").status_code == 404


# The API's contract, and the pages'


def test_api_has_the_agreed_keys(client, signed):
    answer = client.get(API).json()
    assert list(answer) == ["count", "next", "previous", "results"]
    change = answer["results"][0]
    assert list(change) == [
        "number",
        "at",
        "by",
        "reason",
        "kind",
        "action",
        "record",
        "partnership",
        "fields",
    ]
    assert list(change["record"]) == ["model", "key", "label"]
    assert list(change["fields"][0]) == ["name", "label", "old", "new"]


def test_api_says_when_by_whom_and_why(client, signed):
    moment = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    with at(timezone.now() + timedelta(seconds=1)):
        edit(signed, place="Oslo", actor="Data desk", reason="Seen", kind="editorial")
    with at(moment):
        factories.source("eeas-2026")
    source, change = log(client)[:2]
    assert datetime.fromisoformat(source["at"]) == moment
    told = change["by"], change["reason"], change["kind"], change["action"]
    assert told == ("Data desk", "Seen", "editorial", "changed")
    key = change["record"].pop("key")
    assert change["record"] == {"model": "milestone", "label": SIGNED}
    assert (key, change["partnership"]) == (signed.key, "norway")


def test_numbers_are_whole_and_without_gap(client):
    one_of_each(published=True)
    numbers = [change["number"] for change in log(client)]
    assert numbers == list(range(len(numbers), 0, -1))
    assert len(numbers) == LedgerEntry.objects.count()


def test_change_that_is_not_sealed_yet_has_no_number_and_is_not_shown(
    client, signed, monkeypatch
):
    before = log(client)
    monkeypatch.setattr(sealing, "after_commit", lambda using: None)
    edit(signed, place="Oslo")
    assert log(client) == before
    sealing.seal()
    assert differences(newest(client)) == {"place": (None, "Oslo")}


@pytest.mark.parametrize("path", [LOG, OF_NORWAY, f"{LOG}1/", API])
def test_log_answers_get_and_head_alone_and_sets_no_cookie(client, signed, path):
    for method in (client.get, client.head):
        answer = method(path)
        assert answer.status_code == 200
        assert not answer.cookies
        assert "Cookie" not in answer.headers.get("Vary", "")
    for method in (client.post, client.put, client.patch, client.delete):
        assert method(path).status_code == 405


def test_log_links_its_json_twin(client, signed):
    query = {"kind": "editorial", "from": "2026-01-01"}
    operation = LedgerEntry.objects.get(number=1).operation
    twins = {
        LOG: f"{API}?{urlencode(query)}",
        OF_NORWAY: f"{API}?{urlencode(query | {'partnership': 'norway'})}",
        f"{LOG}1/": f"{API}?operation={operation}",
    }
    for path, twin in twins.items():
        assert twin in page(client, path, {**query, "page": "1", "x": "y"}).links
        assert client.get(twin).json()["count"] > 0


def test_record_and_its_log_link_each_other(client, signed):
    assert OF_NORWAY in page(client, "/partnerships/norway/").links
    assert "/partnerships/norway/" in page(client, OF_NORWAY).links
    assert OF_NORWAY in page(client, detail(newest(client))).links


# Queries: bounded, whatever the number of changes


def rounds(record, first, last):
    """Three changes each, of what refers to others in four steps."""
    for number in range(first, last):
        step = factories.milestone(record, "statement", "2024", place=f"{number}")
        claim = factories.claim(step, "2024")
        edit(claim, says="2024-05")


@pytest.mark.parametrize(("path", "queries"), [(LOG, 7), (OF_NORWAY, 9), (API, 7)])
def test_number_of_queries_does_not_grow(client, norway, path, queries):
    factories.milestone(norway)
    counts = []
    for first, last in [(0, 0), (0, 9), (9, 20)]:
        rounds(norway, first, last)
        with CaptureQueriesContext(connection) as captured:
            client.get(path, {"page_size": 25} if path == API else {})
        counts.append(len(captured))
    assert LedgerEntry.objects.count() == 3 + 1 + 60
    few, *many = counts
    assert few <= queries and many == [queries, queries]


@pytest.mark.parametrize("shown", [3, 60])
def test_number_of_queries_is_the_same_for_3_and_60_changes_at_once(
    client, norway, django_assert_num_queries, shown
):
    rounds(norway, 0, 20)
    with django_assert_num_queries(7):
        assert len(log(client, page_size=shown)) == shown
    with django_assert_num_queries(7):
        assert len(log(client, page_size=shown, partnership="norway")) == shown


def test_number_of_queries_does_not_grow_with_an_operation(
    client, norway, django_assert_num_queries
):
    with context.change(reason="All at once", kind="import"):
        rounds(norway, 0, 1)
    path = f"{LOG}{LedgerEntry.objects.filter(kind='import').first().number}/"
    with context.change(reason="All at once", kind="import") as under_way:
        rounds(norway, 1, 21)
    many = LedgerEntry.objects.filter(operation=under_way.changeset).first().number
    for of_operation in (path, f"{LOG}{many}/"):
        with django_assert_num_queries(11):
            assert client.get(of_operation).status_code == 200


def test_number_of_queries_does_not_grow_with_withdrawn_records(client, norway):
    counts = []
    for first, last in [(0, 1), (1, 8)]:
        for number in range(first, last):
            record = factories.partnership(f"partner-{number}")
            edit(record, is_published=False)
        with CaptureQueriesContext(connection) as captured:
            client.get(LOG)
        counts.append(len(captured))
    assert counts[0] == counts[1]


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
