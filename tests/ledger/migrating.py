"""Migrations as text, to be run after the tracker's own."""

from textwrap import indent

TABLES = ("milestone", "historicalmilestone")
RUN_IT = "migrations.RunPython(run),"


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


def not_atomic(migration):
    return migration.replace("operations =", "atomic = False\n    operations =")


COLUMN = on_both("AddField('{}', 'colour', models.CharField(max_length=9, null=True))")
ALTER = on_both("AlterField('{}', 'place', models.CharField(max_length=250))")
BY_HAND = "apps.get_model('partnerships', 'Milestone').objects.update(place='Rome')"
RECORDED = (
    "update(apps, schema_editor, 'milestone', filters={'place': 'Oslo'},"
    " changes={'place': 'Bergen'}, reason='Moved')"
)
