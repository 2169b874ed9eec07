"""Somebody who runs the site, or owns its database, wants readers to be told something
else, and the public log to show nothing of it."""

import pytest
from django.db import IntegrityError

from tests.clock import as_shipped
from tests.ledger.databases import is_sqlite, sql
from tests.ledger.tampering import forging, tables
from tests.ledger.tampering.hands import (
    NOW,
    changed,
    enter,
    query,
    refused_or_named,
    the_one,
    unwatched,
    verified,
)
from tests.ledger.tampering.site import declared

pytestmark = pytest.mark.slow("builds databases")

MILESTONE, CLAIM = "partnerships_milestone", "partnerships_claim"
PARTNERSHIP, SOURCE = "partnerships_partnership", "partnerships_source"
NOBODY = 987


# What never changes


def test_date_is_changed_while_its_milestone_is_in_the_log_of_a_draft(site, signature):
    draft = the_one(PARTNERSHIP, "NOT is_published")
    [(home,)] = query(f"SELECT partnership_id FROM {MILESTONE} WHERE id = {signature}")

    def attack():
        changed(site, MILESTONE, signature, partnership_id=draft)()
        changed(site, MILESTONE, signature, date="2023-01-02")()
        changed(site, MILESTONE, signature, partnership_id=home)()

    refused_or_named(attack, f"milestone {signature}")


#: Of each model, the fields that no editor can change. What a row is known by for good
#: is one of them.
PERMANENT = [
    ("partner", "slug"), ("affiliation", "partner_id"), ("partnership", "partner_id"),
    ("area", "slug"), ("area", "number"), ("coverage", "partnership_id"),
    ("coverage", "area_id"), ("check", "partnership_id"),
    ("engagement", "partnership_id"), ("milestone", "partnership_id"),
    ("position", "partnership_id"), ("question", "slug"), ("source", "key"),
    ("subject", "partnership_id"), ("claim", "source_id"), ("claim", "milestone_id"),
    ("claim", "aspect"), ("doublecheck", "partnership_id"),
    ("doublecheck", "operation"), ("doublecheck", "entered_by"),
    ("roleassignment", "account"), ("milestone", "key"), ("claim", "key"),
]  # fmt: skip


@pytest.mark.parametrize(("record", "column"), PERMANENT)
def test_permanent_value_is_exchanged(site, record, column):
    table = f"partnerships_{record}"
    key = tables.keys(table)[0]
    if record == "claim":
        key = the_one(CLAIM, "milestone_id IS NOT NULL")
    cell = tables.Cell(table, key, column)
    if column.endswith("_id"):
        other = f"partnerships_{column.removesuffix('_id')}"
        new = next(k for k in tables.keys(other) if k != tables.value(cell))
    else:
        new = 77 if column in ("number", "account", "entered_by") else "another"
    new = "place" if column == "aspect" else new
    refused_or_named(changed(site, table, key, **{column: new}), f"{record} {key}")


def test_every_permanent_field_is_tried():
    fields = {
        (field.model._meta.model_name, field.column)
        for _, field in declared_by_models("PERMANENT")
    }
    about = {field for field in fields if field[0] == "claim"} - {*PERMANENT}
    assert fields - about <= {*PERMANENT}


def declared_by_models(attribute):
    from django.apps import apps

    for model in apps.get_app_config("partnerships").get_models():
        for name in getattr(model, attribute, ()):
            yield model, model._meta.get_field(name)


# What follows from something else

DERIVED = [
    ("partner", "search_text"), ("affiliation", "since_earliest"),
    ("affiliation", "since_latest"), ("affiliation", "until_latest"),
    ("partnership", "search_text"), ("engagement", "since_earliest"),
    ("engagement", "since_latest"), ("engagement", "until_latest"),
    ("milestone", "earliest"), ("milestone", "latest"), ("milestone", "recorded_on"),
    ("milestone", "expected_latest"), ("namesake", "earliest"),
    ("namesake", "latest"), ("position", "earliest"), ("position", "latest"),
    ("question", "earliest"), ("question", "latest"), ("claim", "earliest"),
    ("claim", "latest"),
]  # fmt: skip


@pytest.mark.parametrize(("record", "column"), DERIVED)
def test_derived_value_lies(site, record, column):
    """The page says the date, and every list another."""
    table = f"partnerships_{record}"
    key = tables.keys(table)[0]
    new = "forged" if column == "search_text" else "2020-01-01"
    new = "2030-01-01" if column == "recorded_on" else new
    refused_or_named(changed(site, table, key, **{column: new}), f"{record} {key}")


def test_every_derived_field_is_tried():
    fields = {
        (model._meta.model_name, field.column)
        for model, field in declared_by_models("DERIVED")
    }
    assert fields == {*DERIVED}


def test_every_field_with_rows_is_drawn_at_random(tracker):
    assert len(declared("PERMANENT")) > 20
    assert len(declared("DERIVED")) > 15


@pytest.mark.parametrize("record", [None, "another"])
def test_claim_leaves_its_record(site, record):
    key = the_one(CLAIM, "milestone_id IS NOT NULL")
    if record:
        record = the_one(PARTNERSHIP, "NOT is_published")
    attack = changed(site, CLAIM, key, record_id=record)
    refused_or_named(attack, f"claim {key}")


PAGES = ["/", "/changes/", "/changes.atom", "/partnerships/", "/sources/"]
PAGES += ["/api/v1/changes/", "/api/v1/partnerships/", "/data/changes.csv", "/readyz"]


