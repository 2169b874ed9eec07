from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from partnerships.models import Partnership
from partnerships.selectors.data_quality import data_quality


class Command(BaseCommand):
    help = (
        "Report what the published record lacks: facts without a claim that agrees, "
        "open disagreements, records not checked for a month. Fails for the first two."
    )

    def handle(self, *args, **options):
        published = Partnership.objects.published().select_related("partner")
        a_month_ago = timezone.localdate() - timedelta(days=31)
        quality = data_quality(published, checked_since=a_month_ago)
        self._report("facts without a claim that agrees", quality.unsourced)
        self._report("open disagreements", quality.open_disagreements)
        self._report("records not checked for a month", quality.unchecked)
        if quality.unsourced or quality.open_disagreements:
            raise CommandError("The published record is not complete; see above.")

    def _report(self, title, items):
        self.stdout.write(f"{len(items)} {title}{':' if items else ''}")
        for item in items:
            self.stdout.write(f"  {item}")
