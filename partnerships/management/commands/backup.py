from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from partnerships.actions.backup import ArchiveError, back_up
from partnerships.ledger.sealing import ChainIsLocked
from partnerships.ledger.signing import NoSigningKey


class Command(BaseCommand):
    help = (
        "Write a backup of everything, the audit trail included, to a new file, and "
        "its signature beside it."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="such as backup.jsonl.gz")

    def handle(self, *, file, **options):
        try:
            head = back_up(file)
        except (ArchiveError, ChainIsLocked, NoSigningKey) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Backed up to {file}; the trail ends at {head}")
