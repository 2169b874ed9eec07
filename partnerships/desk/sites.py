"""The admin site whose first page is the desk."""

from functools import wraps

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.urls import path

from partnerships.desk import login, resend, second_factor
from partnerships.desk.repeats import entered_once
from partnerships.web.parameters import refused

MOST_SEARCHED = 200  # characters: each word is looked for in several columns


class DeskSite(AdminSite):
    """Django's admin site, whose index is what is due today, with the desk's screens
    beside those of its tables. All ask for its log-in."""

    site_header = "SDP tracker: editing"
    site_title = "SDP tracker"
    index_title = "Today"
    login_form = login.LoginForm

    def index(self, request, extra_context=None):
        from partnerships.desk.today import today

        return today(request, self)

    def is_known(self, request):
        """Return True if somebody with a role gave their password at least."""
        return super().has_permission(request)

    def has_permission(self, request):
        return self.is_known(request) and second_factor.is_passed(request)

    def login(self, request, extra_context=None):
        is_half_way = self.is_known(request) and not self.has_permission(request)
        if request.method == "GET" and is_half_way:
            return second_factor.asked_for(request.GET.get("next", ""))
        return super().login(request, extra_context)

    def each_context(self, request):
        return super().each_context(request) | login.ways_in()

    def admin_view(self, view, cacheable=False):
        """Wrap a view, so that nothing typed is lost for want of a session, nor entered
        twice, and who may not use it is told who can help. What no list can look up is
        refused in words."""
        from partnerships.desk.forbidden import forbidden

        guarded = super().admin_view(entered_once(view), cacheable)

        @wraps(guarded)
        def wrapper(request, *args, **kwargs):
            is_half_way = self.is_known(request) and not self.has_permission(request)
            is_out = request.user.is_anonymous or is_half_way
            if is_out and resend.is_typed(request):
                return resend.session_ended(request)
            if is_half_way:
                return second_factor.asked_for(request.get_full_path())
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
            password_reset,
            preview,
            proposals,
            search,
            single_sign_on,
            today,
            undo,
        )

        def screen(route, view):
            name = f"desk-{view.__name__.replace('_', '-')}"
            return path(route, self.admin_view(view), {"site": self}, name=name)

        def screen_before_the_code(route, view):
            name = f"desk-{view.__name__.replace('_', '-')}"
            return path(route, view, {"site": self}, name=name)

        return [
            screen_before_the_code("code/", second_factor.code),
            screen_before_the_code(
                "account/second-factor/", second_factor.second_factor
            ),
            path(
                "single-sign-on/",
                single_sign_on.Begin.as_view(),
                name="desk-single-sign-on",
            ),
            path(
                "single-sign-on/return/",
                single_sign_on.Return.as_view(),
                name="desk-single-sign-on-return",
            ),
            *password_reset.urls(self),
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
