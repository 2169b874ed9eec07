"""Rows that nobody can read, written by whoever owns the database: each public address
answers all the same, says what is not readable, and the rest of it stands."""

from datetime import date, timedelta

import pytest
from django.db import DataError, connection
from django.test import Client
from django.urls import reverse

from partnerships import urls
from partnerships.api import urls as api_urls
from partnerships.exports.tables import TABLES
from partnerships.ledger import context, sealing, triggers
from partnerships.ledger.readable import readable_alone
from partnerships.models import LedgerEntry, Milestone
from partnerships.web.unreadable import UNREADABLE
from tests import factories, showcase, some
from tests.html import Page
from tests.ledger.databases import is_sqlite, made, on_postgresql, sql, working_on

pytestmark = [
    pytest.mark.slow("asks every address for every kind of odd row"),
    # A workbook that is cut off.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

YESTERDAY = date.today() - timedelta(days=1)  # noqa: DTZ011
NORWAY = "(SELECT id FROM partnerships_partner WHERE slug = 'norway')"
RECORD = f"(SELECT id FROM partnerships_partnership WHERE partner_id = {NORWAY})"
SIGNED = (
    "(SELECT min(id) FROM partnerships_milestone WHERE kind = 'signed'"
    f" AND partnership_id = {RECORD})"
)
#: Routes whose answer is no function of the record.
APART = {"report", "report-received", "healthz", "favicon", "robots-txt"}
APART |= {"security-txt", "accessibility", "schema", "docs", "context", "timegate"}


def the_signed():
    signed = Milestone.objects.filter(partnership__partner__slug="norway")
    return signed.filter(kind="signed").earliest("pk").pk


def first(table, condition="1 = 1"):
    return f"(SELECT min(id) FROM partnerships_{table} WHERE {condition})"


def of(model):
    return (
        f"(SELECT max(number) FROM partnerships_ledgerentry WHERE record = '{model}')"
    )


#: Table, column, value, and which row: one each of every kind of oddity.
ODD = [
    ("milestone", "kind", "annexed", SIGNED),
    ("milestone", "kind", None, SIGNED),
    ("milestone", "kind", "proposed", first("milestone", "track = 'safe'")),
    ("milestone", "track", "euro", SIGNED),
    ("milestone", "certainty", "perhaps", SIGNED),
    ("milestone", "date", "2024-13-45", SIGNED),
    ("milestone", "date", "", SIGNED),
    ("milestone", "date", None, SIGNED),
    ("milestone", "date", "../..", SIGNED),
    ("milestone", "latest", "9999-12-31", SIGNED),
    ("milestone", "latest", "2024-13-45", SIGNED),
    ("milestone", "note", None, SIGNED),
    ("milestone", "attempt", -1, SIGNED),
    ("milestone", "attempt", None, SIGNED),
    ("milestone", "partnership_id", 987654, SIGNED),
    ("milestone", "follows_id", 987654, SIGNED),
    ("milestone", "announces", "annexed", first("milestone", "kind = 'announced'")),
    ("milestone", "expected", "soon", first("milestone", "kind = 'announced'")),
    ("claim", "record_id", None, first("claim", "milestone_id IS NOT NULL")),
    ("claim", "milestone_id", 987654, first("claim", "milestone_id IS NOT NULL")),
    ("claim", "milestone_id", None, first("claim", "milestone_id IS NOT NULL")),
    ("claim", "source_id", 987654, first("claim")),
    ("claim", "aspect", "level", first("claim", "milestone_id IS NOT NULL")),
    ("claim", "aspect", "colour", first("claim", "milestone_id IS NOT NULL")),
    ("claim", "partnership_fact", "colour", first("claim", "partnership_id > 0")),
    ("claim", "earliest", "2024-13-45", first("claim", "milestone_id IS NOT NULL")),
    ("claim", "says", None, first("claim")),
    ("coverage", "area_id", 987654, first("coverage")),
    ("coverage", "value", "maybe", first("coverage")),
    ("coverage", "value", None, first("coverage")),
    ("partner", "region", "atlantis", NORWAY),
    ("partner", "region", None, NORWAY),
    ("partner", "iso_code", "QQ", NORWAY),
    ("partner", "iso_code", None, NORWAY),
    ("partner", "name", None, NORWAY),
    ("partner", "slug", "no slug/at all", NORWAY),
    ("partnership", "partner_id", 987654, RECORD),
    ("partnership", "title", None, RECORD),
    ("partnership", "stated_areas", -5, RECORD),
    ("partnership", "official_text_url", "javascript:alert(1)", RECORD),
    ("partnership", "summary", "a\x01\x1b\x85b", RECORD),
    ("engagement", "kind", "picnic", first("engagement")),
    ("engagement", "state", "picnic", first("engagement")),
    ("engagement", "frequency", "daily", first("engagement")),
    ("engagement", "amount", -5, first("engagement", "amount > 0")),
    ("engagement", "since", "2024-02-30", first("engagement", "since IS NOT NULL")),
    ("affiliation", "kind", "warsaw", first("affiliation")),
    ("affiliation", "since", "0000", first("affiliation")),
    ("source", "kind", "rumour", first("source")),
    ("source", "url", "javascript:alert(1)", first("source")),
    ("source", "published_on", "2024-13-45", first("source")),
    ("source", "title", None, first("source")),
    ("area", "number", -1, first("area")),
    ("area", "slug", None, first("area")),
    ("position", "holder_kind", "ghost", first("position")),
    ("position", "date", "soon", first("position")),
    ("namesake", "title", None, first("namesake")),
    ("question", "answer", None, first("question")),
    ("check", "through", "2024-13-45", first("check")),
    *(
        (
            "ledgerentry",
            column,
            value,
            f"(SELECT id FROM partnerships_ledgerentry WHERE number = {of(record)})",
        )
        for record in ("milestone", "claim")
        for column, value in [
            ("public", "no JSON"),
            ("public", None),
            ("public", '{"values":5}'),
            ("public", '{"x":1,"values":{"partnership_id":"no","source_id":[]}}'),
            ("kind", "gossip"),
            ("action", "?"),
            ("record", "ghost"),
            ("actor", None),
            ("reason", None),
            ("number", 2**63 - 1),
            ("number", "nine"),
            ("at", "never"),
            ("at", "9999-12-31 23:59:59"),
            ("operation", "none"),
            ("partnership_id", 987654),
            ("partner_id", -1),
        ]
    ),
]
PAST = [
    ("historicalmilestone", "kind", "annexed", f"id = {SIGNED}"),
    ("historicalmilestone", "date", "2024-13-45", f"id = {SIGNED}"),
    ("historicalmilestone", "history_id", 2147483646, f"id = {SIGNED}"),
    ("historicalmilestone", "partnership_id", 987654, f"id = {SIGNED}"),
    ("historicalpartner", "name", None, f"id = {NORWAY}"),
    ("historicalclaim", "source_id", None, f"id = {first('claim')}"),
    ("historicalcoverage", "value", "maybe", f"id = {first('coverage')}"),
    ("historicalmilestone", "history_date", "9999-12-31 23:59:59", f"id = {SIGNED}"),
]


@pytest.fixture(scope="module")
def loosened(migrated, django_db_blocker, tmp_path_factory):
    """The showcase of two days ago, in a database that refuses nothing any more."""
    with made(tmp_path_factory.mktemp("odd"), migrated) as name:
        with django_db_blocker.unblock(), working_on(name):
            with context.change(reason="Why", kind="editorial", actor="Desk"):
                showcase.build()
                factories.claim(factories.question(), "yes")
            sealing.seal()
            triggers.of().uninstall()
            loosen()
        yield name


def loosen():
    """Take off what refuses an odd row, and let all have happened two days ago."""
    tables = connection.introspection.table_names()
    for table in tables:
        ago = "datetime({0}, '-2 days')" if is_sqlite else "{0} - interval '2 days'"
        if table.startswith("partnerships_historical"):
            sql(f"UPDATE {table} SET history_date = {ago.format('history_date')}")
    sql(f"UPDATE partnerships_ledgerentry SET at = {ago.format('at')}")
    if is_sqlite:
        sql("PRAGMA writable_schema = ON")
        sql(
            "UPDATE sqlite_master SET sql = replace(replace(replace(sql, 'IS NOT NULL',"
            " 'IS_NOT'), ' NOT NULL', ''), 'IS_NOT', 'IS NOT NULL') WHERE type = 'table'"
            " AND name GLOB 'partnerships_*'"
        )
        sql("PRAGMA writable_schema = RESET")
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass, conname FROM pg_constraint"
            " WHERE contype IN ('c', 'f') AND connamespace = 'public'::regnamespace"
        )
        for table, constraint in cursor.fetchall():
            sql(f'ALTER TABLE {table} DROP CONSTRAINT "{constraint}"')
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE"
            " table_schema = 'public' AND is_nullable = 'NO' AND column_name NOT IN"
            " ('id', 'history_id') AND table_name LIKE 'partnerships_%%'"
        )
        for table, column in cursor.fetchall():
            sql(f'ALTER TABLE {table} ALTER COLUMN "{column}" DROP NOT NULL')


