"""The page of a partnership and the list that leads to it."""

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.utils import timezone

from partnerships.actions import publishing
from partnerships.admin.base import AuditedAdmin
from partnerships.admin.list_filters import PartnershipNeedsWorkFilter, StatusFilter
from partnerships.admin.partnership import forms, inlines
from partnerships.choices import SafeStatus, Status
from partnerships.dates import PartialDate
from partnerships.log.entries import changes_of_record
from partnerships.models import LedgerEntry, Milestone, Partnership


@admin.register(Partnership)
class PartnershipAdmin(AuditedAdmin):
    form = forms.PartnershipForm
    action_form = forms.ReasonActionForm
    actions = ["publish", "unpublish"]
    fieldsets = [
        ("Identity", {"fields": ["partner", "title", "summary", "official_text_url"]}),
        (
            "Content as stated",
            {
                "fields": [
                    "stated_areas",
                    "stated_areas_ruling",
                    "review_clause",
                    "review_clause_ruling",
                ]
            },
        ),
        ("Editing", {"fields": ["is_published", "internal_notes"]}),
    ]
    inlines = [
        inlines.MilestoneInline,
        inlines.CoverageInline,
        inlines.EngagementInline,
        inlines.PartnershipClaimInline,
    ]
    autocomplete_fields = ["partner"]
    list_display = [
        *("partner", "headline", "safe", "signed", "disagreements"),
        *("is_published", "reviewed_on"),
    ]
    list_filter = [
        StatusFilter,
        PartnershipNeedsWorkFilter,
        "is_published",
        "partner__region",
    ]
    list_select_related = ["partner"]
    search_fields = ["partner__name", "partner__search_text", "title", "search_text"]
    date_hierarchy = "reviewed_on"

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows.with_status(on=timezone.localdate()).with_open_disagreement_count()

    def get_readonly_fields(self, request, obj=None):
        may_publish = self.has_publish_permission(request)
        return ["status_today"] if may_publish else ["status_today", "is_published"]

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj:
            fieldsets.insert(0, ("Status", {"fields": ["status_today"]}))
        if self.may_write(request, obj):
            name, options = fieldsets[-1]
            fieldsets[-1] = (name, {"fields": [*options["fields"], *forms.CITATION]})
        return fieldsets

    def has_publish_permission(self, request):
        return request.user.has_perm("partnerships.publish_partnership")

    def save_formset(self, request, form, formset, change):
        super().save_formset(request, form, formset, change)
        if isinstance(formset, inlines.FactFormSet) and form.cleaned_data.get("source"):
            self._cite(form, [row.instance for row in formset.changed_facts()])

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if form.cleaned_data.get("cite_earlier"):
            self._cite(form, form.instance.unsourced_facts())

    def _cite(self, form, facts):
        """Give each of these facts a claim of the source that was chosen."""
        cited = {
            name: form.cleaned_data[name] for name in ("source", "locator", "wording")
        }
        for fact in facts:
            publishing.cite_source(fact=fact, **cited)

    def log(self, instance):
        return changes_of_record(LedgerEntry.objects.all(), instance.partner.slug)

    def get_view_on_site_url(self, obj=None):
        return super().get_view_on_site_url(obj) if obj and obj.is_published else None

    @admin.display(description="today")
    def status_today(self, partnership):
        """The computed status, and the milestones that decided it."""
        # As stored: a form that is refused may hold something else.
        (stored,) = Partnership.objects.filter(pk=partnership.pk).as_of(
            timezone.localdate()
        )
        pks = [pk for pk in (stored.sdp_milestone_id, stored.safe_milestone_id) if pk]
        milestones = Milestone.objects.in_bulk(pks)
        because = " and ".join(
            f"“{milestones[pk].get_kind_display()}” ({milestones[pk].date.display()})"
            for pk in pks
        )
        status = f"{self.headline(partnership)}; SAFE: {self.safe(partnership)}"
        return f"{status}, because of {because}" if because else status

    @admin.display(description="status", ordering="status")
    def headline(self, partnership):
        return Status(partnership.status).label

    @admin.display(description="SAFE", ordering="safe_status")
    def safe(self, partnership):
        return SafeStatus(partnership.safe_status).label

    @admin.display(description="signed on", ordering="signed_latest", empty_value="–")
    def signed(self, partnership):
        signed_on = partnership.signed_on
        return signed_on.display() if isinstance(signed_on, PartialDate) else None

    @admin.display(ordering="open_disagreements")
    def disagreements(self, partnership):
        return partnership.open_disagreements

    @admin.action(description="Publish", permissions=["publish"])
    def publish(self, request, queryset):
        rows = queryset.filter(is_published=False)
        self._run(request, rows, publishing.publish_partnership, "is published")

    @admin.action(description="Unpublish", permissions=["publish"])
    def unpublish(self, request, queryset):
        rows = queryset.filter(is_published=True)
        self._run(request, rows, publishing.unpublish_partnership, "is a draft again")

    def _run(self, request, partnerships, action, done: str):
        """Do this to each of the partnerships, and say what came of it."""
        try:
            reason = forms.REASON.clean(request.POST.get("reason", ""))
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return
        for partnership in partnerships:
            try:
                action(partnership=partnership, by=request.user, reason=reason)
            except ValidationError as error:
                problem = f"{partnership}: {' '.join(error.messages)}"
                self.message_user(request, problem, messages.ERROR)
            else:
                self.message_user(request, f"{partnership} {done}.", messages.SUCCESS)
