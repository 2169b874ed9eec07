import sys
from collections.abc import Iterable
from pathlib import Path

from django.db import models

from partnerships.choices import ChangeKind
from partnerships.ledger import context
from partnerships.ledger.migrate import is_up_to_date
from partnerships.ledger.recorder import AuditedModel
from partnerships.models.user import Role, User

#: What is on record of an account.
NOTED = ("role", "is_active", "public_name", "login")


class RoleAssignment(AuditedModel):
    """The role that an account has, whether it may be used, its public name and the
    fingerprint of its login: kept equal to the account from its making on, so that the
    trail has each grant and revocation, each new name and each new password. Nobody
    outside of the admin sees anything of it."""

    NATURAL_KEY = ("account",)
    PERMANENT = ("account",)
    ACCOUNT = "account"
    #: A partner that there is not: in no public log.
    LOG_OF_PARTNER = "0"

    #: The number of the account; of the person only the name that is public anyway.
    account = models.BigIntegerField(unique=True, editable=False)
    role = models.CharField(max_length=20, choices=Role)
    is_active = models.BooleanField("active", default=True)
    public_name = models.CharField(max_length=100, blank=True)
    login = models.CharField("user name and password", max_length=16, blank=True)

    class Meta:
        ordering = ["account"]
        base_manager_name = "objects"
        default_permissions = ()

    def __str__(self):
        return f"Account {self.account}"

    @property
    def is_public(self) -> bool:
        return False


def note_roles(accounts: Iterable[int]) -> None:
    """Put on record what these accounts now are, and let those in that have a role.
    Outside of any operation the command that does it is named."""
    if not context.is_open():
        command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:2]])
        with context.change(actor="Command line", reason=command):
            return note_roles(accounts)
    users = User.objects.filter(pk__in=accounts)
    for user in users.prefetch_related("groups", "totpdevice_set"):
        if user.is_staff != (user.role != Role.NONE):
            own = User.objects.filter(pk=user.pk)
            models.QuerySet.update(own, is_staff=not user.is_staff)
        noted = RoleAssignment.objects.filter(account=user.pk).first()
        noted = noted or RoleAssignment(account=user.pk)
        for name in NOTED:
            setattr(noted, name, getattr(user, name))
        noted.save()


def note_saved(instance, update_fields=None, **kwargs):
    """Note what an account is that was saved, unless nothing of it could change."""
    if update_fields is None or User.FOLLOWED & {*update_fields}:
        _note(instance)


def note_groups(instance, action, reverse, pk_set, **kwargs):
    """Note the roles of accounts whose groups change, from either side."""
    if reverse and action == "pre_clear":
        instance.members = list(instance.user_set.values_list("pk", flat=True))
    elif action.startswith("post_") and not reverse:
        _note(instance)
    elif action.startswith("post_"):
        note_roles(vars(instance).pop("members", pk_set))


def leave_group(instance, **kwargs):
    """Take everybody out of a group that is about to be deleted, which notes it."""
    instance.user_set.clear()


def note_earlier_roles(using, **kwargs):
    """Note, after ``migrate``, what accounts were before that was on record, and what
    was done to them behind Django's back."""
    if not is_up_to_date(using):
        return
    with context.change(
        actor="Migration",
        reason="Found so at an upgrade; nobody recorded it before",
        kind=ChangeKind.IMPORT,
    ):
        note_roles(User.objects.values_list("pk", flat=True))


def _note(user: User) -> None:
    note_roles([user.pk])
    user.is_staff = user.role != Role.NONE
