from argparse import ArgumentTypeError
from datetime import date

from django.core.management.base import BaseCommand
from django.utils import timezone

from partnerships.selectors.accounts import accounts


def past_day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError("write the day as in 2026-11-30") from error
    if day > timezone.localdate():
        raise ArgumentTypeError(f"{day} is still to come; write a day up to today")
    return day


class Command(BaseCommand):
    help = (
        "List all accounts with their roles, since when, and by whom, as the audit "
        "trail has it."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--on",
            type=past_day,
            metavar="YYYY-MM-DD",
            help="as they were at the end of that day, UTC",
        )

    def handle(self, *, on, **options):
        found = accounts(on=on)
        for account in found:
            self.stdout.write(str(account))
        if not found:
            self.stdout.write(f"There was no account on {on}." if on else "No account.")
