"""Migrations change tables under the trail, and rows within it: it stays whole, and no
migration changes a row unrecorded.

Each test has a database of its own, which stands in for the tests' own, and migrations
of its own after the tracker's. Where the models change too, a copy of the whole tracker
is changed, in processes of its own.
"""

import importlib
import json
import shutil
import subprocess
import sys
import uuid
from contextlib import ExitStack
from functools import cache
from textwrap import indent

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import DatabaseError

from partnerships.choices import ChangeKind
from partnerships.ledger import context, sealing, triggers, verifying
from partnerships.ledger.migrate import update
from partnerships.ledger.models import LedgerEntry
from partnerships.models import Area, Milestone
from tests import factories, scratch
from tests.ledger.databases import is_sqlite, made, working_on

TABLES = ("milestone", "historicalmilestone")
WHY = {"reason": "Why", "kind": "correction", "actor": "Data desk"}


@pytest.fixture(scope="module")
def migrated(django_db_blocker, tmp_path_factory):
    """A database that was migrated from nothing, without records."""
    with django_db_blocker.unblock(), made(tmp_path_factory.mktemp("empty")) as name:
        with working_on(name):
            call_command("migrate", verbosity=0)
        yield name


@pytest.fixture(scope="module")
def signed_once(migrated, tmp_path_factory):
    """One with Norway's signature and two areas, sealed."""
    with made(tmp_path_factory.mktemp("signed"), migrated) as name:
        with working_on(name), context.change(**WHY):
            milestone = factories.milestone(factories.partnership(), place="Oslo")
            milestone.save()
            factories.area(1)
            factories.area(2)
        yield name


@pytest.fixture
def signed(signed_once, tmp_path, django_db_blocker):
    """The milestone, in a database of this test's."""
    with ExitStack() as stack:
        stack.enter_context(django_db_blocker.unblock())
        stack.enter_context(
            working_on(stack.enter_context(made(tmp_path, signed_once)))
        )
        yield Milestone.objects.get()


def code(operations="", before=""):
    """A migration of these operations, each on a line of its own."""
    return f"""
from django.db import migrations, models
from partnerships.ledger import context
from partnerships.ledger.migrate import update

{before}

class Migration(migrations.Migration):
    dependencies = [("partnerships", "{{previous}}")]
    operations = [
{indent(operations, "        ")}
    ]
"""


def on_both(operation):
    return "\n".join(f"migrations.{operation.format(table)}," for table in TABLES)


def running(body):
    """A migration that runs this code."""
    function = f"def run(apps, schema_editor):\n{indent(body, '    ')}\n"
    return code(RUN_IT, function)


COLUMN = on_both("AddField('{}', 'colour', models.CharField(max_length=9, null=True))")
ALTER = on_both("AlterField('{}', 'place', models.CharField(max_length=250))")
ADD_COLUMN, ALTER_COLUMN = code(COLUMN), code(ALTER)
RUN_IT = "migrations.RunPython(run),"
BY_HAND = "apps.get_model('partnerships', 'Milestone').objects.update(place='Rome')"
RECORDED = (
    "update(apps, schema_editor, 'milestone', filters={'place': 'Oslo'},"
    " changes={'place': 'Bergen'}, reason='Moved')"
)


@pytest.fixture
def migrate(signed, tmp_path, monkeypatch, settings):
    """Runs ``migrate`` with these migrations after the tracker's own, in a session
    that ends with it, as that of a process does."""
    name = f"trial_{uuid.uuid4().hex}"
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


def problems():
    return [str(problem) for problem in verifying.problems()]


def assert_edits_are_recorded():
    """An ordinary edit works, and one that is not recorded does not."""
    milestone = Milestone.objects.get()
    before = milestone.history.count()
    with context.change(**WHY):
        milestone.note = f"Edited {before}"
        milestone.save()
    assert milestone.history.count() == before + 1
    assert milestone.history.latest().note == milestone.note
    assert LedgerEntry.objects.filter(number=None).count() == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        models.QuerySet.update(Milestone.objects.all(), note="By hand")
    assert problems() == []


def applied():
    """How many migrations of the tracker are on record."""
    done = MigrationRecorder(connection).applied_migrations()
    return len([name for app, name in done if app == "partnerships"])


# Columns, with the models as they are


