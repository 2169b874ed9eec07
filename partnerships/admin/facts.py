"""The facts of a record on pages of their own, each with the claims about it."""

from django.contrib import admin
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from partnerships.actions.proposing import may_publish
from partnerships.admin.base import OF_PARTNER, PARTNER, AuditedAdmin
from partnerships.admin.claims import ClaimInline
from partnerships.admin.list_filters import FactNeedsWorkFilter, RelatedFilter
from partnerships.models import (
    Affiliation,
    Claim,
    Coverage,
    Engagement,
    Milestone,
    Namesake,
    Partnership,
    Position,
    Subject,
)
from partnerships.web import status_words

OF_ONE_PARTNER = (PARTNER, RelatedFilter)


class FactAdmin(AuditedAdmin):
    """Facts with their claims. Their forms lead back to the record, and say of what is
    published where it is deleted."""

    inlines = [ClaimInline]
    #: The form that has them as rows, by the name of its address, and the field with
    #: the id that this takes; None where no form has them.
    row_of: tuple[str, str] | None = None

    def response_post_save_change(self, request, obj):
        record = obj.partnership_or_none
        if record is None:
            return super().response_post_save_change(request, obj)
        return redirect("admin:partnerships_partnership_change", record.pk)

    response_post_save_add = response_post_save_change

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj and request.user.has_perm("partnerships.add_claim"):
            to = reverse("admin:partnerships_claim_add")
            context["claim_at"] = f"{to}?{self.opts.model_name}={obj.pk}"
        if obj and self.row_of and not self.has_delete_permission(request, obj):
            name, field = self.row_of
            pk = getattr(obj, field)
            context["deleted_at"] = reverse(f"admin:partnerships_{name}", args=[pk])
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)


class DeletableAdmin(FactAdmin):
    """Facts that no table of a record's page holds: they are deleted here with their
    claims, with a reason, published ones by those who may publish."""

    def has_delete_permission(self, request, obj=None):
        if obj is not None and obj.is_public and not may_publish(request.user):
            return False
        return admin.ModelAdmin.has_delete_permission(self, request, obj)

    def get_deleted_objects(self, objs, request):
        *found, lacking, protected = super().get_deleted_objects(objs, request)
        if request.user.has_perm("partnerships.delete_claim"):
            lacking -= {Claim._meta.verbose_name}  # no claim outlives its fact
        return *found, lacking, protected


def _statuses(milestone) -> dict[str, str]:
    """Return the status of its record on both tracks, as stored, in words."""
    records = Partnership.objects.filter(pk=milestone.partnership_id)
    (record,) = records.as_of(timezone.localdate())
    return {
        "Partnership": status_words.label(record, "sdp_status"),
        "SAFE": status_words.label(record, "safe_status"),
    }


def _what_became(before: dict[str, str], after: dict[str, str]) -> str:
    """Return a sentence for each track on the statuses before a save and after it."""
    return " ".join(
        f"{track}: the status stays {was}."
        if was == after[track]
        else f"{track}: {was} → {after[track]}."
        for track, was in before.items()
    )


@admin.register(Milestone)
class MilestoneAdmin(FactAdmin):
    row_of = "partnership_milestones", "partnership_id"
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

    def save_form(self, request, form, change):
        milestone = super().save_form(request, form, change)
        request.statuses = _statuses(milestone)
        return milestone

    def response_change(self, request, obj):
        self.message_user(request, _what_became(request.statuses, _statuses(obj)))
        return super().response_change(request, obj)

    def response_add(self, request, obj, post_url_continue=None):
        self.message_user(request, _what_became(request.statuses, _statuses(obj)))
        return super().response_add(request, obj, post_url_continue)

    @admin.display(description="date", ordering="latest")
    def date_in_words(self, milestone):
        return milestone.date.display()


@admin.register(Coverage)
class CoverageAdmin(FactAdmin):
    fieldsets = [
        ("Cell", {"fields": ["partnership", "area", "value"]}),
        ("Ruling", {"fields": ["ruling"]}),
    ]
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
class EngagementAdmin(FactAdmin):
    row_of = "partnership_ties", "partnership_id"
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
    autocomplete_fields = ["partnership"]
    list_display = [PARTNER, "kind", "title", "state", "since"]
    list_display_links = ["title"]
    list_filter = [FactNeedsWorkFilter, "kind", "state", "frequency", OF_ONE_PARTNER]
    list_select_related = [PARTNER]
    search_fields = [*OF_PARTNER, "title", "note"]


@admin.register(Affiliation)
class AffiliationAdmin(FactAdmin):
    row_of = "partner_change", "partner_id"
    fieldsets = [
        ("Standing", {"fields": ["partner", "kind", "note"]}),
        ("Time", {"fields": ["since", "until"]}),
        ("Ruling", {"fields": ["ruling"]}),
    ]
    autocomplete_fields = ["partner"]
    list_display = ["partner", "kind", "since", "until"]
    list_display_links = ["kind"]
    list_filter = [FactNeedsWorkFilter, "kind"]
    list_select_related = ["partner"]
    search_fields = ["partner__name", "partner__search_text"]


@admin.register(Subject)
class SubjectAdmin(DeletableAdmin):
    fieldsets = [
        ("Subject", {"fields": ["partnership", "name", "note"]}),
        ("Ruling", {"fields": ["ruling"]}),
    ]
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
    autocomplete_fields = ["partnership"]
    list_display = ["holder", "holder_kind", "date", PARTNER]
    list_filter = [FactNeedsWorkFilter, "holder_kind", OF_ONE_PARTNER]
    list_select_related = [PARTNER]
    search_fields = [*OF_PARTNER, "holder", "text"]


@admin.register(Namesake)
class NamesakeAdmin(DeletableAdmin):
    fieldsets = [
        ("What it is", {"fields": ["title", "parties", "date", "reason"]}),
        ("Ruling", {"fields": ["ruling"]}),
    ]
    list_display = ["title", "parties", "date"]
    list_filter = [FactNeedsWorkFilter]
    search_fields = ["title", "parties", "reason"]
