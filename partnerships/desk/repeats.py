"""Forms that are sent twice: by a double click, by a reload, or after going back.

A form is known by who sends it where, on which day, and all that it says. The digest of
that is the first half of its operation's id, so that nothing which is sent can name an
operation, and a page that is opened anew with its text restored is known as well.
"""

import json
from functools import wraps
from secrets import token_bytes
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.crypto import salted_hmac

from partnerships.ledger import context
from partnerships.log.operations import stands
from partnerships.models import User

SAVED_ALREADY = "That was saved already; nothing was entered twice."

#: Fields that say nothing of what is entered: the token, and where to go afterwards.
NOT_ENTERED = {"csrfmiddlewaretoken", "_save", "_addanother", "_continue"}


def entered_once(view):
    """Wrap a view: what is sent is one transaction, waits for what the account sent
    just before, and is not entered while an operation that did the very same stands.

    An action on a list does what is left to do of it, and may be sent again.
    """

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with transaction.atomic():
            _wait_for_earlier(request.user)
            if "action" not in request.POST:
                digest = _digest(request)
                if stands(
                    _operation(digest, bytes(8)), _operation(digest, b"\xff" * 8)
                ):
                    messages.info(request, SAVED_ALREADY)
                    return redirect("admin:index")
                context.current().changeset = _operation(digest, token_bytes(8))
            return view(request, *args, **kwargs)

    return wrapper


def _wait_for_earlier(user):
    """Lock the account until the transaction ends."""
    rows = User.objects.select_for_update(no_key=True).filter(pk=user.pk)
    rows.values_list("pk").get()


def _digest(request):
    """Return eight bytes that stand for what is sent. They are public, and what is sent
    is not, so that nobody may be able to try out what they stand for."""
    sent = [field for field in request.POST.lists() if field[0] not in NOT_ENTERED]
    day = timezone.localdate().isoformat()
    told = json.dumps([request.user.pk, request.path, day, sorted(sent)])
    return salted_hmac(__name__, told, algorithm="sha256").digest()[:8]


def _operation(digest, rest):
    return UUID(bytes=digest + rest, version=4)
