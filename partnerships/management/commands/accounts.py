from datetime import date

from django.core.management.base import BaseCommand

from partnerships.selectors.accounts import accounts


class Command(BaseCommand):
    help = (
        "List all accounts with their roles, since when, and by whom, as the audit "
        "trail has it."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--on",
            type=date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="as they were at the end of that day, UTC",
        )

    def handle(self, *, on, **options):
        for account in accounts(on=on):
            self.stdout.write(str(account))