def test_claim_without_a_record_takes_no_page_down(tracker, signature, client):
    key = the_one(CLAIM, "milestone_id IS NOT NULL")
    with unwatched():
        tables.update(CLAIM, key, record_id=None)
        enter(CLAIM, key, {"record_id": None})
    answers = {page: client.get(page) for page in PAGES}
    assert {page: a.status_code for page, a in answers.items()} == dict.fromkeys(
        PAGES, 200
    )
    for answer in answers.values():
        list(answer)


# Redactions


@pytest.fixture
def redacted(tracker, signature):
    """Redacts a note, and rewrites the place beside it; returns what entry is covered,
    and the redaction's values."""
    history = "partnerships_historicalmilestone"
    newest = tables.newest_history(MILESTONE, signature)
    number = tables.number_of(history, newest)
    new = {"place": "Rome", "note": "[redacted]"}

    def edit(half):
        half["values"] |= {name: new[name] for name in new if name in half["values"]}

    def attack(**belonging):
        with unwatched():
            tables.update(MILESTONE, signature, **new)
            tables.update(history, newest, **new)
            forging.rewrite(number, edit, with_digest=False)
        [(public, private, salt)] = query(
            f"SELECT public, private, salt FROM {forging.LEDGER} WHERE number = {number}"
        )
        digest = forging.digest(public, private, salt)
        [(one,)] = query("SELECT min(history_id) FROM partnerships_redaction")
        forged = {"history_id": one + 1, "id": number, "digest": digest}
        now = {"history_date": query(f"SELECT {NOW}")[0][0]}
        rest = {"field": "note", **belonging}
        tables.copy("partnerships_redaction", one, **forged, **now, **rest)

    attack.number = number
    return attack


def test_redaction_covers_a_rewritten_place_and_is_in_no_log(redacted):
    """Its partnership and partner are ones that there are not."""
    nobody = {"partnership_id": 999999, "partner_id": 999999}
    names = f"redact|change {redacted.number} "
    refused_or_named(lambda: redacted(**nobody), names)


def test_redaction_that_nobody_ordered_is_an_alarm_in_the_public_log(redacted, client):
    """What it covers beside the black words, only a reader of the former text can
    tell: but that there was a redaction, everybody sees."""
    [(partnership, partner)] = query(
        f"SELECT partnership_id, partner_id FROM {forging.LEDGER}"
        f" WHERE number = {redacted.number}"
    )
    try:
        redacted(partnership_id=partnership, partner_id=partner)
    except IntegrityError:
        return  # the database numbers redactions itself
    is_whole, _ = verified()
    number = forging.head().partition(":")[0]
    log = client.get("/changes/").text
    assert not is_whole or f"/changes/{number}/" in log


# What the application asks of a change


@pytest.mark.parametrize(
    "history",
    [
        {"history_change_reason": ""},
        {"history_change_reason": "\u200b"},
        {"history_kind": ""},
        {"history_user_id": NOBODY},
        {"history_type": "+"},
        {"history_type": "-"},
    ],
    ids=str,
)
def test_readers_are_not_told_who_or_why(site, signature, history):
    attack = changed(site, MILESTONE, signature, history, place="Nowhere")
    refused_or_named(attack, f"milestone {signature}")


def test_record_is_unpublished_without_a_reason(site):
    key = the_one(PARTNERSHIP, "is_published")
    silent = {"history_change_reason": "", "history_kind": ""}
    attack = changed(site, PARTNERSHIP, key, silent, is_published=False)
    refused_or_named(attack, f"partnership {key}")


def test_record_is_deleted_without_a_reason(site, signature):
    key = the_one(MILESTONE, f"id <> {signature} AND kind = 'negotiations_opened'")

    def attack():
        with site():
            sql(f"DELETE FROM {CLAIM} WHERE milestone_id = {key}")
            silent = {"history_change_reason": "", "history_kind": ""}
            enter(MILESTONE, key, {"history_type": "-", **silent})
            sql(f"DELETE FROM {MILESTONE} WHERE id = {key}")

    refused_or_named(attack, f"milestone {key}")


def test_milestone_is_of_no_known_kind_and_in_a_time_to_come(tracker, signature):
    new = {"kind": "annexed", "date": "2099-01-01", "latest": "2099-01-01"}
    new |= {"earliest": "2099-01-01"}

    def attack():
        with unwatched(MILESTONE):
            tables.update(MILESTONE, signature, **new)
        enter(MILESTONE, signature)

    refused_or_named(attack, f"milestone {signature}")


def test_claim_is_to_a_source_that_there_is_not(tracker):
    key = the_one(CLAIM, "milestone_id IS NOT NULL")

    def attack():
        with unwatched():
            tables.update(CLAIM, key, source_id=NOBODY)
        enter(CLAIM, key)

    refused_or_named(attack, f"claim {key}|source|foreign key")


@pytest.mark.parametrize("minutes", [14, 5])
def test_change_is_dated_into_yesterday(site, signature, minutes):
    """Just after midnight, a few minutes before are another day of the second clock."""
    before = (
        f"strftime('%Y-%m-%d %H:%M:%f000', 'now', '-{minutes} minutes')"
        if is_sqlite
        else f"clock_timestamp() - interval '{minutes} minutes'"
    )
    [(moment,)] = query(f"SELECT {before}")

    def attack():
        with as_shipped(), site():
            tables.copy(SOURCE, the_one(SOURCE), id=NOBODY, key="backdated")
            enter(SOURCE, NOBODY, {"history_type": "+", "history_date": moment})

    refused_or_named(attack, f"source {NOBODY}")