def test_column_is_added_between_coarse_triggers_and_whole_ones(signed):
    triggers.of().coarsen()
    field = models.CharField(max_length=9, null=True)
    field.set_attributes_from_name("colour")
    with connection.schema_editor() as editor:
        editor.add_field(Milestone, field)
        editor.add_field(Milestone.history.model, field)
    triggers.of().install()
    assert problems() == []
    assert_edits_are_recorded()


def test_migrate_command_adds_a_column(migrate):
    migrate(ADD_COLUMN)
    assert problems() == []
    assert_edits_are_recorded()


def test_several_migrations_of_one_table_are_run_together(migrate):
    rename = code(on_both("RenameField('{}', 'colour', 'tint')"))
    longer = "models.CharField(max_length=40, null=True)"
    alter = code(on_both(f"AlterField('{{}}', 'tint', {longer})"))
    drop = code(on_both("RemoveField('{}', 'tint')"))
    migrate(ADD_COLUMN, rename, alter, drop)
    assert problems() == []
    assert_edits_are_recorded()


def test_index_and_constraint_are_added(migrate):
    rule = "models.CheckConstraint(condition=~models.Q(place='x'), name='no_x')"
    index = "models.Index(fields=['place'], name='places')"
    migrate(
        code(
            f"migrations.AddConstraint('milestone', {rule}),\n"
            f"migrations.AddIndex('milestone', {index}),"
        )
    )
    assert problems() == []
    assert_edits_are_recorded()


# Columns, with their models


FIELD = "    objects = MilestoneQuerySet.as_manager()\n"
PUBLIC = '        "ruling",\n    )\n'

#: Each step: what the migration does, the fields that the model has afterwards beside
#: its own, and an edit.
STEPS = {
    "add nullable": (
        "AddField('{}', 'colour', models.CharField(max_length=9, null=True))",
        {"colour": "models.CharField(max_length=9, null=True)"},
        {"colour": "red"},
    ),
    "add with default": (
        "AddField('{}', 'weight', models.PositiveSmallIntegerField(default=7))",
        {
            "colour": "models.CharField(max_length=9, null=True)",
            "weight": "models.PositiveSmallIntegerField(default=7)",
        },
        {"colour": "blue", "weight": 8},
    ),
    "rename": (
        "RenameField('{}', 'colour', 'tint')",
        {
            "tint": "models.CharField(max_length=9, null=True)",
            "weight": "models.PositiveSmallIntegerField(default=7)",
        },
        {"tint": "green", "weight": 9},
    ),
    "alter": (
        "AlterField('{}', 'tint', models.CharField(max_length=40, null=True))",
        {
            "tint": "models.CharField(max_length=40, null=True)",
            "weight": "models.PositiveSmallIntegerField(default=7)",
        },
        {"tint": "a very dark kind of green"},
    ),
    "drop": (
        "RemoveField('{}', 'tint')",
        {"weight": "models.PositiveSmallIntegerField(default=7)"},
        {"weight": 10},
    ),
}

RUN = """
import django, json, sys
django.setup()
from django.core.management import call_command
from django.db import connection
from django.test import Client
from partnerships.ledger import context, verifying
from partnerships.models import Milestone
call_command("migrate", verbosity=0)
call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)
migrated = [str(problem) for problem in verifying.problems()]
edit = json.loads(sys.argv[1])
with context.change(reason="Why", kind="correction"):
    milestone = Milestone.objects.get()
    for name, value in edit.items():
        setattr(milestone, name, value)
    milestone.save()
    new = milestone.partnership.milestones.create(track="sdp", kind="statement", date="2025")
    new.delete()
newest = milestone.history.order_by("-history_id").values(*edit).first()
print(json.dumps({
    "after migrate": migrated,
    "recorded": newest == edit,
    "after the edit": [str(problem) for problem in verifying.problems()],
    "pages": [Client(headers={"host": "localhost"}).get(page).status_code for page in
              ("/changes/", "/changes/4/", "/api/v1/changes/", "/partnerships/norway/")],
}))
connection.close()
"""
WHOLE = {
    "after migrate": [],
    "recorded": True,
    "after the edit": [],
    "pages": [200, 200, 200, 200],
}