@pytest.fixture
def odd_database(loosened, tmp_path, django_db_blocker):
    with (
        django_db_blocker.unblock(),
        made(tmp_path, loosened) as name,
        working_on(name),
    ):
        if is_sqlite:
            sql("PRAGMA foreign_keys = OFF")
            sql("PRAGMA ignore_check_constraints = ON")
        yield


def addresses():
    """Every public address that reads the record, one of each route."""
    named = ("partnership-detail", "partnership-changes", "partnership-brief")
    named += ("partner-detail", "embed-partnership", "timemap")
    arguments = {name: ["norway"] for name in named} | {
        "area-detail": ["area-1"],
        "source-detail": ["eprs-2026-03"],
        "change-detail": [1],
        "tie-kind": ["missions"],
        "milestone-detail": [the_signed()],
        "news-month": [(YESTERDAY - timedelta(days=1)).replace(day=1)],
        "partnership-picture": ["norway", "svg"],
        "partnership-cite": ["norway", "ris"],
        "data-cite": ["bib"],
        "catalog": ["ttl"],
    }
    pictures = ("home", "map", "matrix", "safe", "timeline")
    arguments |= {f"{name}-picture": ["svg"] for name in pictures}
    for prefix, routes in (("", urls), ("api:", api_urls)):
        for route in routes.urlpatterns:
            is_drawn = (route.name or "").endswith("-card")  # as its page, in dots
            if route.name and route.name not in APART | {"export"} and not is_drawn:
                yield reverse(prefix + route.name, args=arguments.get(route.name))
    yield from (f"/data/{table}.csv" for table in TABLES)
    yield from ("/data/milestones.xlsx", "/data/changes.json", "/partnerships/brazil/")
    yield from ("/sources/eeas-web/", "/compare/?p=norway&p=canada", "/search/?q=nor")
    yield f"/partnerships/?known_on={YESTERDAY}&as_of=2025-01-01&region=africa"


