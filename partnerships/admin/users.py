"""Accounts: who they are, and their one role."""

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django_otp.plugins.otp_static.admin import StaticDevice
from django_otp.plugins.otp_totp.admin import TOTPDevice

from partnerships.actions import second_factor
from partnerships.admin.base import LoggedAdmin
from partnerships.admin.list_filters import RoleFilter
from partnerships.fields import ReasonField, TimeZoneField
from partnerships.ledger import context
from partnerships.models import LedgerEntry, Role, RoleAssignment, User

# A role may do what its group may, which migrations alone change. Nobody reads the
# secret of somebody's second factor.
admin.site.unregister([Group, StaticDevice, TOTPDevice])


class AccountForm(forms.ModelForm):
    """The fields that the forms of a new and of a known account share."""

    #: The administrator who fills it in.
    by: User

    role = forms.ChoiceField(
        choices=Role.choices,
        help_text=(
            "Viewers look, editors enter and change, publishers also publish, "
            "administrators also keep the accounts. Without a role nobody logs in."
        ),
    )
    change_reason = ReasonField(
        required=False,
        help_text=(
            "Why the role is given, or role or second factor taken away, if there is "
            "more to say. It is kept in the history of the account, which "
            "administrators alone see."
        ),
        error_messages={"no_words": "Say it in words, or leave it empty."},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("role", self.instance.role)

    def clean(self):
        cleaned = super().clean()
        if self.instance.pk != self.by.pk:
            return cleaned
        if self.by.is_superuser and cleaned.get("role") != Role.ADMINISTRATOR:
            self.add_error(
                "role",
                "Nobody takes away their own role of administrator: ask another "
                "administrator to do it.",
            )
        if not cleaned.get("is_active"):
            self.add_error(
                "is_active",
                "Nobody deactivates their own account: ask another administrator.",
            )
        return cleaned


class NewAccountForm(AccountForm, AdminUserCreationForm):
    """The form of a new account."""


class KnownAccountForm(AccountForm, UserChangeForm):
    """The form of an account that is there."""

    time_zone = TimeZoneField(help_text=User._meta.get_field("time_zone").help_text)
    take_away_factor = forms.BooleanField(
        label="Take the second factor away",
        required=False,
        help_text=(
            "For somebody who lost the app and the recovery codes. Be sure who asks: "
            "until they set up another, the password alone lets them in. Say why above."
        ),
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("take_away_factor"):
            if self.instance.pk == self.by.pk:
                self.add_error(
                    "take_away_factor",
                    "You remove your own second factor on the page “Your account”, by "
                    "your password and a code.",
                )
            if not cleaned.get("change_reason"):
                self.add_error("change_reason", "Say why the second factor goes.")
        return cleaned


@admin.register(User)
class PersonAdmin(LoggedAdmin, UserAdmin):
    """Accounts. They are deactivated, never deleted: the trail refers to them."""

    form, add_form = KnownAccountForm, NewAccountForm
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("Person", {"fields": ["public_name", "email", "time_zone"]}),
        ("Role", {"fields": ["role", "is_active", "change_reason"]}),
        ("Dates", {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        ("Person", {"fields": ["username", "public_name"]}),
        ("Role", {"fields": ["role", "change_reason"]}),
        ("Password", {"fields": ["usable_password", "password1", "password2"]}),
    ]
    readonly_fields = ["last_login", "date_joined"]
    list_display = ["username", "public_name", "role", "is_active"]
    list_filter = [RoleFilter, "is_active"]
    search_fields = ["username", "public_name", "email"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display
    def role(self, user):
        return user.role.label

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj and second_factor.app_of(obj):
            shown = {"fields": ["take_away_factor"]}
            return [*fieldsets[:3], ("Second factor", shown), *fieldsets[3:]]
        return fieldsets

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        form.by = request.user
        return form

    def save_model(self, request, obj, form, change):
        context.current().reason = form.cleaned_data["change_reason"]
        obj.assign(form.cleaned_data["role"])
        if form.cleaned_data.get("take_away_factor"):
            second_factor.take_away(obj)

    def has_delete_permission(self, request, obj=None):
        return False

    def log(self, instance):
        own = RoleAssignment.objects.filter(account=instance.pk).values("pk")
        return LedgerEntry.objects.filter(record="roleassignment", object_id__in=own)
