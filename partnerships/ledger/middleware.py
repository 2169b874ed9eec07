from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from partnerships.ledger import context


class ChangeMiddleware:
    """One request is one operation in the trail, made by the one who is logged in.

    The user is looked up only when something is recorded, so that public pages never
    touch the session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with context.change(user=SimpleLazyObject(lambda: request.user)):
            return self.get_response(request)
