"""One's own account: the name that the public log shows, and where one works."""

from django import forms
from django.contrib import messages
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from partnerships.actions.second_factor import app_of
from partnerships.desk.second_factor import is_offered
from partnerships.fields import TimeZoneField
from partnerships.models import User


class OwnAccountForm(forms.ModelForm):
    time_zone = TimeZoneField(
        help_text=(
            "Where you work: “today” at the desk is the day there, and times are its "
            "times."
        )
    )

    class Meta:
        model = User
        fields = ["public_name", "time_zone"]
        help_texts = {
            "public_name": (
                "The name that the public log shows beside your changes, if you want "
                "to be named; else it shows your role."
            )
        }


@require_http_methods(["GET", "HEAD", "POST"])
def account(request, site):
    """Show one's own account, and keep what one changes of it."""
    own = User.objects.get(pk=request.user.pk)
    form = OwnAccountForm(request.POST or None, instance=own)
    if request.method == "POST" and form.is_valid():
        own.save(update_fields=form.Meta.fields)
        messages.success(request, "Your account is changed.")
        return redirect("admin:index")
    context = {
        **site.each_context(request),
        "title": "Your account",
        "form": form,
        "role": own.role,
        "may_have_second_factor": is_offered(own),
        "second_factor": app_of(own),
    }
    return TemplateResponse(request, "admin/desk/account.html", context)