#: Of them, those that between them read every table in every way.
CORE = [
    *("/", "/partnerships/", "/partnerships/norway/", "/partnerships/norway/changes/"),
    *("/matrix/", "/safe/", "/ties/", "/timeline/", "/sources/eeas-web/", "/changes/"),
    *("/disagreements/", "/questions/", "/positions/", "/not-sdps/", "/new/"),
    *("/compare/?p=norway&p=canada", "/search/?q=nor", "/changes.atom"),
    *("/milestones.ics", "/api/v1/partnerships/", "/api/v1/partnerships/norway/"),
    *("/api/v1/milestones/", "/api/v1/changes/", "/api/v1/statistics/"),
    *("/data/milestones.csv", "/data/claims.csv", "/data/changes.csv"),
]


def asked(address):
    """The answer, read whole, which is none of an accident."""
    answer = Client().get(address)
    content = b"".join(answer) if answer.streaming else answer.content
    gone = {400} if address.startswith("/compare/") else {404, 503}
    assert answer.status_code in {200} | gone, address
    if address.startswith("/api/"):
        assert "json" in answer["Content-Type"], address
    if UNREADABLE in answer and answer["Content-Type"].startswith("text/html"):
        assert "eadable" in Page(content.decode()).text, address
    return answer


def slugs():
    """The partners that the list of the API has."""
    answer = Client().get("/api/v1/partnerships/?page_size=200").json()
    return {row["partner"]["slug"] for row in answer["results"]}


