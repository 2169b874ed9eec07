"""Migrations change tables under the trail, and rows within it: it stays whole, and no
migration changes a row unrecorded.

Each test has a database of its own, which stands in for the tests' own, and migrations
of its own after the tracker's.
"""

import importlib
import shutil
import sys
import uuid
from functools import cache

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.signals import pre_migrate  # noqa: TID251 to take ours off
from django.db.utils import DatabaseError

from partnerships.choices import ChangeKind
from partnerships.ledger import context, sealing, triggers
from partnerships.ledger.migrate import (
    TrailIsKept,
    keep_trail_before_migrate,
    update,
)
from partnerships.ledger.models import LedgerEntry
from partnerships.ledger.verifying import schema
from partnerships.models import Area, Milestone, Partnership
from tests import scratch
from tests.factories import edit
from tests.ledger.databases import is_sqlite, working_on
from tests.ledger.migrating import (
    ALTER,
    BY_HAND,
    COLUMN,
    RECORDED,
    RUN_IT,
    code,
    not_atomic,
    on_both,
    running,
)
from tests.ledger.trail import history, problem_kinds, problem_texts

pytestmark = pytest.mark.slow

WHY = {"reason": "Why", "kind": "correction", "actor": "Data desk"}


MADE = schema._made_by_migrations
#: What the migrations make, by their operations: rows make no tables.
CATALOGUES = {}


@pytest.fixture
def migrate(signed_copy, tmp_path, monkeypatch, settings):
    """Runs ``migrate`` with these migrations after the tracker's own, in a session
    that ends with it, as that of a process does."""
    name = f"trial_{uuid.uuid4().hex}"

    def made(using, module, applied):
        trials = [path.read_text() for path in (tmp_path / name).glob("*_trial.py")]
        tables = [text.partition("operations =")[2] for text in trials]
        lines = sorted(text.replace(RUN_IT, "").strip() for text in tables)
        key = applied, "".join(sorted("".join(lines).split()))
        if key not in CATALOGUES:
            CATALOGUES[key] = MADE(using, module, applied)
        return CATALOGUES[key]

    monkeypatch.setattr(schema, "_made_by_migrations", made)
    shutil.copytree(scratch.ROOT / "partnerships/migrations", tmp_path / name)
    monkeypatch.syspath_prepend(tmp_path)
    settings.MIGRATION_MODULES = {"partnerships": name}

    def run(*migrations):
        for text in migrations:
            last = max(path.stem for path in (tmp_path / name).glob("0*.py"))
            path = tmp_path / name / f"{int(last[:4]) + 1:04}_trial.py"
            path.write_text(text.replace("{previous}", last))
        importlib.invalidate_caches()
        with working_on(connection.settings_dict["NAME"]):
            call_command("migrate", verbosity=0)

    return run


def assert_trail_is_whole(besides=()):
    """Nothing is wrong; an ordinary edit works, and one that is not recorded does not."""
    assert [text for text in problem_texts() if not text.startswith(besides)] == []
    milestone = Milestone.objects.get()
    before = milestone.history.count()
    with context.change(**WHY):
        edit(milestone, note=f"Edited {before}")
    assert milestone.history.count() == before + 1
    assert milestone.history.latest().note == milestone.note
    assert LedgerEntry.objects.filter(number=None).count() == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        models.QuerySet.update(Milestone.objects.all(), note="By hand")
    assert [text for text in problem_texts() if not text.startswith(besides)] == []


def applied():
    """How many migrations of the tracker are on record."""
    done = MigrationRecorder(connection).applied_migrations()
    return len([name for app, name in done if app == "partnerships"])


# Columns, with the models as they are


def test_column_is_added_between_coarse_triggers_and_whole_ones(signed_copy):
    triggers.of().coarsen()
    field = models.CharField(max_length=9, null=True)
    field.set_attributes_from_name("colour")
    with connection.schema_editor() as editor:
        editor.add_field(Milestone, field)
        editor.add_field(Milestone.history.model, field)
    triggers.of().install()
    assert_trail_is_whole(besides="schema: ")


