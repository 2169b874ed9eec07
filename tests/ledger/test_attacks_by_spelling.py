"""Values that are equal to a comparison, or that no reader's program can hold."""

import pytest
from django.db import transaction

from tests.ledger.databases import is_sqlite, on_postgresql, on_sqlite, sql
from tests.ledger.tampering import tables
from tests.ledger.tampering.hands import (
    changed,
    enter,
    query,
    refused_or_named,
    the_one,
    unwatched,
)

pytestmark = pytest.mark.slow("builds databases")

MILESTONE, SOURCE = "partnerships_milestone", "partnerships_source"
PARTNERSHIP, NOBODY = "partnerships_partnership", 987


# Words that are equal to a comparison


@pytest.mark.parametrize(
    "collation", ["NOCASE", "RTRIM"] if is_sqlite else ["shifted-level1"]
)
def test_title_is_changed_where_its_column_takes_it_for_the_same(tracker, collation):
    key = the_one(PARTNERSHIP, "is_published")
    [(title,)] = query(f"SELECT title FROM {PARTNERSHIP} WHERE id = {key}")

    def on_sqlite():
        with transaction.atomic():
            sql("PRAGMA writable_schema = ON")
            column = '"title" varchar(200)'
            assert (
                column
                in query(f"SELECT sql FROM sqlite_master WHERE name = '{PARTNERSHIP}'")[
                    0
                ][0]
            )
            for table in (PARTNERSHIP, "partnerships_historicalpartnership"):
                sql(
                    "UPDATE sqlite_master SET sql = replace(sql, %s, %s)"
                    " WHERE name = %s",
                    *(column, f"{column} COLLATE {collation}", table),
                )
        sql("PRAGMA writable_schema = RESET")

    def on_postgresql():
        sql(
            "CREATE COLLATION same (provider = icu, deterministic = false,"
            " locale = 'und-u-ka-shifted-ks-level1')"
        )
        for table in (PARTNERSHIP, "partnerships_historicalpartnership"):
            sql(
                f"ALTER TABLE {table} ALTER COLUMN title TYPE varchar(200) COLLATE same"
            )

    def attack():
        on_sqlite() if is_sqlite else on_postgresql()
        new = f"{title}  " if collation == "RTRIM" else title.upper()
        with unwatched():
            tables.update(PARTNERSHIP, key, title=new)

    refused_or_named(attack, f"partnership {key}")


# Values that a reader's program cannot hold


@on_postgresql
@pytest.mark.parametrize("column", ["latest", "earliest", "recorded_on"])
@pytest.mark.parametrize("day", ["infinity", "-infinity", "4000-01-01 BC"])
def test_day_is_beyond_the_calendar(site, signature, column, day):
    attack = changed(site, MILESTONE, signature, **{column: day})
    refused_or_named(attack, f"milestone {signature}")


@on_postgresql
def test_new_record_is_dated_before_all_time(site):
    def attack():
        with site():
            tables.copy(SOURCE, 1, id=NOBODY, key="backdated")
            past = {"history_type": "+", "history_date": "-infinity"}
            enter(SOURCE, NOBODY, past)

    refused_or_named(attack, f"source {NOBODY}")


@on_sqlite
@pytest.mark.parametrize(
    "text", ["CAST(x'4fc328' AS TEXT)", "CAST(x'4f00736c6f' AS TEXT)", "x'4f'"]
)
def test_place_is_no_text(site, signature, text):
    """Whoever reads it fails, or reads half of it."""

    def attack():
        with site():
            sql(f"UPDATE {MILESTONE} SET place = {text} WHERE id = {signature}")
            enter(MILESTONE, signature)

    refused_or_named(attack, f"milestone {signature}")
