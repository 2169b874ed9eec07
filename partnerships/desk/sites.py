"""The admin site whose first page is the desk."""

from functools import wraps

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.urls import path

from partnerships.desk import resend
from partnerships.desk.login import LoginForm
from partnerships.desk.repeats import entered_once
from partnerships.web.parameters import refused

MOST_SEARCHED = 200  # characters: each word is looked for in several columns


class DeskSite(AdminSite):
    """Django's admin site, whose index is what is due today, with the desk's screens
    beside those of its tables. All ask for its log-in."""

    site_header = "SDP tracker: editing"
    site_title = "SDP tracker"
    index_title = "Today"
    login_form = LoginForm

    def index(self, request, extra_context=None):
        from partnerships.desk.today import today

        return today(request, self)

    def admin_view(self, view, cacheable=False):
        """Wrap a view, so that nothing typed is lost for want of a session, nor entered
        twice, and who may not use it is told who can help. What no list can look up is
        refused in words."""
        from partnerships.desk.forbidden import forbidden

        guarded = super().admin_view(entered_once(view), cacheable)

        @wraps(guarded)
        def wrapper(request, *args, **kwargs):
            if request.user.is_anonymous and resend.is_typed(request):
                return resend.session_ended(request)
            if too_long := _too_long_a_search(request):
                return refused(request, too_long)
            try:
                return guarded(request, *args, **kwargs)
            except PermissionDenied:
                return forbidden(request, self)
            except OverflowError:
                return refused(request, "A number in the address is too large.")

        return wrapper

    def get_urls(self):
        from partnerships.desk import (
            account,
            copies,
            documents,
            double_checks,
            grid_templates,
            manual,
            preview,
            proposals,
            search,
            today,
            undo,
        )

        def screen(route, view):
            name = f"desk-{view.__name__.replace('_', '-')}"
            return path(route, self.admin_view(view), {"site": self}, name=name)

        return [
            screen("looked/", today.looked),
            screen("opened/", today.opened),
            screen("account/", account.account),
            screen("find/", search.find),
            screen("enter/", documents.enter),
            screen("enter/rows.<slug:suffix>", grid_templates.template),
            screen("enter/<uuid:pk>/", documents.document),
            screen("enter/<uuid:pk>/preview/<slug:slug>/", preview.preview),
            screen("preview/<slug:slug>/", preview.record_preview),
            screen("copy/<int:pk>/", copies.copy),
            screen("manual/<slug:book>/", manual.manual),
            screen("undo/<uuid:operation>/", undo.undo),
            screen("double-check/<int:pk>/", double_checks.double_check),
            screen("proposal/<uuid:pk>/back/", proposals.send_back),
            screen("proposal/<uuid:pk>/discard/", proposals.discard),
            *super().get_urls(),
        ]


def _too_long_a_search(request):
    searched = max(len(request.GET.get(name, "")) for name in ("q", "term"))
    if searched > MOST_SEARCHED:
        return f"Search for fewer words: at most {MOST_SEARCHED} characters."
    return None