@pytest.fixture(scope="module")
def outcomes(signed_once, tmp_path_factory):
    """What came of each step, one after another, in a copy of the tracker."""
    directory = tmp_path_factory.mktemp("copy")
    for name in ("partnerships", "sdptracker", "templates", "tests"):
        shutil.copytree(scratch.ROOT / name, directory / name)
    with made(directory, signed_once) as name:
        beside = scratch.server().rpartition("/")[0]
        env = scratch.environment(
            f"sqlite:///{name}" if is_sqlite else f"{beside}/{name}", directory
        )
        env["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        yield {step: take(step, directory, env) for step in STEPS}


def take(step, directory, env):
    """Change model and tables, edit, and look."""
    operation, fields, edit = STEPS[step]
    original = scratch.ROOT / "partnerships/models/milestone.py"
    lines = [f"    {name} = {field}\n" for name, field in fields.items()]
    names = "".join(f'        "{name}",\n' for name in fields)
    model = original.read_text().replace(FIELD, "".join([*lines, FIELD]))
    model = model.replace(PUBLIC, PUBLIC.replace("    )", f"{names}    )"))
    (directory / "partnerships/models/milestone.py").write_text(model)
    migrations = directory / "partnerships/migrations"
    last = max(path.stem for path in migrations.glob("0*.py"))
    path = migrations / f"{int(last[:4]) + 1:04}_step.py"
    path.write_text(code(on_both(operation)).replace("{previous}", last))
    ran = subprocess.run(
        [sys.executable, "-c", RUN, json.dumps(edit)],
        cwd=directory,
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return json.loads(ran.stdout.splitlines()[-1]) if ran.stdout else ran.stderr


@pytest.mark.parametrize("step", STEPS)
def test_trail_is_whole_after_each_step(outcomes, step):
    assert outcomes[step] == WHOLE


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
    assert problems() == []


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
    text = running(BY_HAND).replace("operations =", "atomic = False\n    operations =")
    with pytest.raises(DatabaseError):
        migrate(text)
    triggers.of().install()
    if is_sqlite:
        kinds = [problem.kind for problem in verifying.problems()]
        assert kinds == ["unrecorded", "unrecorded"]
    else:
        assert stored() == {"Oslo", 1, 2}
        assert problems() == []


def test_recorded_change_of_a_migration_that_is_not_atomic_is_made(migrate):
    text = running(RECORDED).replace("operations =", "atomic = False\n    operations =")
    migrate(text)
    assert Milestone.objects.get().place == "Bergen"
    assert problems() == []
    assert_edits_are_recorded()


# Rows, on record


def newest(instance):
    return type(instance).history.filter(id=instance.pk).order_by("-history_id").first()


def test_recorded_change_of_a_migration_is_like_any_other(migrate, signed):
    migrate(running(RECORDED))
    signed.refresh_from_db()
    row = newest(signed)
    assert (signed.place, row.place, row.history_type) == ("Bergen", "Bergen", "~")
    assert (row.history_change_reason, row.history_actor) == ("Moved", "Migration")
    assert (row.history_kind, row.history_user_id) == (ChangeKind.EDITORIAL, None)
    assert problems() == []
    assert_edits_are_recorded()


def test_recorded_change_is_sealed_with_the_next_and_shown(migrate, client):
    count = sealing.head().number
    migrate(running(RECORDED))
    assert LedgerEntry.objects.filter(number=None).count() == 1
    assert sealing.seal() == 1
    page = client.get(f"/changes/{count + 1}/").content.decode()
    for words in ("Migration", "Moved", "Oslo", "Bergen"):
        assert words in page
    assert problems() == []


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
    assert problems() == []
    assert_edits_are_recorded()


@cache
def models_of_migrations():
    return MigrationLoader(connection).project_state().apps


def change_rows(model="milestone", filters=(), changes=(), **options):
    """As in a migration that does no more."""
    options = {
        "reason": "Why",
        "filters": dict(filters),
        "changes": dict(changes),
    } | options
    try:
        with connection.schema_editor() as editor:
            return update(models_of_migrations(), editor, model, **options)
    finally:
        triggers.of().install()


def test_unchanged_rows_are_not_recorded(signed):
    before = Area.history.count()
    assert change_rows("area", {"number": 2}, {"name": "Other"}) == 1
    assert change_rows("area", {"number": 2}, {"name": "Other"}) == 0
    assert change_rows("partnership", changes={"stated_areas": None}) == 0
    assert change_rows("area", {"number": 99}, {"name": "None"}) == 0
    assert Area.history.count() == before + 1
    assert problems() == []


def test_expressions_and_filters_of_related_rows_are_understood(signed):
    filters = {"partnership__partner__slug": "norway"}
    assert change_rows("milestone", filters, {"note": models.F("place")}) == 1
    assert newest(signed).note == "Oslo"
    assert problems() == []


def test_rows_that_differ_are_recorded_among_others_that_do_not(signed):
    change_rows("area", {"number": 1}, {"name": "area-1"})
    before = Area.history.count()
    assert change_rows("area", changes={"name": models.F("slug")}) == 1
    assert (Area.history.count(), problems()) == (before + 1, [])


def test_many_rows_are_one_operation(signed, monkeypatch):
    monkeypatch.setattr("partnerships.ledger.migrate.BATCH", 1)
    assert change_rows("area", changes={"name": models.F("slug")}) == 2
    rows = [newest(area) for area in Area.objects.all()]
    assert [row.name for row in rows] == ["area-1", "area-2"]
    assert len({row.history_changeset for row in rows}) == 1


def test_operation_around_several_changes_is_theirs(signed):
    with context.change():
        change_rows("area", {"number": 1}, {"name": "One"}, reason="First")
        change_rows("area", {"number": 2}, {"name": "Two"}, reason="Second")
    one, two = (newest(area) for area in Area.objects.all())
    assert one.history_changeset == two.history_changeset
    assert [one.history_change_reason, two.history_change_reason] == ["First", "Second"]


def test_actor_and_kind_are_those_given(signed):
    change_rows(changes={"kind": "statement"}, kind=ChangeKind.CORRECTION, actor="Desk")
    row = newest(signed)
    assert (row.history_actor, row.history_kind) == ("Desk", "correction")
    assert (row.kind, problems()) == ("statement", [])


@pytest.mark.parametrize("options", [{"reason": ""}, {"reason": " "}, {"kind": ""}])
def test_change_without_a_reason_or_kind_is_refused(signed, options):
    with pytest.raises(ValueError, match="Say why"):
        change_rows(changes={"place": "Bergen"}, **options)
    assert Milestone.objects.get().place == "Oslo"


def test_change_that_the_database_refuses_leaves_nothing(signed):
    count = LedgerEntry.objects.count()
    with pytest.raises(IntegrityError):
        change_rows(changes={"kind": "in_force"})
    assert Milestone.objects.get().kind == "signed"
    assert LedgerEntry.objects.count() == count
    assert problems() == []


# Back and forth


def test_history_that_was_written_before_the_ledger_is_listed(signed):
    count = LedgerEntry.objects.count()
    call_command("migrate", "partnerships", "0002", verbosity=0)
    assert "partnerships_ledgerentry" not in connection.introspection.table_names()
    call_command("migrate", verbosity=0)
    assert LedgerEntry.objects.filter(number=None).count() == count
    assert sealing.seal() == count
    assert problems() == []
    assert_edits_are_recorded()


def test_migrate_from_nothing_with_nothing_to_list(migrated):
    with working_on(migrated):
        assert sealing.seal() == 0
        assert problems() == []


# A migration that breaks

BROKEN = running("raise ZeroDivisionError")


def missing():
    """Whether verification names triggers, and nothing else."""
    found = problems()
    assert all(text.startswith("trigger: ") for text in found)
    return [text.removeprefix("trigger: ") for text in found]


def test_what_a_broken_migrate_leaves_is_named_until_the_next(migrate, tmp_path):
    with pytest.raises(ZeroDivisionError):
        migrate(ALTER_COLUMN, BROKEN)
    if is_sqlite:
        found = missing()
        assert "trail_milestone_history_enters_ledger is altered" in found
        assert "trail_milestone_update_is_owed_history is altered" in found
    else:
        assert missing() == []
    broken = max(tmp_path.glob("trial_*/0*_trial.py"))
    broken.write_text(broken.read_text().replace("raise ZeroDivisionError", "pass"))
    sys.modules.pop(f"{broken.parent.name}.{broken.stem}", None)
    migrate()
    assert problems() == []
    assert_edits_are_recorded()


def test_broken_migrate_without_a_change_of_tables_leaves_edits_possible(migrate):
    with pytest.raises(ZeroDivisionError):
        migrate(BROKEN)
    with context.change(**WHY):
        Milestone.objects.update(place="Bergen")
    with pytest.raises(IntegrityError), transaction.atomic():
        models.QuerySet.update(Milestone.objects.all(), note="By hand")


def test_migrate_with_nothing_to_do_restores_the_triggers(signed):
    triggers.of().uninstall()
    assert len(missing()) > 50
    call_command("migrate", verbosity=0)
    assert problems() == []
    assert_edits_are_recorded()
