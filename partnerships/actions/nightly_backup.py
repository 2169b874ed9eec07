"""Backups of each night in one folder, where old ones make room."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from django.utils import timezone

from partnerships.actions.backup import back_up, signature_of
from partnerships.ledger import sealing

NAME = "tracker-%Y-%m-%dT%H%M%SZ.jsonl.gz"
#: The last backup stays of each of so many days that have one, and of so many weeks.
DAYS, WEEKS = 14, 8


def back_up_into(folder: Path) -> tuple[Path, sealing.Head]:
    """Write a backup named by the moment, then delete those that have had their time,
    with their signatures. Other files stay.

    Returns its path and the head of the chain in it. Raises as ``back_up()`` does, and
    deletes nothing then; OSError if the folder cannot be made.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for partial in folder.glob("tracker-*.partial"):  # of a run that was cut off
        partial.unlink()
    path = folder / timezone.now().astimezone(UTC).strftime(NAME)
    head = back_up(path)
    for old in outlived(folder.iterdir()):
        old.unlink()
        signature_of(old).unlink(missing_ok=True)
    return path, head


def outlived(paths: Iterable[Path]) -> set[Path]:
    """Return the backups among these files that need not be kept any longer."""
    made_at = {path: at for path in paths if (at := _made_at(path))}
    by_day = _last_of_each(made_at, lambda at: at.date(), DAYS)
    by_week = _last_of_each(made_at, lambda at: at.isocalendar()[:2], WEEKS)
    return made_at.keys() - by_day - by_week


def _last_of_each(
    made_at: dict[Path, datetime], period: Callable[[datetime], object], count: int
) -> set[Path]:
    last = {period(made_at[p]): p for p in sorted(made_at, key=lambda p: made_at[p])}
    return set(list(last.values())[-count:])


def _made_at(path: Path) -> datetime | None:
    try:
        return datetime.strptime(path.name, NAME).replace(tzinfo=UTC)
    except ValueError:
        return None
