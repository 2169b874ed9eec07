"""The role of the site on PostgreSQL, as it is made for an installation."""

import os
import subprocess

from django.db import connection

from tests.ledger.databases import sql
from tests.scratch import ROOT

SCRIPT = ROOT / "deploy/postgresql/roles.sql"


def make(name: str):
    """Make a role of the site, and one that only reads, of that name and “_reader”."""
    settings = connection.settings_dict
    names = {"DATABASE": "NAME"} | {k: k for k in ("HOST", "PORT", "USER", "PASSWORD")}
    given = {f"PG{to}": str(settings[of]) for to, of in names.items() if settings[of]}
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        [owner] = cursor.fetchone()
    roles = {"owner": owner, "site": name, "reader": f"{name}_reader"}
    variables = [f"--set={role}={its_name}" for role, its_name in roles.items()]
    subprocess.run(
        ["psql", "--no-psqlrc", *variables, "--file", str(SCRIPT)],
        env=os.environ | given,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def drop(name: str):
    for role in (name, f"{name}_reader"):
        sql(f"DROP OWNED BY {role} CASCADE")
        sql(f"DROP ROLE {role}")
