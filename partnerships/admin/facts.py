"""The facts of a record on pages of their own, each with the claims about it."""

from django.contrib import admin

from partnerships.admin.base import OF_PARTNER, PARTNER, AuditedAdmin
from partnerships.admin.claims import ClaimInline
from partnerships.admin.list_filters import FactNeedsWorkFilter, RelatedFilter
from partnerships.models import (
    Affiliation,
    Coverage,
    Engagement,
    Milestone,
    Namesake,
    Position,
    Subject,
)

OF_ONE_PARTNER = (PARTNER, RelatedFilter)


@admin.register(Milestone)
class MilestoneAdmin(AuditedAdmin):
    fieldsets = [
        (
            "What happened, and when",
            {
                "fields": [
                    "partnership",
                    "track",
                    "attempt",
                    "kind",
                    "date",
                    "certainty",
                ]
            },
        ),
        (
            "Particulars",
            {
                "fields": [
                    *("actor", "description", "place", "signatories"),
                    *("reference", "note"),
                ]
            },
        ),
        ("Announcement", {"fields": ["announces", "expected", "fell_through"]}),
        ("Ruling", {"fields": ["ruling"]}),
    ]
    inlines = [ClaimInline]
    autocomplete_fields = ["partnership"]
    list_display = [
        PARTNER,
        "track",
        "attempt",
        "kind",
        "date_in_words",
        "certainty",
        "actor",
    ]
    list_display_links = ["kind"]
    list_filter = [FactNeedsWorkFilter, "track", "certainty", "kind", OF_ONE_PARTNER]
    list_select_related = [PARTNER]
    search_fields = [*OF_PARTNER, "reference", "place", "note"]
    date_hierarchy = "latest"
    ordering = ["-latest", "-pk"]

    def get_fieldsets(self, request, obj=None):
        """Ask which milestone it came after, once its record is known."""
        first, *others = super().get_fieldsets(request, obj)
        if obj is None:
            return [first, *others]
        name, options = first
        return [(name, {"fields": [*options["fields"], "follows"]}), *others]

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        if follows := form.base_fields.get("follows"):
            follows.queryset = (
                Milestone.objects.filter(partnership=obj.partnership, track=obj.track)
                .exclude(pk=obj.pk)
                .select_related(PARTNER)
            )
        return form

    @admin.display(description="date", ordering="latest")
    def date_in_words(self, milestone):
        return milestone.date.display()


@admin.register(Coverage)
class CoverageAdmin(AuditedAdmin):
    fieldsets = [
        ("Cell", {"fields": ["partnership", "area", "value"]}),
        ("Ruling", {"fields": ["ruling"]}),
    ]
    inlines = [ClaimInline]
    autocomplete_fields = ["partnership", "area"]
    list_display = [PARTNER, "area", "value"]
    list_display_links = ["area"]
    list_filter = [
        FactNeedsWorkFilter,
        "value",
        ("area", RelatedFilter),
        OF_ONE_PARTNER,
    ]
    list_select_related = [PARTNER, "area"]
    search_fields = [*OF_PARTNER, "area__name", "area__short_name"]


@admin.register(Engagement)
class EngagementAdmin(AuditedAdmin):
    fieldsets = [
        ("What it is", {"fields": ["partnership", "kind", "title", "state", "note"]}),
        ("Time", {"fields": ["since", "until"]}),
        ("Dialogues", {"fields": ["level", "frequency"]}),
        (
            "European Peace Facility contributions",
            {"fields": ["amount", "currency", "amount_eur", "amount_is_total"]},
        ),
        ("Ruling", {"fields": ["ruling"]}),
    ]
    inlines = [ClaimInline]
    autocomplete_fields = ["partnership"]
    list_display = [PARTNER, "kind", "title", "state", "since"]
    list_display_links = ["title"]
    list_filter = [FactNeedsWorkFilter, "kind", "state", "frequency", OF_ONE_PARTNER]
    list_select_related = [PARTNER]
    search_fields = [*OF_PARTNER, "title", "note"]


@admin.register(Affiliation)
class AffiliationAdmin(AuditedAdmin):
    fieldsets = [
        ("Standing", {"fields": ["partner", "kind", "note"]}),
        ("Time", {"fields": ["since", "until"]}),
        ("Ruling", {"fields": ["ruling"]}),
    ]
    inlines = [ClaimInline]
    autocomplete_fields = ["partner"]
    list_display = ["partner", "kind", "since", "until"]
    list_display_links = ["kind"]
    list_filter = [FactNeedsWorkFilter, "kind"]
    list_select_related = ["partner"]
    search_fields = ["partner__name", "partner__search_text"]


class DeletableAdmin(AuditedAdmin):
    """Facts that no table of a record's page holds: they are deleted here, with a
    reason, published or not."""

    def has_delete_permission(self, request, obj=None):
        return admin.ModelAdmin.has_delete_permission(self, request, obj)


@admin.register(Subject)
class SubjectAdmin(DeletableAdmin):
    fieldsets = [
        ("Subject", {"fields": ["partnership", "name", "note"]}),
        ("Ruling", {"fields": ["ruling"]}),
    ]
    inlines = [ClaimInline]
    autocomplete_fields = ["partnership"]
    list_display = [PARTNER, "name"]
    list_display_links = ["name"]
    list_filter = [FactNeedsWorkFilter, OF_ONE_PARTNER]
    list_select_related = [PARTNER]
    search_fields = [*OF_PARTNER, "name", "note"]


@admin.register(Position)
class PositionAdmin(DeletableAdmin):
    fieldsets = [
        (
            "Who said what, and when",
            {"fields": ["partnership", "holder", "holder_kind", "date", "text"]},
        ),
        ("Ruling", {"fields": ["ruling"]}),
    ]
    inlines = [ClaimInline]
    autocomplete_fields = ["partnership"]
    list_display = ["holder", "holder_kind", "date", PARTNER]
    list_filter = [FactNeedsWorkFilter, "holder_kind", OF_ONE_PARTNER]
    list_select_related = [PARTNER]
    search_fields = [*OF_PARTNER, "holder", "text"]


@admin.register(Namesake)
class NamesakeAdmin(AuditedAdmin):
    fieldsets = [
        ("What it is", {"fields": ["title", "parties", "date", "reason"]}),
        ("Ruling", {"fields": ["ruling"]}),
    ]
    inlines = [ClaimInline]
    list_display = ["title", "parties", "date"]
    list_filter = [FactNeedsWorkFilter]
    search_fields = ["title", "parties", "reason"]
