"""Forms that cannot be taken, for want of a session or with the token of another one:
what was typed stands on the page that says so, and is sent again from there."""

from django.contrib import admin, messages
from django.contrib.admin.forms import AdminAuthenticationForm
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.views import csrf

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
#: Of what was typed, shown to be read and copied: so many texts, the longest, from so
#: many characters.
MOST_TEXTS, LONG = 10, 20


def is_typed(request) -> bool:
    """Return True if somebody would type anew what was sent."""
    return _is_form(request) and bool(_kept_fields(request))


def session_ended(request):
    """Answer a form that nobody is logged in to send."""
    return _kept(request, "Your session has ended")


def csrf_failure(request, reason=""):
    """Answer a form whose token is not that of the last log-in. What a page of the
    admin sent is shown again; of anything else nothing is."""
    match = request.resolver_match
    is_own = (
        "admin" in match.namespaces and _is_form(request) and _is_from_here(request)
    )
    if not is_own:
        return csrf.csrf_failure(request, reason)
    if match.url_name == "login":
        return _log_in_again(request)
    return _kept(request, "Send it once more")


def _kept(request, title):
    fields = _kept_fields(request)
    texts = {name: text for name, text in fields if len(text) >= LONG and " " in text}
    longest = sorted(texts, key=lambda name: len(texts[name]), reverse=True)
    context = {
        "title": title,
        "is_logged_in": admin.site.has_permission(request),
        "fields": fields,
        "files": [file.name for _, files in request.FILES.lists() for file in files],
        "has_password": any(map(_is_secret, request.POST)),
        "texts": [
            (name.replace("_", " ").replace("-", " "), texts[name])
            for name in longest[:MOST_TEXTS]
        ],
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


def _kept_fields(request):
    """Return the name and the text of each field to be sent again: no token, no
    password. What was to be published with a file comes back to be checked, since the
    file has to be chosen anew."""
    left_out = {"csrfmiddlewaretoken"} | ({"publish"} if request.FILES else set())
    return [
        (name, text.replace("\0", ""))
        for name, texts in request.POST.lists()
        if name not in left_out and not _is_secret(name)
        for text in texts
    ]


def _is_secret(name):
    return "password" in name.lower()


def _is_form(request):
    return request.method == "POST" and request.content_type in FORMS


def _is_from_here(request):
    """Return whether the browser says that a page of this very site sent it."""
    here = f"{request.scheme}://{request.get_host()}"
    if origin := request.headers.get("Origin"):
        return origin == here
    return request.headers.get("Referer", "").startswith(f"{here}/")
