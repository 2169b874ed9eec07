from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models

ROLES = ("publisher", "editor", "viewer")


class PermanentAccount(Exception):
    """An account cannot be deleted: the trail refers to it."""

    def __init__(self, user):
        super().__init__(
            f"The account {user} is part of the audit trail: deactivate it, and empty "
            "its name and address, in place of deleting it."
        )


class UserQuerySet(models.QuerySet):
    def delete(self):
        for user in self:
            raise PermanentAccount(user)
        return 0, {}

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


class AccountManager(UserManager.from_queryset(UserQuerySet)):
    use_in_migrations = False


class User(AbstractUser):
    """Someone with an account in the admin. As little is kept of them as is
    possible."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    public_name = models.CharField(
        max_length=100,
        blank=True,
        help_text=(
            "The name that the public log shows beside this person's changes, if they "
            "want to be named. Leave it empty and the log shows their role, such as "
            "“Editor”."
        ),
    )

    objects = AccountManager()

    class Meta:
        ordering = ["username"]

    def delete(self, *args, **kwargs):
        raise PermanentAccount(self)

    @property
    def public_label(self) -> str:
        """The person's name in the public log: the one they chose, or their role."""
        if self.public_name:
            return self.public_name
        roles = set(self.groups.values_list("name", flat=True))
        role = next((role for role in ROLES if role in roles), "administrator")
        return role.capitalize()

    def get_full_name(self):
        return self.public_name or self.username

    def get_short_name(self):
        return self.get_full_name()