LONGER = "models.CharField(max_length=40, null=True)"
RULE = "models.CheckConstraint(condition=~models.Q(place='x'), name='no_x')"
TABLE_CHANGES = {
    "column": [code(COLUMN)],
    "several of one table": [
        code(COLUMN),
        code(on_both("RenameField('{}', 'colour', 'tint')")),
        code(on_both(f"AlterField('{{}}', 'tint', {LONGER})")),
        code(on_both("RemoveField('{}', 'tint')")),
    ],
    "constraint and index": [
        code(
            f"migrations.AddConstraint('milestone', {RULE}),\n"
            "migrations.AddIndex('milestone',"
            " models.Index(fields=['place'], name='places')),"
        )
    ],
}


@pytest.mark.parametrize("migrations", TABLE_CHANGES.values(), ids=TABLE_CHANGES)
def test_trail_is_whole_after_a_change_of_its_tables(migrate, migrations):
    migrate(*migrations)
    assert_trail_is_whole()


# Rows, by hand

INSERT = (
    "record = apps.get_model('partnerships', 'Area')\n"
    "record.objects.create(number=3, slug='a', name='A')"
)
DELETE = "apps.get_model('partnerships', 'Area').objects.filter(number=1).delete()"


def stored():
    values = {*Milestone.objects.values_list("place", flat=True)}
    return values | {*Area.objects.values_list("number", flat=True)}


@pytest.mark.parametrize(
    "body", [BY_HAND, INSERT, DELETE], ids=["update", "insert", "delete"]
)
def test_unrecorded_change_of_a_migration_is_refused(migrate, body):
    before = stored(), applied()
    with pytest.raises(DatabaseError):
        migrate(running(body))
    assert (stored(), applied()) == before
    triggers.of().install()
    assert problem_texts() == ["schema: the migration 0014_trial is missing"]


@pytest.mark.parametrize("columns", [COLUMN, ALTER], ids=["added", "altered"])
@pytest.mark.parametrize("in_one", [True, False])
def test_unrecorded_change_after_one_of_the_table_is_refused(migrate, columns, in_one):
    """SQLite drops the triggers with a table that it rebuilds."""
    by_hand = running(BY_HAND)
    with pytest.raises(DatabaseError):
        if in_one:
            migrate(by_hand.replace(RUN_IT, f"{columns}\n{RUN_IT}"))
        else:
            migrate(code(columns), by_hand)
    assert stored() == {"Oslo", 1, 2}


def test_unrecorded_change_of_a_migration_that_is_not_atomic_fails(migrate):
    """SQLite commits it: Django switches foreign keys off. It is on show, then."""
    with pytest.raises(DatabaseError):
        migrate(not_atomic(running(BY_HAND)))
    triggers.of().install()
    if is_sqlite:
        assert problem_kinds() == ["unrecorded", "unrecorded"]
    else:
        assert stored() == {"Oslo", 1, 2}
        assert problem_texts() == ["schema: the migration 0014_trial is missing"]


def test_recorded_change_of_a_migration_that_is_not_atomic_is_made(migrate):
    migrate(not_atomic(running(RECORDED)))
    assert Milestone.objects.get().place == "Bergen"
    assert_trail_is_whole()


# Rows, on record


def test_recorded_change_of_a_migration_is_like_any_other(migrate, signed_copy):
    migrate(running(RECORDED))
    signed_copy.refresh_from_db()
    row = history(signed_copy).last()
    assert (signed_copy.place, row.place, row.history_type) == ("Bergen", "Bergen", "~")
    assert (row.history_change_reason, row.history_actor) == ("Moved", "Migration")
    assert (row.history_kind, row.history_user_id) == (ChangeKind.EDITORIAL, None)
    assert_trail_is_whole()


