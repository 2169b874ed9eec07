"""The change under way: who makes it, why, and which operation it belongs to.

One request or one command is one operation; every history row written during it carries
the same change set. Middleware opens it for requests; commands and the shell use::

    with change(reason="Wrong date", kind=ChangeKind.CORRECTION, actor="Data desk"):
        milestone.save()
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from partnerships.choices import ChangeKind
from partnerships.text import is_visible


@dataclass
class Operation:
    """The operation under way, as far as known; ``user`` may be lazy or anonymous."""

    user: Any = None
    actor: str = ""
    reason: str = ""
    kind: ChangeKind | str = ""
    changeset: uuid.UUID = field(default_factory=uuid.uuid4)

    @property
    def is_explained(self) -> bool:
        """True if it says why the record changes, and of what kind the change is."""
        return bool(is_visible(self.reason) and self.kind)

    def user_or_none(self) -> Any:
        # A lazy user may turn out to be None, which "is not None" would not see.
        return self.user if getattr(self.user, "is_authenticated", False) else None


_current: ContextVar[Operation | None] = ContextVar("change", default=None)


def current() -> Operation:
    """Return the operation under way; outside of any, a nameless one of its own."""
    return _current.get() or Operation()


def is_open() -> bool:
    """Return whether an operation is under way."""
    return _current.get() is not None


@contextmanager
def change(
    *, user: Any = None, actor: str = "", reason: str = "", kind: ChangeKind | str = ""
) -> Iterator[Operation]:
    """Open an operation, to which all rows of history that are written inside belong;
    inside another operation, that one goes on."""
    opened = Operation(user=user, actor=actor, reason=reason, kind=kind)
    if outer := _current.get():
        opened.changeset = outer.changeset
    token = _current.set(opened)
    try:
        yield opened
    finally:
        _current.reset(token)


class ChangeMiddleware:
    """One request is one operation in the trail, made by the one who is logged in.

    The user is looked up only when something is recorded, so that public pages never
    touch the session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with change(user=SimpleLazyObject(lambda: request.user)):
            return self.get_response(request)


def current_actor() -> str:
    """Return the public name of who makes the change, which outlives the account."""
    user = current().user_or_none()
    return current().actor or (user.public_label if user else "")


def current_kind() -> str:
    return str(current().kind)


def current_changeset() -> uuid.UUID:
    return current().changeset
