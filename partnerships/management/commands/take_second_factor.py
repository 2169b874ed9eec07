from django.core.management.base import BaseCommand, CommandError

from partnerships.actions import second_factor
from partnerships.ledger.context import change
from partnerships.models import User


class Command(BaseCommand):
    help = (
        "Take the second factor away from an account whose owner lost the app and the "
        "recovery codes. The reason is kept on the record of the account."
    )

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("--reason", required=True)

    def handle(self, *args, username, reason, **options):
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(
                f"There is no account {username}: manage.py accounts lists all."
            )
        if not second_factor.app_of(user):
            raise CommandError(f"The account {username} has no second factor.")
        with change(actor="Command line", reason=reason):
            second_factor.take_away(user)
        self.stdout.write(
            f"The account {username} logs in by its password alone, until it has "
            "another second factor."
        )
