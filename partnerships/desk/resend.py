"""Forms that cannot be taken, for want of a session or with the token of another one:
what was typed stands on the page that says so, and is sent again from there."""

from django.contrib import admin, messages
from django.contrib.admin.forms import AdminAuthenticationForm
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.views import csrf

from partnerships.web.typed import (
    files_of,
    is_form,
    is_secret,
    longest_texts,
    typed_fields,
)


def is_typed(request) -> bool:
    """Return True if somebody would type anew what was sent."""
    return is_form(request) and bool(typed_fields(request))


def session_ended(request):
    """Answer a form that nobody is logged in to send."""
    return _kept(request, "Your session has ended")


def csrf_failure(request, reason=""):
    """Answer a form whose token is not that of the last log-in. What a page of the
    admin sent is shown again; of anything else nothing is."""
    match = request.resolver_match
    is_own = "admin" in match.namespaces and is_form(request) and _is_from_here(request)
    if not is_own:
        return csrf.csrf_failure(request, reason)
    if match.url_name == "login":
        return _log_in_again(request)
    return _kept(request, "Send it once more")


def _kept(request, title):
    fields = typed_fields(request)
    context = {
        "title": title,
        "is_logged_in": admin.site.has_permission(request),
        "fields": fields,
        "files": files_of(request),
        "has_password": any(map(is_secret, request.POST)),
        "texts": longest_texts(fields),
    }
    response = render(request, "admin/send_again.html", context, status=403)
    add_never_cache_headers(response)
    return response


def _log_in_again(request):
    if admin.site.has_permission(request):
        messages.info(request, f"You are logged in as {request.user} already.")
        return redirect("admin:index")
    messages.warning(
        request,
        "This page was open while you logged in or out elsewhere. Log in again.",
    )
    username = {"username": request.POST.get("username", "")}
    context = {
        **admin.site.each_context(request),
        "title": "Log in",
        "form": AdminAuthenticationForm(request, initial=username),
        "app_path": request.get_full_path(),
        "next": request.POST.get("next", ""),
    }
    response = render(request, "admin/login.html", context, status=403)
    add_never_cache_headers(response)
    return response


def _is_from_here(request):
    """Return whether the browser says that a page of this very site sent it."""
    here = f"{request.scheme}://{request.get_host()}"
    if origin := request.headers.get("Origin"):
        return origin == here
    return request.headers.get("Referer", "").startswith(f"{here}/")
