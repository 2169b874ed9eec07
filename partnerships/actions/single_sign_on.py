"""Accounts of people who log in at the institution's own provider (OpenID Connect).

The stored password of such an account is none that anybody could type: it stands for
who the person is at the provider. So it has one way in, which is on its record; where
an administrator gives it a password, that is the way from then on.
"""

import re
from collections.abc import Iterable
from hashlib import sha256

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction

from partnerships.ledger import context
from partnerships.models import Role, User

#: Of several roles an account has the one that may do most.
ORDER = list(Role)


@transaction.atomic
def account_of(
    *,
    issuer: str,
    subject: str,
    names: Iterable[str],
    email: str,
    claim: str,
    values: Iterable[str],
    roles: dict[str, str],
) -> User | None:
    """Return the account of a person at the provider, made at the first log-in, with
    the role that the values of the claim give by ``roles``, on record with the claim as
    its reason; None if they give none, which takes the role of the account away. One
    that is deactivated is returned as it is.

    ``names`` are what the account may be called, the best first; it is never found by
    them, nor by its address, which people may change at the provider.
    """
    told = sha256(f"{issuer}\n{subject}".encode()).hexdigest()
    stored = f"{UNUSABLE_PASSWORD_PREFIX}oidc${told}"
    user = User.objects.filter(password=stored).first()
    given = {value: roles[value] for value in values if value in roles}
    group = max(given, key=lambda value: ORDER.index(Role(given[value])), default="")
    role = given.get(group, Role.NONE)
    if user and not user.is_active:
        return user
    if user is None and role != Role.NONE:
        user = User(username=_free_name(names), email=email, password=stored)
    if user and (user.pk is None or user.role != role):
        said = f"“{claim}” is “{group}”" if group else f"“{claim}” gives no role"
        with context.change(reason=f"Single sign-on: {said}"):
            user.assign(role)
    return user if role != Role.NONE else None


def _free_name(names: Iterable[str]) -> str:
    """Return a user name that no account has, after the first of these that is one."""
    cleaned = (re.sub(r"[^\w.@+-]", "", name)[:140] for name in names)
    name = next(filter(None, cleaned), "account")
    taken = {*User.objects.filter(username__startswith=name).values_list("username")}
    number = 1
    while ((free := name if number == 1 else f"{name}-{number}"),) in taken:
        number += 1
    return free
