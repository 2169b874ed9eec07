"""Backups of each night: named by the moment, and as many as are needed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from partnerships.actions.nightly_backup import NAME, outlived
from tests.ledger.databases import working_on

NIGHT = datetime(2026, 11, 30, 3, 30, tzinfo=UTC)  # a Monday


def nights(count):
    return [
        Path("/b", (NIGHT - timedelta(days=n)).strftime(NAME)) for n in range(count)
    ]


@pytest.mark.once
def test_last_of_fourteen_days_and_of_eight_weeks_stay():
    backups = nights(200)
    kept = [path for path in backups if path not in outlived(backups)]
    sundays = [backups[n] for n in range(15, 44, 7)]
    assert kept == [*backups[:14], *sundays]


@pytest.mark.once
def test_backups_of_long_ago_stay_where_no_others_followed():
    backups = nights(200)[100:]
    assert outlived(backups) == outlived(nights(200)[100:200])
    assert len(set(backups) - outlived(backups)) > 14


@pytest.mark.once
def test_one_of_a_day_stays_and_other_files_do():
    first, second = (Path(NIGHT.replace(hour=h).strftime(NAME)) for h in (1, 2))
    assert outlived([second, Path("notes.txt"), first]) == {first}


def test_without_a_name_it_is_kept_beside_the_data(filled, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    folder = tmp_path / "backups"
    folder.mkdir()
    for path in nights(30):
        for name in (path.name, f"{path.name}.sig"):
            (folder / name).touch()
    (folder / "tracker-of-yesterday.jsonl.gz.partial").touch()
    with working_on(filled):
        call_command("backup")
    left = sorted(path.name for path in folder.iterdir())
    backups = [name for name in left if name.endswith(".gz")]
    assert left == sorted([*backups, *(f"{name}.sig" for name in backups)])
    assert len(backups) < 22


def test_backup_does_not_go_to_the_output(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CommandError, match="does not go to the output; name a file"):
        call_command("backup", "-")
    assert list(tmp_path.iterdir()) == []
