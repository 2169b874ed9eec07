from collections.abc import Iterable

from django.db import models

from partnerships.choices import ChangeKind
from partnerships.ledger import context
from partnerships.ledger.migrate import is_up_to_date
from partnerships.ledger.recorder import AuditedModel
from partnerships.models.user import Role, User


class RoleAssignment(AuditedModel):
    """The role that an account has, and whether it may be used: kept equal to the
    account, so that the trail has each grant and revocation. Nobody outside of the
    admin sees anything of it."""

    NATURAL_KEY = ("account",)
    PERMANENT = ("account",)
    ACCOUNT = "account"
    #: A partner that there is not: in no public log.
    LOG_OF_PARTNER = "0"

    #: The number of the account, and nothing else of the person.
    account = models.BigIntegerField(unique=True, editable=False)
    role = models.CharField(max_length=20, choices=Role)
    is_active = models.BooleanField("active", default=True)

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
    """Put on record which roles these accounts now have, and let those in that have
    one."""
    for user in User.objects.filter(pk__in=accounts).prefetch_related("groups"):
        role = user.role
        if user.is_staff != (role != Role.NONE):
            own = User.objects.filter(pk=user.pk)
            models.QuerySet.update(own, is_staff=not user.is_staff)
        known = RoleAssignment.objects.filter(account=user.pk).first()
        if known is None and role == Role.NONE:
            continue
        known = known or RoleAssignment(account=user.pk)
        known.role, known.is_active = role, user.is_active
        known.save()


def note_saved(instance, update_fields=None, **kwargs):
    """Note the role of an account that was saved, unless nothing of it could change."""
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
    """Note, after ``migrate``, the roles that accounts had before roles were on record,
    and those that were given behind Django's back."""
    if not is_up_to_date(using):
        return
    with context.change(
        actor="Migration", reason="The role it has", kind=ChangeKind.IMPORT
    ):
        note_roles(User.objects.values_list("pk", flat=True))


def _note(user: User) -> None:
    note_roles([user.pk])
    user.is_staff = user.role != Role.NONE
