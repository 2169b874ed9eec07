import secrets

from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand
from django.db import transaction

from partnerships.models import User


class Command(BaseCommand):
    help = (
        "Create an account that may edit and publish, with a random password that is "
        "printed once. Does nothing if the account is there."
    )

    def add_arguments(self, parser):
        parser.add_argument("--username", default="editor")

    def handle(self, *args, username, **options):
        password = secrets.token_urlsafe(12)
        with transaction.atomic():
            user, is_new = User.objects.get_or_create(
                username=username, defaults={"is_staff": True}
            )
            if not is_new:
                return
            user.set_password(password)
            user.save()
            user.groups.add(Group.objects.get(name="publisher"))
        self.stdout.write(
            f"An account for /admin/, shown this once: {username} / {password}\n"
            "Forgotten? python manage.py changepassword " + username
        )
