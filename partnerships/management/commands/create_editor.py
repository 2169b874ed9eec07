import secrets

from django.db import transaction

from partnerships.ledger.context import change
from partnerships.management.writing import WritingCommand
from partnerships.models import Role, User


class Command(WritingCommand):
    help = (
        "Create an account that may edit and publish, with a random password that is "
        "printed once. Does nothing if the account is there."
    )

    def add_arguments(self, parser):
        parser.add_argument("--username", default="editor")

    def handle(self, *args, username, **options):
        password = secrets.token_urlsafe(12)
        with transaction.atomic(), change(actor="create_editor"):
            if User.objects.filter(username=username).exists():
                return
            user = User(username=username)
            user.set_password(password)
            user.assign(Role.PUBLISHER)
        self.stdout.write(
            f"An account for /admin/, shown this once: {username} / {password}\n"
            "Forgotten? python manage.py changepassword " + username
        )
