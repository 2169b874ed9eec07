"""Write the database of the newest schema (``python -m tests.landed``)."""

import os
import tempfile

import django


def main():
    from django.apps import apps
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    from tests import landed

    call_command("migrate", verbosity=0)
    landed.fill()
    ((_, newest),) = MigrationLoader(connection).graph.leaf_nodes("partnerships")
    landed.write(newest, apps.get_models(include_auto_created=True))


if __name__ == "__main__":
    os.environ |= {
        "DATABASE_URL": "",
        "DATA_DIR": tempfile.mkdtemp(),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    django.setup()
    main()
