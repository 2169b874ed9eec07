"""The list of double-checks, open and made; each is made at the desk."""

from django.contrib import admin

from partnerships.admin.base import OF_PARTNER, AuditedAdmin
from partnerships.models import DoubleCheck


@admin.register(DoubleCheck)
class DoubleCheckAdmin(AuditedAdmin):
    fieldsets = [("Double-check", {"fields": ["partnership", "in_words", "made_on"]})]
    list_display = ["partnership__partner", "in_words", "made_on"]
    list_display_links = ["in_words"]
    list_filter = [("made_on", admin.EmptyFieldListFilter)]
    list_select_related = ["partnership__partner"]
    search_fields = OF_PARTNER
    date_hierarchy = "made_on"

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    has_delete_permission = has_change_permission

    @admin.display(description="because of")
    def in_words(self, check):
        return check.in_words