def make_odd(table, column, value, where):
    try:
        sql(f'UPDATE partnerships_{table} SET "{column}" = %s WHERE {where}', value)
    except DataError as error:
        pytest.skip(f"PostgreSQL refuses it: {error}")


@pytest.mark.parametrize(("table", "column", "value", "pk"), some(ODD, of=6))
def test_one_odd_row_takes_down_no_page(odd_database, table, column, value, pk):
    known = slugs()
    make_odd(table, column, value, f"id = {pk}")
    for address in CORE:
        asked(address)
    assert known - slugs() <= {"norway"}


@pytest.mark.parametrize(("table", "column", "value", "where"), PAST)
def test_one_odd_row_of_history_takes_down_no_day(
    odd_database, table, column, value, where
):
    make_odd(table, column, value, where)
    for address in CORE:
        if "?" not in address and "changes" not in address:
            asked(f"{address}?known_on={YESTERDAY}")


@pytest.mark.parametrize("odd", [ODD[0], ODD[18], ODD[-32]], ids=str)
def test_no_address_is_taken_down(odd_database, odd):
    table, column, value, pk = odd
    before = list(addresses())
    make_odd(table, column, value, f"id = {pk}")
    for address in before:
        asked(address)


@on_postgresql
def test_days_that_python_does_not_have_take_down_no_page(odd_database):
    sql(f"UPDATE partnerships_milestone SET latest = 'infinity' WHERE id = {SIGNED}")
    for address in CORE:
        asked(address)


def test_what_is_left_out_is_said(odd_database):
    odd = the_signed()
    make_odd("milestone", "kind", "annexed", f"id = {odd}")
    answer = asked("/timeline/")
    assert answer[UNREADABLE].startswith(f"milestone {odd} kind")
    assert answer["Cache-Control"] == "no-store"
    assert f"milestone {odd} (kind “annexed”)" in Page(answer.text).text


def test_page_about_what_cannot_be_read_says_so_in_a_sentence(odd_database):
    odd = the_signed()
    make_odd("partner", "name", None, f"id = {NORWAY}")
    page = asked("/partnerships/norway/")
    assert page.status_code == 503
    assert "This page cannot be shown" in Page(page.text).text
    make_odd("milestone", "kind", "annexed", f"id = {odd}")
    answer = asked("/api/v1/partnerships/norway/")
    assert answer.status_code == 503
    assert "cannot be read" in answer.json()["detail"]


def test_accident_in_the_api_is_json(odd_database, monkeypatch):
    monkeypatch.setattr("partnerships.api.views.partnership_rows", None)
    answer = Client(raise_request_exception=False).get("/api/v1/partnerships/")
    assert answer.status_code == 500
    assert answer["Content-Type"] == "application/problem+json"


def test_whole_record_is_readable(odd_database):
    with readable_alone() as odd:
        assert odd == []
    assert LedgerEntry.objects.exists()
