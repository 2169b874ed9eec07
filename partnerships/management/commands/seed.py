from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

from partnerships.actions.dataset import DatasetError, load_dataset
from partnerships.management.writing import WritingCommand

OUTCOMES = ("created", "updated", "unchanged", "kept", "removed")


class Command(WritingCommand):
    help = (
        "Load the data set, all or nothing. Safe to run again: what editors have "
        "changed or deleted since stays as they left it."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--from",
            dest="directory",
            type=Path,
            default=settings.FIXTURE_DIRS[0],
            help="the directory of the fixture files (default: fixtures/)",
        )

    def handle(self, *args, directory, verbosity, **options):
        try:
            outcome = load_dataset(directory)
        except DatasetError as error:
            raise CommandError(f"Nothing was changed.\n{error}") from error
        if verbosity:
            count = {name: len(outcome[name]) for name in OUTCOMES}
            self.stdout.write(
                "Data set: {created:,} created, {updated:,} updated, "
                "{unchanged:,} unchanged, {kept:,} kept as editors changed them, "
                "{removed:,} left out as editors deleted them.".format(**count)
            )
            for name in ("kept", "removed"):
                for record in outcome[name]:
                    self.stdout.write(f"  {name}: {record}")
