"""The page on which a record is kept: a partnership with its milestones, areas and
engagements, and the source of what changes."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils import timezone

from partnerships.actions.publishing import (
    cite_source,
    publish_partnership,
    unpublish_partnership,
)
from partnerships.admin.base import (
    AuditedAdmin,
    AuditedFormSet,
    AuditedInline,
    ChangeForm,
)
from partnerships.admin.facts import ClaimInline
from partnerships.admin.quality import PartnershipQualityFilter, StatusFilter
from partnerships.choices import CoverageValue, MilestoneKind, SafeStatus, Status
from partnerships.dates import PartialDate
from partnerships.log.entries import record_changes
from partnerships.models import (
    Area,
    Claim,
    Coverage,
    Engagement,
    LedgerEntry,
    Milestone,
    Partnership,
    Source,
)
from partnerships.selectors.record import partnership_record

SOURCE_IS_MISSING = (
    "Every fact of a published record needs a source: choose it under “This change”."
)


class PartnershipForm(ChangeForm):
    """Asks also which document says what is entered below."""

    source = forms.ModelChoiceField(
        Source.objects.all(),
        required=False,
        help_text=(
            "The document that says what you enter or change below. Each such "
            "milestone, cell and engagement gets a claim of it."
        ),
    )
    locator = forms.CharField(
        label="Place in the source",
        required=False,
        max_length=200,
        help_text="As in “Table 1” or “section Norway”; required with a source.",
    )
    wording = forms.CharField(
        label="Its words",
        required=False,
        max_length=200,
        help_text="The few words that matter, above all the verb.",
    )

    cite_earlier = forms.BooleanField(
        label="Also for what is here without a source",
        required=False,
        help_text=(
            "The same place in the source also says the milestones and areas that were "
            "entered earlier and have no claim yet."
        ),
    )

    def version(self):
        """Of the partnership and of the rows on its page."""
        rows = [
            model.history.filter(partnership_id=self.instance.pk)
            for model in (Milestone, Coverage, Engagement, Claim)
        ]
        newest = [row.aggregate(newest=Max("history_id"))["newest"] for row in rows]
        return "-".join([super().version(), *map(str, newest)])

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("cite_earlier") and not cleaned.get("source"):
            self.add_error("source", "Choose the source that says it.")
        if cleaned.get("source") and not cleaned.get("locator"):
            self.add_error("locator", "Say where in the source it stands.")
        return cleaned


class FactFormSet(AuditedFormSet):
    """Facts of one kind. On a published record each new value needs a source."""

    #: The fields that hold what a source says.
    value_fields: set[str] = set()

    def clean(self):
        super().clean()
        if self.instance.is_public and not self.data.get("source"):
            for form in self.facts_changed():
                if not self._has_claim(form.instance):
                    form.add_error(None, SOURCE_IS_MISSING)

    def facts_changed(self) -> list:
        """The forms in which a new value is entered."""
        return [
            form
            for form in self.forms
            if not self._should_delete_form(form)
            and form.is_valid()
            and self.value_fields & {*form.changed_data}
            and form.instance.stated_value != CoverageValue.NOT_ASSESSED
        ]

    def _has_claim(self, fact) -> bool:
        says = fact.stated_value
        return bool(fact.pk) and fact.claims.filter(says=says).exists()


class MilestoneFormSet(FactFormSet):
    """Milestones are checked together, as the sequence that they would make."""

    value_fields = {"track", "kind", "date"}

    def _construct_form(self, i, **kwargs):
        form = super()._construct_form(i, **kwargs)
        form.instance.order_is_checked_elsewhere = True
        return form

    def clean(self):
        super().clean()
        if any(self.errors) or not self.instance.partner_id:
            return
        kept = [form for form in self.forms if not form.cleaned_data.get("DELETE")]
        kept = [form for form in kept if form.instance.is_complete]
        forms_by_milestone = {id(form.instance): form for form in kept}
        for milestone, sentence in self.instance.new_refusals(
            [form.instance for form in kept]
        ):
            forms_by_milestone[id(milestone)].add_error(None, sentence)

    def identity(self, row):
        if row.kind in (MilestoneKind.STATEMENT, MilestoneKind.DIALOGUE_HELD):
            return None
        return row.track, row.kind, row.date


class MilestoneInline(AuditedInline):
    model = Milestone
    formset = MilestoneFormSet
    fields = ["track", "kind", "date", "place", "reference", "note"]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "note":
            kwargs["widget"] = forms.Textarea(attrs={"rows": 2, "cols": 30})
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class AreaField(forms.TypedChoiceField):
    """Says which area a row is about. It is never itself a change."""

    def has_changed(self, initial, data):
        return False


class CoverageFormSet(FactFormSet):
    """A row for every area; one that is left at "not assessed" is not stored."""

    value_fields = {"value"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.areas = {str(area.pk): area for area in Area.objects.all()}
        stored = {cell.area_id for cell in self.get_queryset()}
        self.missing = [area for area in self.areas.values() if area.pk not in stored]
        self.extra = len(self.missing)

    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.fields["area"] = AreaField(
            choices=list(self.areas.items()),
            coerce=self.areas.get,
            widget=forms.HiddenInput,
        )

    def _construct_form(self, i, **kwargs):
        form = super()._construct_form(i, **kwargs)
        if i >= self.initial_form_count() and (area := self._area_of(form, i)):
            form.instance.area = area
            form.initial["area"] = area.pk
        return form

    def _area_of(self, form, i):
        """The area of a row that is not stored. A form that comes back says it itself:
        areas and cells may have been added since it was shown."""
        if self.is_bound:
            return self.areas.get(self.data.get(form.add_prefix("area")))
        position = i - self.initial_form_count()
        return self.missing[position] if position < len(self.missing) else None


class CoverageInline(AuditedInline):
    model = Coverage
    formset = CoverageFormSet
    fields = ["name", "value", "ruling", "area"]
    readonly_fields = ["name"]
    can_delete = False
    verbose_name_plural = "areas of cooperation"

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows.select_related("area", "partnership__partner").order_by(
            "area__number"
        )

    def get_max_num(self, request, obj=None, **kwargs):
        # Django sets it to 0 for those who may not add rows: they see what is stored.
        return 0 if self.max_num == 0 else Area.objects.count()

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "ruling":
            kwargs["widget"] = forms.Textarea(attrs={"rows": 1, "cols": 60})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description="area")
    def name(self, cell):
        return cell.area


class EngagementFormSet(FactFormSet):
    value_fields = {"kind", "title", "since", "frequency", "amount", "currency"}

    def identity(self, row):
        return row.kind, row.title, row.since


class EngagementInline(AuditedInline):
    model = Engagement
    formset = EngagementFormSet
    fields = [
        "kind",
        "title",
        "since",
        "level",
        "frequency",
        "amount",
        "currency",
        "amount_eur",
    ]


class PartnershipClaimInline(ClaimInline):
    """Claims about the partnership itself: its stated number of areas, its review."""

    fk_name = "partnership"
    fields = ["partnership_fact", *ClaimInline.fields]
    verbose_name_plural = (
        "claims about the stated number of areas and the review clause"
    )

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "partnership_fact":
            kwargs["required"] = True
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class ReasonActionForm(ActionForm):
    """Whether the reason is one is said by the actions: Django answers every error of
    this form by "No action selected"."""

    reason = forms.Field(required=False)


#: As an action asks for it.
_REASON = forms.CharField(
    max_length=500,
    error_messages={"required": "This needs a reason: say why. Readers will see it."},
)


@admin.register(Partnership)
class PartnershipAdmin(AuditedAdmin):
    form = PartnershipForm
    action_form = ReasonActionForm
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
        ("Editing", {"fields": ["is_published", "reviewed_on", "internal_notes"]}),
    ]
    inlines = [
        MilestoneInline,
        CoverageInline,
        EngagementInline,
        PartnershipClaimInline,
    ]
    autocomplete_fields = ["partner"]
    list_display = [
        "partner",
        "headline",
        "safe",
        "signed",
        "disagreements",
        "is_published",
        "reviewed_on",
    ]
    list_filter = [
        StatusFilter,
        PartnershipQualityFilter,
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
        computed = ("status_today",)
        if self.has_publish_permission(request):
            return computed
        return (*computed, "is_published")

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj:
            fieldsets.insert(0, ("Status", {"fields": ["status_today"]}))
        if self._may_write(request, obj):
            name, options = fieldsets[-1]
            cited = ["source", "locator", "wording", "cite_earlier"]
            fieldsets[-1] = (name, {"fields": [*options["fields"], *cited]})
        return fieldsets

    def has_publish_permission(self, request):
        return request.user.has_perm("partnerships.publish_partnership")

    def save_formset(self, request, form, formset, change):
        """Each value that was entered gets a claim of the source that was chosen."""
        super().save_formset(request, form, formset, change)
        source = form.cleaned_data.get("source")
        if not source or not isinstance(formset, FactFormSet):
            return
        for fact_form in formset.facts_changed():
            cite_source(
                fact=fact_form.instance,
                source=source,
                locator=form.cleaned_data["locator"],
                wording=form.cleaned_data["wording"],
            )

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if form.cleaned_data.get("cite_earlier"):
            for fact in form.instance.unsourced_facts():
                cite_source(
                    fact=fact,
                    source=form.cleaned_data["source"],
                    locator=form.cleaned_data["locator"],
                    wording=form.cleaned_data["wording"],
                )

    def log(self, instance):
        return record_changes(LedgerEntry.objects.all(), instance.partner.slug)

    def get_view_on_site_url(self, obj=None):
        return super().get_view_on_site_url(obj) if obj and obj.is_published else None

    @admin.display(description="today")
    def status_today(self, partnership):
        """The computed status, and the milestones that decided it."""
        # As stored: a form that is refused may hold another partner.
        stored = Partnership.objects.select_related("partner").get(pk=partnership.pk)
        record = partnership_record(
            stored.partner.slug, on=timezone.localdate(), with_drafts=True
        )
        because = " and ".join(
            f"“{fact.about.get_kind_display()}” ({fact.about.date.display()})"
            for _, fact in record.because
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
        if not (reason := self._reason(request)):
            return
        for partnership in queryset.filter(is_published=False):
            try:
                publish_partnership(
                    partnership=partnership, by=request.user, reason=reason
                )
            except ValidationError as error:
                problem = f"{partnership}: {' '.join(error.messages)}"
                self.message_user(request, problem, messages.ERROR)
            else:
                done = f"{partnership} is published."
                self.message_user(request, done, messages.SUCCESS)

    @admin.action(description="Unpublish", permissions=["publish"])
    def unpublish(self, request, queryset):
        if not (reason := self._reason(request)):
            return
        for partnership in queryset.filter(is_published=True):
            unpublish_partnership(
                partnership=partnership, by=request.user, reason=reason
            )
            done = f"{partnership} is a draft again."
            self.message_user(request, done, messages.SUCCESS)

    def _reason(self, request) -> str | None:
        """The reason given for an action; None, with a message, where it is none."""
        try:
            return _REASON.clean(request.POST.get("reason", ""))
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