def test_recorded_change_is_sealed_with_the_next_and_shown(migrate, client):
    count = sealing.head().number
    migrate(running(RECORDED))
    assert LedgerEntry.objects.filter(number=None).count() == 1
    assert sealing.seal() == 1
    page = client.get(f"/changes/{count + 1}/").content.decode()
    for words in ("Migration", "Moved", "Oslo", "Bergen"):
        assert words in page
    assert problem_texts() == []


@pytest.mark.parametrize("columns", [COLUMN, ALTER], ids=["added", "altered"])
@pytest.mark.parametrize("order", ["before", "in front", "behind", "after"])
def test_recorded_change_goes_with_changes_of_its_table(migrate, columns, order):
    """In one run of migrate, as migrations of their own or in the same."""
    rows, table = running(RECORDED), code(columns)
    steps = {
        "before": [table, rows],
        "after": [rows, table],
        "in front": [rows.replace(RUN_IT, f"{columns}\n{RUN_IT}")],
        "behind": [rows.replace(RUN_IT, f"{RUN_IT}\n{columns}")],
    }[order]
    migrate(*steps)
    assert Milestone.objects.get().place == "Bergen"
    assert_trail_is_whole()


@cache
def models_of_migrations():
    return MigrationLoader(connection).project_state().apps


def change_rows(model="milestone", filters=(), changes=(), **options):
    """As in a migration that does no more."""
    options = {"reason": "Why"} | options
    options |= {"filters": dict(filters), "changes": dict(changes)}
    try:
        with connection.schema_editor() as editor:
            return update(models_of_migrations(), editor, model, **options)
    finally:
        triggers.of().install()


def test_what_this_version_derives_otherwise_is_brought_up_to_date(signed_copy):
    assert change_rows("partnership", changes={"search_text": "as before"}) == 1
    assert [text.partition(":")[0] for text in problem_texts()] == ["rule"]
    call_command("migrate", verbosity=0)
    assert Partnership.objects.get().search_text != "as before"
    assert problem_texts() == []


def test_unchanged_rows_are_not_recorded(signed_copy):
    before = Area.history.count()
    assert change_rows("area", {"number": 2}, {"name": "Other"}) == 1
    assert change_rows("area", {"number": 2}, {"name": "Other"}) == 0
    assert change_rows("partnership", changes={"stated_areas": None}) == 0
    assert change_rows("area", {"number": 99}, {"name": "None"}) == 0
    assert Area.history.count() == before + 1
    assert problem_texts() == []


def test_expressions_and_filters_of_related_rows_are_understood(signed_copy):
    filters = {"partnership__partner__slug": "norway"}
    assert change_rows("milestone", filters, {"note": models.F("place")}) == 1
    assert history(signed_copy).last().note == "Oslo"
    assert problem_texts() == []


def test_rows_that_differ_are_recorded_among_others_that_do_not(signed_copy):
    change_rows("area", {"number": 1}, {"name": "area-1"})
    before = Area.history.count()
    assert change_rows("area", changes={"name": models.F("slug")}) == 1
    assert (Area.history.count(), problem_texts()) == (before + 1, [])


def test_many_rows_are_one_operation(signed_copy, monkeypatch):
    monkeypatch.setattr("partnerships.ledger.recorder.BATCH", 1)
    assert change_rows("area", changes={"name": models.F("slug")}) == 2
    rows = [history(area).last() for area in Area.objects.all()]
    assert [row.name for row in rows] == ["area-1", "area-2"]
    assert len({row.history_changeset for row in rows}) == 1


def test_operation_around_several_changes_is_theirs(signed_copy):
    with context.change():
        change_rows("area", {"number": 1}, {"name": "One"}, reason="First")
        change_rows("area", {"number": 2}, {"name": "Two"}, reason="Second")
    one, two = (history(area).last() for area in Area.objects.all())
    assert one.history_changeset == two.history_changeset
    assert [one.history_change_reason, two.history_change_reason] == ["First", "Second"]


