"""The three groups of people in the admin, with what each may do."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

RECORD = [
    "partner",
    "affiliation",
    "partnership",
    "milestone",
    "area",
    "coverage",
    "engagement",
    "source",
    "claim",
    "question",
]
PARTS = ["affiliation", "milestone", "coverage", "engagement", "claim"]

VIEWER = [f"view_{name}" for name in RECORD]
EDITOR = [
    *VIEWER,
    *(f"add_{name}" for name in RECORD),
    *(f"change_{name}" for name in RECORD),
    *(f"delete_{name}" for name in PARTS),
]
PUBLISHER = [
    *EDITOR,
    *(f"delete_{name}" for name in RECORD if name not in PARTS),
    "publish_partnership",
]


def create_groups(apps, schema_editor):
    """Permissions are usually made after all migrations; the groups need them now."""
    config = apps.get_app_config("partnerships")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    permission = apps.get_model("auth", "Permission").objects
    for name, codenames in {
        "viewer": VIEWER,
        "editor": EDITOR,
        "publisher": PUBLISHER,
    }.items():
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        found = permission.filter(
            content_type__app_label="partnerships", codename__in=codenames
        )
        group.permissions.set(found)


class Migration(migrations.Migration):
    dependencies = [
        ("partnerships", "0001_record_with_history"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(create_groups, migrations.RunPython.noop)]
