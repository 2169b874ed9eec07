from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from partnerships.actions.dataset import DatasetError, load_dataset


class Command(BaseCommand):
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
            self.stdout.write(
                f"Data set: {outcome['created']} created, "
                f"{outcome['updated']} updated, "
                f"{outcome['unchanged']} unchanged, {outcome['kept']} kept as editors "
                f"changed them, {outcome['removed']} left out as editors deleted them."
            )
