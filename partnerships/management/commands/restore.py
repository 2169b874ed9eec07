from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from partnerships.actions.backup import ArchiveError, restore


class Command(BaseCommand):
    help = "Load a backup into an empty, migrated database and verify the trail."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        help = "delete all that the database holds first"
        parser.add_argument("--replace", action="store_true", help=help)

    def handle(self, *, file, replace, **options):
        try:
            head = restore(file, replace=replace)
        except ArchiveError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Restored and verified; the trail ends at {head}")
