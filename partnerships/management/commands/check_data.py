from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from partnerships.models import Partnership
from partnerships.selectors.data_quality import data_quality


class Command(BaseCommand):
    help = (
        "Report what the published record lacks: facts and values without a claim that "
        "agrees, open disagreements, sources that lead to no document, sources of "
        "drafts that show, records never checked, summaries older than their newest "
        "milestone. Fails for any of these; reports besides what was not checked for "
        "a month."
    )

    def handle(self, *args, **options):
        published = Partnership.objects.published().select_related("partner")
        a_month_ago = timezone.localdate() - timedelta(days=31)
        quality = data_quality(published, checked_since=a_month_ago)
        for title, items in quality.faults.items():
            self._report(title, items)
        self._report("records not checked for a month", quality.unchecked)
        if any(quality.faults.values()):
            raise CommandError("The published record is not complete; see above.")

    def _report(self, title, items):
        self.stdout.write(f"{len(items)} {title}{':' if items else ''}")
        for item in items:
            self.stdout.write(f"  {item}")
