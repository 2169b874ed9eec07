import time
from random import Random

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from partnerships.models import Partner
from tests.samples import make_sample


class Command(BaseCommand):
    help = (
        "Fill the database with made-up partnerships, marked as such, for trying the "
        "tracker at size. Refused beside real records unless forced."
    )

    def add_arguments(self, parser):
        parser.add_argument("--partnerships", type=int, default=100)
        parser.add_argument(
            "--seed", type=int, default=1, help="the same seed, the same data"
        )
        parser.add_argument(
            "--force", action="store_true", help="even beside real records"
        )

    def handle(self, *args, partnerships, seed, force, **options):
        if not 1 <= partnerships <= 99_999:
            raise CommandError("--partnerships takes a number from 1 to 99999.")
        real = Partner.objects.exclude(slug__startswith="sample-").count()
        if real and not force:
            raise CommandError(
                f"The database holds {real} real partners. Use an empty one "
                "(DATA_DIR or DATABASE_URL names it), or say --force."
            )
        began = time.monotonic()
        for done in make_sample(
            partnerships, random=Random(seed), today=timezone.localdate()
        ):
            self.stdout.write(f"\r{done} of {partnerships}", ending="")
            self.stdout.flush()
        self.stdout.write(f"\nMade in {time.monotonic() - began:.0f} s.")
