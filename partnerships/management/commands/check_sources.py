from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone

from partnerships.actions.watching import Visitor
from partnerships.actions.watching.rounds import go_round
from partnerships.management.writing import TimedCommand


class Command(TimedCommand):
    help = (
        "Ask for each source that is due at its address, keep a private copy, and make "
        "leads of what changed, moved, vanished, or is silent while others report."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--all", action="store_true", help="ask for those that are not due, too"
        )

    def handle(self, *, all, **options):
        done = go_round(
            now=timezone.now(),
            visitor=Visitor(contact=settings.CONTACT),
            everything=all,
        )
        if done.is_cut_off:
            raise CommandError(
                "No host of a source answered, so none counts as missed. See that this "
                "machine has a way out to the web, and to DNS; they are asked again in "
                "the next run."
            )
        for problem in done.problems:
            self.stderr.write(problem)
        for lead in done.leads:
            self.stdout.write(f"Lead: {lead.source.key}: {lead.get_news_display()}")
        self.stdout.write(
            f"Asked for {done.asked} sources: {len(done.unchanged)} unchanged, "
            f"{len(done.leads)} leads, {len(done.problems)} not read."
        )
