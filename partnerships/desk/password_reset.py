"""A new password by mail, for whoever forgot theirs, where mail is set."""

from hashlib import sha256
from threading import Thread

from django.conf import settings
from django.contrib.auth import views
from django.contrib.auth.forms import PasswordResetForm
from django.http import Http404
from django.urls import path, reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from rest_framework.throttling import SimpleRateThrottle

from partnerships.ledger import context
from partnerships.web.clients import client_network


class ByNetwork(SimpleRateThrottle):
    """A limit to what is asked for from one network. Without a cache that answers,
    nothing is sent."""

    rate = "5/hour"

    def get_cache_key(self, request, view):
        return f"password-reset:{client_network(request)}"

    def allow_request(self, request, view):
        is_allowed = super().allow_request(request, view)
        return is_allowed and self.cache.get(self.key) is not None


class ByMailbox(ByNetwork):
    """A limit to what is asked for with one address, known here or not."""

    rate = "3/hour"

    def get_cache_key(self, request, view):
        typed = request.POST.get("email", "").strip().lower()
        return f"password-reset:{sha256(typed.encode()).hexdigest()}"


class ResetForm(PasswordResetForm):
    """Mail goes to the active accounts with the address that log in by a password."""

    def get_users(self, email):
        users = super().get_users(email)
        return (user for user in users if user.is_superuser or not settings.OIDC_ONLY)

    def send_mail(self, *args, **kwargs):
        # The answer does not wait for it: else the time would tell who has an account.
        send = super().send_mail
        Thread(target=send, args=args, kwargs=kwargs, daemon=True).start()


class WhereMailIsSet:
    """A screen of the reset, in the look of the desk."""

    site = None

    @method_decorator(never_cache)
    def dispatch(self, request, *args, **kwargs):
        if not settings.EMAIL_HOST:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        shown = {**self.site.each_context(self.request), "title": self.title}
        return super().get_context_data(**kwargs) | shown


class Ask(WhereMailIsSet, views.PasswordResetView):
    title = "A new password"
    form_class = ResetForm
    template_name = "admin/desk/password_reset.html"
    email_template_name = "admin/desk/password_reset_mail.txt"
    subject_template_name = "admin/desk/password_reset_subject.txt"
    success_url = reverse_lazy("admin:desk-password-reset-sent")

    def form_valid(self, form):
        counted = [
            one().allow_request(self.request, self) for one in (ByNetwork, ByMailbox)
        ]
        if all(counted):
            return super().form_valid(form)
        form.add_error(
            None,
            "Too many new passwords were asked for, from here or for this address. Try "
            "again in an hour, or ask an administrator of this site.",
        )
        return self.render_to_response(self.get_context_data(form=form), status=429)


class Sent(WhereMailIsSet, views.PasswordResetDoneView):
    title = "Look into your mailbox"
    template_name = "admin/desk/password_reset_sent.html"


class Choose(WhereMailIsSet, views.PasswordResetConfirmView):
    title = "Choose a new password"
    template_name = "admin/desk/password_reset_choose.html"
    success_url = reverse_lazy("admin:desk-password-reset-done")

    def form_valid(self, form):
        context.current().reason = "New password, by a link sent by mail"
        return super().form_valid(form)


class Done(WhereMailIsSet, views.PasswordResetCompleteView):
    title = "Your password is changed"
    template_name = "admin/desk/password_reset_done.html"


def urls(site):
    """Return the routes of the four screens."""
    return [
        path(route, view.as_view(site=site), name=f"desk-password-reset{name}")
        for route, view, name in [
            ("password-reset/", Ask, ""),
            ("password-reset/sent/", Sent, "-sent"),
            ("password-reset/done/", Done, "-done"),
            ("password-reset/<uidb64>/<token>/", Choose, "-choose"),
        ]
    ]
