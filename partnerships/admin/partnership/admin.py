"""The page of a partnership and the list that leads to it."""

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.utils import timezone

from partnerships.actions import checking, publishing
from partnerships.admin.base import AuditedAdmin
from partnerships.admin.change_form import EXPLANATION
from partnerships.admin.checks import CheckInline
from partnerships.admin.list_filters import PartnershipNeedsWorkFilter, StatusFilter
from partnerships.admin.partnership import forms, inlines
from partnerships.choices import ChangeKind
from partnerships.dates import PartialDate, day_in_words
from partnerships.ledger import context
from partnerships.log.entries import changes_of_record
from partnerships.models import LedgerEntry, Milestone, Partnership
from partnerships.web import status_words


@admin.register(Partnership)
class PartnershipAdmin(AuditedAdmin):
    form = forms.PartnershipForm
    action_form = forms.ReasonActionForm
    actions = ["looked", "publish", "unpublish"]
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
        CheckInline,
    ]
    autocomplete_fields = ["partner"]
    list_display = [
        *("partner", "headline", "safe", "signed", "disagreements"),
        *("is_published", "checked_through"),
    ]
    list_filter = [
        StatusFilter,
        PartnershipNeedsWorkFilter,
        "is_published",
        "partner__region",
    ]
    list_select_related = ["partner"]
    search_fields = ["partner__name", "partner__search_text", "title", "search_text"]
    ordering = ["partner__name"]  # the model's own order does not outlive a maximum

    def get_queryset(self, request):
        rows, match = super().get_queryset(request), request.resolver_match
        if match and not match.url_name.endswith("_changelist"):
            return rows  # statuses of all are read for the list alone
        rows = rows.with_status(on=timezone.localdate())
        return rows.with_open_disagreement_count().with_checked_through()

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

    def has_check_permission(self, request):
        return request.user.has_perm("partnerships.add_check")

    def has_publish_permission(self, request):
        return request.user.has_perm("partnerships.publish_partnership")

    def save_related(self, request, form, formsets, change):
        """Save the rows, saying why where they are checks alone, and give each fact
        that is entered, and each that had no source if the editor says so, a claim of
        the source that was chosen."""
        if _enters_checks_alone(form, formsets):
            under_way = context.current()
            under_way.reason = under_way.reason or checking.REASON
            under_way.kind = under_way.kind or ChangeKind.EDITORIAL
        super().save_related(request, form, formsets, change)
        if not form.cleaned_data.get("source"):
            return
        cited = {
            name: form.cleaned_data[name] for name in ("source", "locator", "wording")
        }
        facts = []
        for formset in formsets:
            if isinstance(formset, inlines.FactFormSet):
                for row in formset.changed_facts():
                    if formset.value_fields & {*row.changed_data}:
                        facts.append((row.instance, ""))
                    facts += [(row.instance, a) for a in formset.changed_aspects(row)]
        if form.cleaned_data["cite_earlier"]:
            unsourced = ((fact, "") for fact in form.instance.unsourced_facts())
            facts += [fact for fact in unsourced if fact not in facts]
        for fact, aspect in facts:
            publishing.cite_source(fact=fact, aspect=aspect, **cited)
        if not facts:
            self.message_user(request, forms.NOTHING_CITED, messages.WARNING)

    def log(self, instance):
        return changes_of_record(LedgerEntry.objects.all(), instance.partner.slug)

    def get_view_on_site_url(self, obj=None):
        return super().get_view_on_site_url(obj) if obj and obj.is_published else None

    @admin.display(description="today")
    def status_today(self, partnership):
        """The computed status, the milestones that decided it, and how far it is
        known."""
        # As stored: a form that is refused may hold something else.
        rows = Partnership.objects.filter(pk=partnership.pk).with_checked_through()
        (stored,) = rows.as_of(timezone.localdate())
        pks = [pk for pk in (stored.sdp_milestone_id, stored.safe_milestone_id) if pk]
        milestones = Milestone.objects.in_bulk(pks)
        because = " and ".join(
            f"“{milestones[pk].get_kind_display()}” ({milestones[pk].date.display()})"
            for pk in pks
        )
        status = f"{self.headline(stored)}; SAFE: {self.safe(stored)}"
        through = stored.checked_through
        how_far = (
            f"Checked through {day_in_words(through)}" if through else "Not checked"
        )
        because = f", because of {because}" if because else ""
        return f"{status}{because}. {how_far}."

    @admin.display(description="status", ordering="status")
    def headline(self, partnership):
        return status_words.label(partnership)

    @admin.display(description="SAFE", ordering="safe_status")
    def safe(self, partnership):
        return status_words.label(partnership, "safe_status")

    @admin.display(description="signed on", ordering="signed_latest", empty_value="–")
    def signed(self, partnership):
        signed_on = partnership.signed_on
        return signed_on.display() if isinstance(signed_on, PartialDate) else None

    @admin.display(ordering="open_disagreements")
    def disagreements(self, partnership):
        return partnership.open_disagreements

    @admin.display(ordering="checked_through")
    def checked_through(self, partnership):
        return partnership.checked_through

    @admin.action(
        description="Looked, nothing new, through today", permissions=["check"]
    )
    def looked(self, request, queryset):
        reason = self._reason(request, checking.REASON)
        if reason is None:
            return
        today = timezone.localdate()
        rows = {True: [], False: []}
        for partnership in queryset:
            rows[partnership.checked_through == today].append(partnership)
        checking.check_partnerships(
            partnerships=rows[False], through=today, by=request.user, reason=reason
        )
        for is_checked, level in ((False, messages.SUCCESS), (True, messages.WARNING)):
            for partnership in rows[is_checked]:
                already = " already" * is_checked
                done = f"checked through {day_in_words(today)}{already}."
                self.message_user(request, f"{partnership.partner}: {done}", level)

    @admin.action(description="Publish", permissions=["publish"])
    def publish(self, request, queryset):
        rows = queryset.filter(is_published=False)
        self._run(request, rows, publishing.publish_partnership, "is published")

    @admin.action(description="Unpublish", permissions=["publish"])
    def unpublish(self, request, queryset):
        rows = queryset.filter(is_published=True)
        self._run(request, rows, publishing.unpublish_partnership, "is a draft again")

    def _reason(self, request, default=""):
        """Return the reason given; None, with a message, where it cannot be one."""
        try:
            return forms.REASON.clean(request.POST.get("reason", "").strip() or default)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return None

    def _run(self, request, partnerships, action, done: str):
        """Do this to each of the partnerships, and say what came of it."""
        reason = self._reason(request)
        if reason is None:
            return
        for partnership in partnerships:
            try:
                action(partnership=partnership, by=request.user, reason=reason)
            except ValidationError as error:
                problem = f"{partnership}: {' '.join(error.messages)}"
                self.message_user(request, problem, messages.ERROR)
            else:
                self.message_user(request, f"{partnership} {done}.", messages.SUCCESS)


def _enters_checks_alone(form, formsets) -> bool:
    """Return whether nothing changes but rows that need no reason of the editor's."""
    needy = [formset for formset in formsets if formset.needs_reason]
    is_changed = {*form.changed_data} - {*EXPLANATION, *forms.CITATION}
    return not is_changed and not any(formset.has_changed() for formset in needy)
