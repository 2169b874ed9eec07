"""The second factor at the desk: asked for after the password, set up, renewed and
removed on the page of one's own account."""

import logging
from base64 import b32encode
from functools import wraps

import segno
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods
from django_otp import login as pass_with

from partnerships.actions import second_factor as factor
from partnerships.desk.repeats import entered_once
from partnerships.ledger import context
from partnerships.web.clients import client_address

logger = logging.getLogger(__name__)


class CodeForm(forms.Form):
    """A code of the app, or a recovery code. Its name keeps it, as a password, out of
    what is shown again when a form could not be taken."""

    one_time_password = forms.CharField(
        label="Code",
        max_length=20,
        help_text="The six digits that your app shows now, or a recovery code.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )


class FirstCodeForm(CodeForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields[
            "one_time_password"
        ].help_text = "The six digits that the app shows."


class RemovalForm(CodeForm):
    password = forms.CharField(
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


def is_offered(user) -> bool:
    """Return True if the account may have a second factor. One without a password logs
    in at the provider, which asks for its own."""
    return settings.SECOND_FACTOR != "off" and user.has_usable_password()


def is_passed(request) -> bool:
    """Return True unless somebody who is logged in still has to give a code, or to set
    up the app that shows it."""
    user = request.user
    if not is_offered(user) or getattr(user, "otp_device", None):
        return True
    return settings.SECOND_FACTOR == "offered" and not factor.app_of(user)


def asked_for(wanted):
    """Lead to where the code is asked for, and from there to the address wanted."""
    return redirect_to_login(wanted, reverse("admin:desk-code"))


def before_the_code(view):
    """Wrap a screen that is for those, too, who gave no code yet."""

    @wraps(view)
    def wrapper(request, site):
        if not site.is_known(request):
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        return entered_once(view)(request, site)

    return never_cache(csrf_protect(wrapper))


@before_the_code
@require_http_methods(["GET", "HEAD", "POST"])
def code(request, site):
    """Ask for the code, and lead on to where somebody wanted to go."""
    if is_passed(request):
        return redirect(_next(request))
    if not factor.app_of(request.user):
        return redirect_to_login(_next(request), reverse("admin:desk-second-factor"))
    form = CodeForm(request.POST or None)
    form.fields["one_time_password"].widget.attrs["autofocus"] = True
    device = _checked(request, form)
    if device is None:
        return _page(request, site, "code", "Log in: the code", form=form)
    pass_with(request, device)
    if device != factor.app_of(request.user):
        left = factor.recovery_codes_left(request.user)
        messages.warning(
            request,
            f"This recovery code is used up; {left} are left. Make new ones under "
            "“Your account”.",
        )
    return redirect(_next(request))


@before_the_code
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request, site):
    """Set up the second factor of one's own account, renew its codes, or remove it."""
    if not is_offered(request.user):
        return redirect("admin:desk-account")
    if not factor.app_of(request.user):
        return _set_up(request, site)
    if not is_passed(request):
        return asked_for(request.path)
    return _kept(request, site)


def _set_up(request, site):
    form = FirstCodeForm(request.POST or None)
    if form.is_valid():
        context.current().reason = "Second factor set up"
        try:
            codes = factor.set_up(request.user, form.cleaned_data["one_time_password"])
        except factor.WrongCode as error:
            form.add_error("one_time_password", str(error))
        else:
            pass_with(request, factor.app_of(request.user))
            return _codes(request, site, codes)
    app = factor.begun_app(request.user)
    secret = b32encode(app.bin_key).decode()
    drawn = segno.make(app.config_url, error="m")
    return _page(
        request,
        site,
        "second_factor_set_up",
        "Set up the second factor",
        form=form,
        picture=drawn.svg_data_uri(scale=4, light="#fff"),
        secret=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        is_required=settings.SECOND_FACTOR == "required",
    )


def _kept(request, site):
    is_removal = "remove" in request.POST
    renewal = CodeForm(
        request.POST if request.POST and not is_removal else None, prefix="renewal"
    )
    removal = RemovalForm(request.POST if is_removal else None, prefix="removal")
    if _checked(request, renewal):
        codes = factor.new_recovery_codes(request.user)
        return _codes(request, site, codes)
    if _checked(request, removal):
        # After the code, so that each guess at the password costs one.
        if request.user.check_password(removal.cleaned_data["password"]):
            context.current().reason = "Second factor removed by whose it is"
            factor.take_away(request.user)
            messages.success(request, "Your second factor is removed.")
            return redirect("admin:desk-account")
        removal.add_error("password", "The password is wrong.")
    return _page(
        request,
        site,
        "second_factor",
        "Your second factor",
        renewal=renewal,
        removal=removal,
        app=factor.app_of(request.user),
        left=factor.recovery_codes_left(request.user),
    )


def _checked(request, form):
    """Return the device whose code was typed; None, with a sentence at the field, if
    there is none."""
    if not form.is_valid():
        return None
    try:
        return factor.check(request.user, form.cleaned_data["one_time_password"])
    except factor.WrongCode as error:
        form.add_error("one_time_password", str(error))
        logger.warning(
            "A wrong code for account %s from %s",
            request.user.pk,
            client_address(request),
        )
        return None


def _codes(request, site, codes):
    return _page(
        request,
        site,
        "recovery_codes",
        "Your recovery codes",
        codes=codes,
        next=_next(request),
    )


def _page(request, site, template, title, **shown):
    shown = {**site.each_context(request), "title": title, **shown}
    return TemplateResponse(request, f"admin/desk/{template}.html", shown)


def _next(request):
    """Return the address on this site to which somebody wanted to go, or Today's."""
    wanted = request.GET.get(REDIRECT_FIELD_NAME, "")
    is_own = url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, request.is_secure()
    )
    return wanted if is_own else reverse("admin:index")
