"""Migrations that landed are frozen: none ever changes, and a database that a landed
version left is upgraded by ``migrate`` alone, its trail whole."""

from datetime import date
from hashlib import sha256
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from partnerships.ledger import context, sealing, verifying
from partnerships.models import LedgerEntry, Partnership
from tests import landed, some
from tests.ledger.databases import made, working_on

MIGRATIONS = Path(settings.BASE_DIR, "partnerships", "migrations")

#: The SHA-256 of each landed migration. A new one is added with its database
#: (``python -m tests.landed``); none is ever edited.
LANDED = {
    "0001_record_with_history": (
        "03142599e6ca146d07e1ea9d04cea4efbd69bc500f8158e9ceff1d8bd6bb2d42"
    ),
    "0002_groups": "35442c40b265afe136dd739036fec4d2670437f7ed5b86b7c3f0fa3f2eba8099",
    "0003_ledger": "553e75fb3a6265cb3d72f27873f8319793ab3948ad5c4669ae7a202b54ced43e",
    "0004_list_earlier_history": (
        "8d8149e12158f5bb277039d4097d3e2351d3a29f9d44bb5dabbf539f20b502e3"
    ),
    "0005_cover_deciding_milestone": (
        "49eb7fed89110ea981af2c41e8482fa4604bd2f577c010ce35537096ce2ede81"
    ),
    "0006_cover_area_counts": (
        "d98eac08c187e516dda0b4dddaa9c843729f2551f8199d4a85f191e2a2e62374"
    ),
    "0007_tell_time_truly": (
        "fe20a151558fca16e34839332034acb2513dfda2543577bb0d89e827fcbed36c"
    ),
    "0008_lead_to_documents": (
        "5ea4d279a7586f498fdc43bda32ace223cce3b03b83688e0caa2d4befecf8f28"
    ),
    "0009_keep_drafts_of_documents": (
        "d228a61c0359e7667e1b4eb107c2e0f352b49b0b6ba6e534877a20ebc54bcc2d"
    ),
    "0010_keep_a_desk_of_two": (
        "998851e88213403c524345efab5dfec58c01fb5b96d3f2b5e58ca213b20328ab"
    ),
    "0011_listen_for_leads": (
        "3568c76f84682ff52701f7f937301a4d812be9000711979aa5f7bedfd3cae0b8"
    ),
    "0012_prove_the_trail": (
        "86d82b78c59c2cceec478989bbe0ad62b56e19b224bfdf5261797c5713fcdbfd"
    ),
    "0013_reach_the_past_by_its_roots": (
        "c50d31aabdbb2761ab51ca6f8b6dc30e35db9fb5cb2f9efd8f25daeb7f867658"
    ),
}
#: The first schema of which a database is kept.
FIRST = "0006_cover_area_counts"
#: The newest first.
SCHEMAS = some(landed.landed()[::-1], of=6)


@pytest.mark.once
def test_landed_migrations_never_change():
    hashes = {
        path.stem: sha256(path.read_bytes()).hexdigest()
        for path in MIGRATIONS.glob("0*.py")
    }
    assert hashes == LANDED


@pytest.mark.once
def test_each_schema_has_its_database():
    assert landed.landed() == [name for name in sorted(LANDED) if name >= FIRST]


@pytest.mark.once
def test_columns_stand_in_the_order_of_the_newest_schema():
    """Backups name no columns, and triggers name all of them in this order."""
    columns = {label: [*row] for label, row in landed.read(landed.landed()[-1])}
    for model in apps.get_app_config("partnerships").get_models():
        label, fields = model._meta.label_lower, model._meta.concrete_fields
        if label in columns:
            assert [field.attname for field in fields] == columns[label], label


@pytest.mark.slow("builds a database")
@pytest.mark.parametrize("schema", SCHEMAS)
def test_database_of_landed_schema_is_upgraded(
    schema, client, tmp_path, django_db_blocker
):
    with django_db_blocker.unblock(), made(tmp_path) as name, working_on(name):
        landed.rebuild(schema)
        chain = LedgerEntry.objects.order_by("number").values_list("number", "seal")
        before = list(chain)
        call_command("migrate", verbosity=0)
        sealing.seal()
        assert list(verifying.problems(keys=[])) == []  # other keys signed it
        assert list(chain)[: len(before)] == before
        if schema < "0008":  # with the data set of its time
            statuses_are_right()
        edit_and_read(client)


@pytest.mark.once
@pytest.mark.slow("builds a database")
@pytest.mark.parametrize("schema", SCHEMAS)
def test_data_set_is_brought_up_to_date(schema, client, tmp_path, django_db_blocker):
    """By ``migrate`` and ``seed`` alone; what editors changed is kept and named, and
    what the data set said before stays readable."""
    with django_db_blocker.unblock(), made(tmp_path) as name, working_on(name):
        landed.rebuild(schema)
        then = LedgerEntry.objects.latest("number").at.date()
        call_command("migrate", verbosity=0)
        sealing.seal()
        past = f"/api/v1/statistics/?as_of=2026-03-31&known_on={then}"
        old, told = client.get(past).json(), StringIO()
        call_command("seed", stdout=told)
        sealing.seal()
        assert list(verifying.problems(keys=[])) == []  # other keys signed it
        if schema < "0008":  # in later ones an editor deleted what a value rests on
            call_command("check_data", stdout=told)
        new = client.get("/api/v1/statistics/?as_of=2026-03-31").json()
        assert (new["signed_total"], new["signed_reported"]) == (12, 1)
        if then < timezone.localdate():
            assert client.get(past).json() == old
        assert "kept: milestone norway-signed" in told.getvalue()
        assert "removed: claim " in told.getvalue()
        record = client.get("/api/v1/partnerships/norway/").json()
        assert record["milestones"][0]["note"] == "Signed at a ceremony"


#: What shipped records say of days between the bounds of their milestones.
STATUSES = [
    ("united-kingdom", "2025-10-01", "eligible", ["negotiating"]),
    ("united-kingdom", "2026-03-04", "eligible", ["negotiating"]),
    ("united-kingdom", "2026-03-05", "negotiating", []),
    ("canada", "2025-05-26", "none", []),
    ("canada", "2025-11-30", "eligible", ["negotiating", "agreed"]),
    ("canada", "2025-12-31", "agreed", ["associated"]),
    ("canada", "2026-03-05", "associated", []),
    ("south-korea", "2026-03-04", "eligible", ["requested"]),
    ("south-korea", "2026-03-05", "requested", []),
]


def statuses_are_right():
    for slug, on, status, may_be in STATUSES:
        partnerships = Partnership.objects.filter(partner__slug=slug)
        (row,) = partnerships.with_status(on=date.fromisoformat(on))
        found = row.safe_status, row.safe_status_may_be
        assert found == (status, may_be), (slug, on)


def edit_and_read(client):
    record = Partnership.objects.get(partner__slug="norway")
    with context.change(reason="After the upgrade", kind="correction"):
        record.summary = "Edited after the upgrade."
        record.save()
    assert list(verifying.problems(keys=[])) == []
    for path in ("/", "/partnerships/norway/", "/api/v1/partnerships/", "/changes/"):
        assert client.get(path).status_code == 200
    answer = client.get("/api/v1/changes/?partnership=norway").json()["results"]
    assert answer[0]["reason"] == "After the upgrade"
    assert "[redacted]" in str(answer)
    assert "Jane Roe" not in str(answer)
