"""Accounts as the trail has them: what each may do, since when, and who said so."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.models import Permission

from partnerships.dates import end_of
from partnerships.ledger.verifying.problem import Problem
from partnerships.models import Role, RoleAssignment, User
from partnerships.models.role_assignment import NOTED

_LABELS = {f.name: f.verbose_name for f in RoleAssignment._meta.fields}
_LABELS["login"] = "login (user name, password or second factor)"

#: Rights that a role never has.
_NEVER = {
    Role.VIEWER: ("add_", "change_", "delete_", "publish_"),
    Role.EDITOR: ("publish_",),
}


@dataclass(frozen=True)
class Account:
    """An account on a day. ``name`` is the user name of now, empty where the account is
    gone; its role, or its being active, is what ``by`` made it at a time, for a
    ``reason`` that may be empty."""

    number: int
    name: str
    role: Role
    is_active: bool
    since: datetime
    by: str
    reason: str

    def __str__(self) -> str:
        closed = "" if self.is_active else ", deactivated"
        said = f": {self.reason}" if self.reason else ""
        return (
            f"{self.number} {self.name or '(gone)'}: {self.role.label}{closed}, since "
            f"{self.since:%Y-%m-%d %H:%M} UTC by {self.by or 'nobody by name'}{said}"
        )


def accounts(*, on: date | None = None) -> list[Account]:
    """Return all accounts by their numbers, as they were at the end of a day, UTC."""
    names = dict(User.objects.values_list("pk", "username"))
    rows = RoleAssignment.history.order_by("history_id")
    found: dict[int, Account] = {}
    for row in rows.filter(history_date__lt=end_of(on)) if on else rows:
        before = found.get(row.account)
        if before and (before.role, before.is_active) == (row.role, row.is_active):
            continue
        found[row.account] = Account(
            row.account,
            names.get(row.account, ""),
            Role(row.role),
            row.is_active,
            row.history_date,
            row.history_actor,
            row.history_change_reason or "",
        )
    return [found[number] for number in sorted(found)]


def account_problems() -> Iterator[Problem]:
    """Yield what accounts are, or may do, that is not on record."""
    noted = {row.account: row for row in RoleAssignment.objects.all()}
    users = User.objects.order_by("pk").prefetch_related(
        "groups", "user_permissions", "totpdevice_set"
    )
    for user in users:
        row = noted.pop(user.pk, None)
        if row is None:
            yield Problem("account", f"account {user.pk} is not on record")
            continue
        for name in NOTED:
            if getattr(user, name) != getattr(row, name):
                text = (
                    f"account {user.pk}: its {_LABELS[name]} is not the one on record"
                )
                yield Problem("account", text)
        if user.user_permissions.all():
            yield Problem("account", f"account {user.pk} may do more than its role")
    for role, kinds in _NEVER.items():
        rights = Permission.objects.filter(group__name=role).values_list("codename")
        for (right,) in rights:
            if right.startswith(kinds):
                yield Problem("account", f"the role {role} may {right}")
    for number in noted:
        yield Problem("account", f"account {number} is on record, and is gone")
