from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from partnerships.actions.backup import ArchiveError, back_up
from partnerships.actions.nightly_backup import back_up_into
from partnerships.ledger.sealing import ChainIsLocked
from partnerships.ledger.signing import NoSigningKey


class Command(BaseCommand):
    help = (
        "Write a backup of everything, the audit trail included, to a new file, and "
        "its signature beside it."
    )

    def add_arguments(self, parser):
        help = (
            "such as backup.jsonl.gz; without one, a file named by the moment in "
            "DATA_DIR/backups, where the last of 14 days and of 8 weeks are kept"
        )
        parser.add_argument("file", type=Path, nargs="?", help=help)

    def handle(self, *, file, **options):
        if file == Path("-"):
            raise CommandError(
                "A backup is a file with its signature beside it, and does not go to "
                "the output; name a file."
            )
        try:
            if file:
                head = back_up(file)
            else:
                file, head = back_up_into(settings.DATA_DIR / "backups")
        except (ArchiveError, ChainIsLocked, NoSigningKey, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Backed up to {file}; the trail ends at {head}")
