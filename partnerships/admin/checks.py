"""Checks: editors' looks for news, which say how far each record knows."""

from django.contrib import admin

from partnerships.admin.audited_inlines import AuditedFormSet, AuditedInline
from partnerships.admin.base import OF_PARTNER, AuditedAdmin
from partnerships.models import Check


class CheckFormSet(AuditedFormSet):
    """Checks say by themselves why they are made."""

    needs_reason = False


class CheckInline(AuditedInline):
    """Checks on the page of a record: new ones are entered, earlier ones are read. One
    is corrected on its own page."""

    model = Check
    formset = CheckFormSet
    fields = ["through", "made_on", "found"]
    verbose_name_plural = "checks for news"

    def has_change_permission(self, request, obj=None):
        return False

    has_delete_permission = has_change_permission

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        kwargs["show_hidden_initial"] = False  # for a default that is worked out
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(Check)
class CheckAdmin(AuditedAdmin):
    fieldsets = [("Check", {"fields": ["partnership", "through", "made_on", "found"]})]
    autocomplete_fields = ["partnership"]
    list_display = ["partnership__partner", "through", "made_on", "found"]
    list_display_links = ["through"]
    list_select_related = ["partnership__partner"]
    search_fields = [*OF_PARTNER, "found"]
    date_hierarchy = "through"
