from django.contrib.auth.models import AbstractUser
from django.db import models

ROLES = ("publisher", "editor", "viewer")


class User(AbstractUser):
    """Someone with an account in the admin. As little is kept of them as is
    possible."""

    first_name = None
    last_name = None
    public_name = models.CharField(
        max_length=100,
        blank=True,
        help_text=(
            "The name that the public log shows beside this person's changes, if they "
            "want to be named. Leave it empty and the log shows their role, such as "
            "“Editor”."
        ),
    )

    class Meta:
        ordering = ["username"]

    @property
    def public_label(self) -> str:
        """How the public log names this person: the name they chose, or their role."""
        if self.public_name:
            return self.public_name
        roles = set(self.groups.values_list("name", flat=True))
        role = next((role for role in ROLES if role in roles), "administrator")
        return role.capitalize()

    def get_full_name(self):
        return self.public_name or self.username

    def get_short_name(self):
        return self.get_full_name()
