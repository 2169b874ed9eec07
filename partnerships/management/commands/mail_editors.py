import smtplib

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone

from partnerships.actions.mailing import send_morning_mail
from partnerships.management.writing import TimedCommand


class Command(TimedCommand):
    help = "Mail each editor with an address what is due at the desk (MAIL_URL)."

    def handle(self, **options):
        if not settings.EMAIL_HOST:
            raise CommandError(
                "No mail is set. Name the server in MAIL_URL, as in "
                "smtps://user:password@mail.example.org, and the sender in MAIL_FROM."
            )
        try:
            written, refused = send_morning_mail(on=timezone.localdate())
        except (OSError, smtplib.SMTPException) as error:
            raise CommandError(f"The mail server did not take it: {error}") from error
        self.stdout.write(f"Mailed {len(written)} of the editors.")
        if refused:
            names = ", ".join(user.username for user in refused)
            raise CommandError(f"The mail server refuses the addresses of: {names}.")
