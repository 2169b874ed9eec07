"""Files that are kept for their edition, and what of them the next edition takes over."""

import os
import shutil
from threading import Event
from unittest import mock

import pytest

from partnerships.exports import download, kept_files, kept_log
from partnerships.ledger import sealing
from partnerships.models import LedgerEntry
from tests import factories
from tests.changes import edit, redact
from tests.exports import ENDINGS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealed_at_once")]

CSV, LEDGER = "/data/changes.csv", "/data/ledger.jsonl"
#: Each holds the log, and so is made of what is kept of it.
ALL = [CSV, LEDGER, "/data/changes.json", "/data/datapackage.json"]
ALL += ["/data/sdp-tracker.zip", "/data/sdp-tracker.sqlite", "/data/changes.jsonl"]


@pytest.fixture
def folder(settings, monkeypatch, tmp_path):
    """The folder of what is kept, where every edition is a large one."""
    settings.FILES_MB, settings.DATA_DIR = 100, tmp_path
    monkeypatch.setattr(kept_files, "LARGE", 0)
    monkeypatch.setattr(kept_log, "SIZE", 5)
    return tmp_path / "files"


def got(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.getvalue()


def check(client, settings, *paths):
    """Each file is as it would be made from nothing."""
    kept = [got(client, path) for path in paths]
    settings.FILES_MB = 0
    assert kept == [got(client, path) for path in paths]
    settings.FILES_MB = 100


def names(folder):
    return {path.name for path in folder.iterdir()} - {"lock", "log"}


def test_kept_log_is_as_made_from_nothing_whatever_is_edited(client, folder, settings):
    norway = factories.partnership()
    signed = factories.milestone(norway)
    herald = factories.source("herald")
    check(client, settings, *ALL)
    draft = factories.partnership("ghana", published=False)
    hidden = factories.source("hidden")  # nobody may see it until a claim cites it
    planned = factories.milestone(draft, "proposed", "2025")
    ally = factories.affiliation(draft.partner, "nato_ally")
    claim = factories.claim(ally, "yes", by=hidden)
    steps = [
        lambda: edit(norway, summary="A summary, by Jane Roe"),
        lambda: edit(signed, date="2024-05-29"),
        lambda: factories.claim(signed, "2024-05-29", by=herald),
        lambda: edit(norway.partner, name="Norge"),
        lambda: edit(signed, certainty="reported"),
        lambda: edit(herald, title="The Other Herald", note="=1+1"),
        lambda: edit(factories.area(1), name="Cyber"),
        lambda: factories.coverage(norway, factories.area(2)),
        lambda: factories.claim(signed, "2024-05-28", by=hidden),
        lambda: edit(draft, is_published=True),
        lambda: edit(draft.partner, name="Republic of Ghana"),
        lambda: edit(draft, internal_notes="Nobody reads this."),
        lambda: edit(norway, summary=""),
        lambda: redact(
            LedgerEntry.objects.get(public__contains="Jane").number, "summary"
        ),
        lambda: edit(planned, note="One more"),
        lambda: edit(claim, wording="in other words"),
        lambda: edit(draft, is_published=False),
        lambda: edit(hidden, publisher="Another"),
        lambda: edit(norway, is_published=False),
    ]
    for step in steps:
        step()
        sealing.seal()
        check(client, settings, CSV, LEDGER)
    check(client, settings, *ALL)


def test_new_edition_makes_the_newest_block_alone(client, folder):
    norway = factories.partnership()
    for number in range(8):
        edit(norway, summary=f"Summary {number}")
    got(client, CSV)
    before = set((folder / "log" / "csv").glob("0*"))
    edit(norway, summary="The last")
    got(client, CSV)
    after = set((folder / "log" / "csv").glob("0*"))
    assert len(before) == 2 or len(before) == 3
    assert {path.name[:5] for path in before - after} <= {max(before).name[:5]}
    edit(norway.partner, name="Norge")
    got(client, CSV)
    assert not after & set((folder / "log" / "csv").glob("0*"))


def test_file_is_made_once_for_its_edition_and_goes_with_it(client, folder):
    norway = factories.partnership()
    first = got(client, CSV)
    (name,) = names(folder)
    with mock.patch.object(kept_files, "new") as again:
        assert got(client, CSV) == first
    assert not again.called
    edit(norway, summary="Another")
    assert got(client, CSV) != first
    assert len(names(folder)) == 1 and name not in names(folder)


@pytest.mark.once
@pytest.mark.parametrize("path", [f"{CSV}?kind=correction", "/data/areas.csv"])
def test_selection_and_short_table_are_not_kept(client, folder, path):
    factories.partnership()
    assert client.get(path).status_code == 200
    assert not folder.exists()


@pytest.mark.once
def test_nothing_is_kept_while_a_change_waits_for_its_seal(client, folder, monkeypatch):
    norway = factories.partnership()
    monkeypatch.setattr(sealing, "after_commit", lambda using: None)
    edit(norway, summary="Waits")
    assert got(client, CSV)
    assert not folder.exists()


@pytest.mark.once
def test_folder_may_be_deleted_damaged_or_closed(client, folder, settings):
    factories.partnership()
    first = got(client, CSV)
    (folder / "log" / "csv" / kept_log.NOTE).write_text("[1, 2")
    for name in names(folder):
        (folder / name).unlink()
    assert got(client, CSV) == first
    next((folder / "log" / "csv").glob("0*")).write_text("cut off")
    for name in names(folder):
        (folder / name).unlink()
    assert got(client, CSV) == first
    shutil.rmtree(folder)
    folder.write_text("no folder")
    assert got(client, CSV) == first


@pytest.mark.once
def test_one_process_makes_what_is_kept(client, folder):
    factories.partnership()
    with kept_files.alone():
        assert client.get(CSV).status_code == 503
        assert client.get("/data/areas.csv").status_code == 200
    assert got(client, CSV)


@pytest.mark.once
def test_files_have_no_more_room_than_settings_give_them(client, folder, settings):
    factories.partnership()
    got(client, CSV)
    (name,) = names(folder)
    os.utime(folder / name, (0, 0))
    settings.FILES_MB = 0.000_01  # less than any of them has
    claims = got(client, "/data/claims.csv")
    (other,) = names(folder)
    assert other != name and (folder / other).read_bytes() == claims
    assert not (folder / "log").exists()


@pytest.mark.parametrize("is_kept", [True, False])
@pytest.mark.parametrize("ending", ENDINGS)
def test_file_that_nobody_waits_for_is_not_made(
    client, folder, settings, tmp_path, ending, is_kept
):
    factories.partnership()
    settings.FILES_MB = 100 if is_kept else 0
    gone = Event()
    gone.set()
    path = f"/data/changes.{ending}"
    with mock.patch("tempfile.tempdir", str(tmp_path)):
        answer = client.get(path, **{"sdptracker.gone": gone})
    assert answer.status_code == 503
    assert {one.name for one in tmp_path.iterdir()} <= {"files"}
    assert not folder.exists() or not names(folder)
    assert not download._making.locked()
    assert got(client, path)