def test_actor_and_kind_are_those_given(signed_copy):
    change_rows(changes={"kind": "statement"}, kind=ChangeKind.CORRECTION, actor="Desk")
    row = history(signed_copy).last()
    assert (row.history_actor, row.history_kind) == ("Desk", "correction")
    assert (row.kind, problem_texts()) == ("statement", [])


@pytest.mark.parametrize("options", [{"reason": ""}, {"reason": " "}, {"kind": ""}])
def test_change_without_a_reason_or_kind_is_refused(signed_copy, options):
    with pytest.raises(ValueError, match="Say why"):
        change_rows(changes={"place": "Bergen"}, **options)
    assert Milestone.objects.get().place == "Oslo"


def test_change_that_the_database_refuses_leaves_nothing(signed_copy):
    count = LedgerEntry.objects.count()
    with pytest.raises(IntegrityError):
        change_rows(changes={"kind": "in_force"})
    assert Milestone.objects.get().kind == "signed"
    assert LedgerEntry.objects.count() == count
    assert problem_texts() == []


# Back and forth


@pytest.fixture
def keeping_no_trail():
    """As before the migration that made the ledger could not be taken back."""
    config = apps.get_app_config("partnerships")
    pre_migrate.disconnect(keep_trail_before_migrate, sender=config)
    yield
    pre_migrate.connect(keep_trail_before_migrate, sender=config)


def test_trail_is_not_taken_away(signed_copy):
    with pytest.raises(TrailIsKept):
        call_command("migrate", "partnerships", "0002", verbosity=0)
    assert problem_texts() == []


@pytest.mark.usefixtures("keeping_no_trail")
def test_history_that_was_written_before_the_ledger_is_listed(signed_copy):
    count = LedgerEntry.objects.count()
    call_command("migrate", "partnerships", "0002", verbosity=0)
    assert "partnerships_ledgerentry" not in connection.introspection.table_names()
    call_command("migrate", verbosity=0)
    assert LedgerEntry.objects.filter(number=None).count() == count
    assert sealing.seal() == count
    assert_trail_is_whole()


def test_migrate_from_nothing_with_nothing_to_list(migrated, django_db_blocker):
    with django_db_blocker.unblock(), working_on(migrated):
        assert sealing.seal() == 0
        assert problem_texts() == []


# A migration that breaks

BROKEN = running("raise ZeroDivisionError")


def missing(*others):
    """The triggers that verification names, which names no others but these."""
    named = [text.split(": ", 1) for text in problem_texts()]
    assert [text for kind, text in named if kind != "trigger"] == [*others]
    return [text for kind, text in named if kind == "trigger"]


def test_what_a_broken_migrate_leaves_is_named_until_the_next(migrate, tmp_path):
    with pytest.raises(ZeroDivisionError):
        migrate(code(ALTER), BROKEN)
    named = missing("the migration 0015_trial is missing")
    assert "trail_milestone_history_enters_ledger is altered" in named
    if is_sqlite:
        assert "trail_milestone_update_is_owed_history is altered" in named
    broken = max(tmp_path.glob("trial_*/0*_trial.py"))
    broken.write_text(broken.read_text().replace("raise ZeroDivisionError", "pass"))
    sys.modules.pop(f"{broken.parent.name}.{broken.stem}", None)
    migrate()
    assert_trail_is_whole()


def test_broken_migrate_without_a_change_of_tables_leaves_edits_possible(migrate):
    with pytest.raises(ZeroDivisionError):
        migrate(BROKEN)
    with context.change(**WHY):
        Milestone.objects.update(place="Bergen")
    with pytest.raises(IntegrityError), transaction.atomic():
        models.QuerySet.update(Milestone.objects.all(), note="By hand")


def test_migrate_with_nothing_to_do_restores_the_triggers(signed_copy):
    triggers.of().uninstall()
    assert len(missing()) > 50
    call_command("migrate", verbosity=0)
    assert_trail_is_whole()
