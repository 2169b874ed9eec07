from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from partnerships.models import User


@admin.register(User)
class PersonAdmin(UserAdmin):
    """Accounts. They are deactivated, never deleted: the trail refers to them."""

    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("Person", {"fields": ["public_name", "email"]}),
        (
            "Permissions",
            {"fields": ["is_active", "is_staff", "is_superuser", "groups"]},
        ),
        ("Dates", {"fields": ["last_login", "date_joined"]}),
    ]
    list_display = ["username", "public_name", "is_active", "is_staff"]
    list_filter = ["is_active", "is_superuser", "groups"]
    search_fields = ["username", "public_name", "email"]

    def has_delete_permission(self, request, obj=None):
        return False
