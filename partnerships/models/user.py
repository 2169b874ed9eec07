from hashlib import sha256
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.auth.models import AbstractUser, Group, UserManager
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q

from partnerships.text import scripts_of, search_form, tidy


class Role(models.TextChoices):
    """The role of an account; each between the first and the last is a group."""

    NONE = "none", "No role"
    VIEWER = "viewer", "Viewer"
    EDITOR = "editor", "Editor"
    PUBLISHER = "publisher", "Publisher"
    ADMINISTRATOR = "administrator", "Administrator"


#: The roles that are groups, those that may do most first.
ROLES = (Role.PUBLISHER, Role.EDITOR, Role.VIEWER)


def role_of(groups: set[str], *, is_superuser: bool) -> Role:
    """Return the role of an account in these groups, the one that may do most."""
    if is_superuser:
        return Role.ADMINISTRATOR
    return next((role for role in ROLES if role in groups), Role.NONE)


#: Names under which the trail shows no person: roles, and what works without anybody.
NO_PERSON = sorted(
    search_form(name)
    for name in (
        *(*Role.labels, "Data set", "Migration"),
        *("create_editor", "check_sources", "Command line"),
    )
)


class PermanentAccount(Exception):
    """An account cannot be deleted: the trail refers to it."""

    def __init__(self, user):
        super().__init__(
            f"The account {user} is part of the audit trail: deactivate it, and empty "
            "its name and address, in place of deleting it."
        )


class UserQuerySet(models.QuerySet):
    def update(self, **changes):
        if not User.FOLLOWED & {*changes}:
            return super().update(**changes)
        with transaction.atomic(using=self.db):
            pks = list(self.order_by().values_list("pk", flat=True))
            count = super().update(**changes)
            for user in User.objects.using(self.db).filter(pk__in=pks):
                user.save()  # brings up to date what follows from it
        return count

    update.alters_data = True  # type: ignore[attr-defined]

    def bulk_create(self, objs, *args, **options):
        with transaction.atomic(using=self.db):
            created = super().bulk_create(objs, *args, **options)
            for user in created:
                user.save()
        return created

    def delete(self):
        for user in self:
            raise PermanentAccount(user)
        return 0, {}

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


class AccountManager(UserManager.from_queryset(UserQuerySet)):
    use_in_migrations = False


def check_time_zone(name):
    """Raise ValidationError for a time zone that nobody knows by that name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValidationError(
            f"“{name}” is no time zone. Choose one, as in Europe/Brussels."
        ) from error


class User(AbstractUser):
    """Someone with an account in the admin. As little is kept of them as is
    possible."""

    #: Fields from which others follow, and the record of the account.
    FOLLOWED = frozenset(
        {
            *("is_active", "is_staff", "is_superuser"),
            *("public_name", "username", "password"),
        }
    )

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
    #: The public name as it is compared with others.
    search_name = models.TextField(editable=False, default="")
    time_zone = models.CharField(
        max_length=50,
        default="Europe/Brussels",
        validators=[check_time_zone],
        help_text="Where this person works: “today” in the admin is their day.",
    )

    objects = AccountManager()

    class Meta:
        ordering = ["username"]
        constraints = [
            models.UniqueConstraint(
                fields=["search_name"],
                condition=~Q(search_name=""),
                name="user_public_name_is_unique",
                violation_error_message=(
                    "Another account has this public name, whatever its capitals and "
                    "accents. Choose one that tells the two apart, or leave it empty."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(search_name__in=NO_PERSON),
                name="user_public_name_is_a_persons",
                violation_error_message=(
                    "The public log has this name for a role, or for changes that "
                    "nobody makes by hand. Choose another, or leave it empty."
                ),
            ),
        ]

    def clean_fields(self, exclude=None):
        super().clean_fields(exclude)
        is_asked = "public_name" not in (exclude or ())
        scripts = scripts_of(self.public_name) if is_asked else {}
        if len(scripts) > 1:
            named = (f"“{letters}” is {name}" for name, letters in scripts.items())
            problem = f"Write it in letters of one script: {', '.join(named)}."
            raise ValidationError({"public_name": problem})

    def clean(self):
        super().clean()
        self.public_name = tidy(self.public_name).strip()
        self._fold_name()

    def validate_constraints(self, exclude=None):
        """Raise ValidationError, at the public name, where others have it."""
        if "public_name" in (exclude or ()):
            return
        try:
            super().validate_constraints()
        except ValidationError as error:
            raise ValidationError({"public_name": error.messages}) from error

    def save(self, *args, **kwargs):
        self._fold_name()
        if "public_name" in (saved := kwargs.get("update_fields") or ()):
            kwargs["update_fields"] = {*saved, "search_name"}
        with transaction.atomic():  # with the record of its role
            super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise PermanentAccount(self)

    @property
    def role(self) -> Role:
        """The role of the account."""
        groups = {group.name for group in self.groups.all()} if self.pk else set()
        return role_of(groups, is_superuser=self.is_superuser)

    @transaction.atomic
    def assign(self, role: str) -> None:
        """Save the account with this role and no other."""
        self.is_superuser = role == Role.ADMINISTRATOR
        # A role is never taken away before the new one is given: the trail would tell
        # of an account without any.
        if is_saved_first := self.is_superuser or not self.pk:
            self.save()
        self.groups.add(*Group.objects.filter(name=role))
        self.groups.remove(*self.groups.exclude(name=role))
        if not is_saved_first:
            self.save()

    @property
    def login(self) -> str:
        """The fingerprint of all by which the account logs in, as it is stored: user
        name, password, and the key of its second factor. Nobody finds any of them from
        it: the stored password is salted."""
        devices = self.totpdevice_set.all() if self.pk else ()  # type: ignore[attr-defined]
        keys = sorted(device.key for device in devices if device.confirmed)
        told = "\n".join([self.username, self.password, *keys])
        return sha256(told.encode()).hexdigest()[:16]

    @property
    def public_label(self) -> str:
        """The person's name in the public log: the one they chose, or their role."""
        if self.public_name:
            return self.public_name
        role = self.role
        return (role if role != Role.NONE else Role.ADMINISTRATOR).label

    def get_full_name(self):
        return self.public_name or self.username

    def get_short_name(self):
        return self.get_full_name()

    def _fold_name(self):
        self.search_name = search_form(tidy(self.public_name))
