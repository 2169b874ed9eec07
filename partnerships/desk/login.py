"""The log-in to the desk."""

from django.conf import settings
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError

from partnerships.desk.single_sign_on import provider_name


def ways_in() -> dict:
    """Return the ways in beside the password, for templates."""
    return {
        "provider": provider_name(),
        "is_provider_alone": settings.OIDC_ONLY,
        "resets_by_mail": bool(settings.EMAIL_HOST),
    }


class LoginForm(AdminAuthenticationForm):
    """The log-in form, which tells people with the right password why it does not let
    them in."""

    def confirm_login_allowed(self, user):
        if user.is_active and not user.is_staff:
            raise ValidationError(
                "Your account has no role yet, so there is nothing that it may do. Ask "
                "an administrator of this site to give it one.",
                code="no_role",
            )
        if settings.OIDC_ONLY and not user.is_superuser:
            raise ValidationError(
                f"Log in with {provider_name()}. Passwords are for administrators, for "
                "the day on which it does not answer.",
                code="provider_alone",
            )
        super().confirm_login_allowed(user)
