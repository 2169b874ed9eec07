"""The log-in to the desk."""

from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError


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
        super().confirm_login_allowed(user)
