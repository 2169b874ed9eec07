"""Migrations change a model with its tables: a copy of the whole tracker is changed step
by step, in processes of its own, and its trail stays whole."""

import json
import shutil
import subprocess
import sys

import pytest
from django.conf import settings

from tests import scratch
from tests.ledger.databases import address_of, made
from tests.ledger.migrating import code, on_both

# What the tables of PostgreSQL make of migrations, test_migrations tells.
pytestmark = [pytest.mark.slow, pytest.mark.once]

SHORT = "models.CharField(max_length=9, null=True)"
LONG = "models.CharField(max_length=40, null=True)"
WEIGHT = "models.PositiveSmallIntegerField(default=7)"
FIELD = "    objects = MilestoneQuerySet.as_manager()\n"
PUBLIC = '        "ruling",\n    )\n'

#: Each step: what the migration does, the fields that the model has afterwards beside
#: its own, and an edit.
STEPS = {
    "add nullable": (
        f"AddField('{{}}', 'colour', {SHORT})",
        *({"colour": SHORT}, {"colour": "red"}),
    ),
    "add with default": (
        f"AddField('{{}}', 'weight', {WEIGHT})",
        {"colour": SHORT, "weight": WEIGHT},
        {"colour": "blue", "weight": 8},
    ),
    "rename": (
        "RenameField('{}', 'colour', 'tint')",
        {"tint": SHORT, "weight": WEIGHT},
        {"tint": "green", "weight": 9},
    ),
    "alter": (
        f"AlterField('{{}}', 'tint', {LONG})",
        {"tint": LONG, "weight": WEIGHT},
        {"tint": "a very dark kind of green"},
    ),
    "drop": ("RemoveField('{}', 'tint')", {"weight": WEIGHT}, {"weight": 10}),
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
WHOLE = {"after migrate": [], "recorded": True, "after the edit": []}
WHOLE |= {"pages": [200, 200, 200, 200]}


@pytest.fixture(scope="module")
def outcomes(signed_once, tmp_path_factory):
    """What came of each step, one after another, in a copy of the tracker."""
    directory = tmp_path_factory.mktemp("copy")
    for name in ("partnerships", "sdptracker", "templates", "tests"):
        shutil.copytree(scratch.ROOT / name, directory / name)
    with made(directory, signed_once) as name:
        env = scratch.environment(address_of(name), directory, "tests.settings")
        env["SIGNING_KEY"] = str(settings.SIGNING_KEY)  # by which it was signed
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
