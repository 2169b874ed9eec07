"""Lists in the ledger the history that was written before there was one, in its order.

It is sealed with the next change, or by ``manage.py seal``.
"""

from django.db import migrations

#: Record: the columns of its history that hold the partnership and the partner.
LOGS = {
    "affiliation": ("NULL", "partner_id"),
    "area": ("NULL", "NULL"),
    "claim": (
        "CASE WHEN record_id IS NULL AND question_id IS NULL THEN 0 ELSE record_id END",
        "NULL",
    ),
    "coverage": ("partnership_id", "NULL"),
    "engagement": ("partnership_id", "NULL"),
    "milestone": ("partnership_id", "NULL"),
    "partner": ("NULL", "id"),
    "partnership": ("id", "partner_id"),
    "question": ("NULL", "NULL"),
    "source": ("NULL", "NULL"),
}


def list_history(apps, schema_editor):
    selects = [
        f"SELECT '{record}' AS record, id AS object_id, history_id,"
        f" CAST({partnership} AS bigint) AS partnership_id,"
        f" CAST({partner} AS bigint) AS partner_id, history_date AS at,"
        " history_type AS action, history_actor AS actor,"
        " COALESCE(history_change_reason, '') AS reason, history_kind AS kind,"
        " history_changeset AS operation, history_date AS recorded_at"
        f" FROM partnerships_historical{record}"
        for record, (partnership, partner) in LOGS.items()
    ]
    columns = (
        "record, object_id, history_id, partnership_id, partner_id, at, action, actor,"
        " reason, kind, operation, recorded_at"
    )
    schema_editor.execute(
        f"INSERT INTO partnerships_ledgerentry ({columns}) SELECT {columns} FROM"
        f" ({' UNION ALL '.join(selects)}) AS history ORDER BY at, record, history_id"
    )


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0003_ledger")]
    operations = [migrations.RunPython(list_history, migrations.RunPython.noop)]
