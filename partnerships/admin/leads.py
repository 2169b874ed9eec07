"""Leads: what came in, what is done about it, and what became of it."""

from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db import models
from django.db.models import Q
from django.shortcuts import redirect
from django.utils import timezone

from partnerships.actions import leads
from partnerships.admin.base import OF_PARTNER, PARTNER
from partnerships.admin.list_filters import ConditionFilter
from partnerships.choices import LeadOrigin, LeadOutcome
from partnerships.log.operations import done_by, first_changes
from partnerships.models import Lead, LedgerEntry, Source
from partnerships.models.source import WEB
from partnerships.text import tidy


class LeadForm(forms.ModelForm):
    #: The account that fills it in.
    by = None

    became = forms.ChoiceField(
        label="Which change",
        required=False,
        help_text="The change of yours that it became, if it is among the last.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "became" in self.fields:
            self.initial["became"] = str(self.instance.operation or "")
            self.fields["became"].choices = [
                ("", "None of them"),
                *changes_to_name(self.instance, self.by),
            ]

    def clean(self):
        cleaned = super().clean()
        for name in ("published_on", "sentence", "answer"):
            if name in cleaned:
                cleaned[name] = tidy(cleaned[name]).strip()
        is_from_desk = self.instance.origin == LeadOrigin.DESK
        if is_from_desk and not (cleaned.get("url") or cleaned.get("sentence")):
            raise forms.ValidationError("Give its address, or say what it is about.")
        if self.data.get("seen") not in (None, self.instance.version):
            raise forms.ValidationError(
                "Somebody changed this lead meanwhile; it is now: "
                f"{self.instance.state}. Nothing that you sent is saved: open it again."
            )
        self._refuse_twice(cleaned.get("url"))
        if cleaned.get("outcome") == LeadOutcome.ACCEPTED and not cleaned["became"]:
            self.add_error(
                "became",
                "Name the change that it became; until there is one, leave it open.",
            )
        if cleaned.get("outcome") and not cleaned.get("answer"):
            is_said = cleaned["outcome"] == LeadOutcome.ACCEPTED
            if not is_said or self.instance.origin == LeadOrigin.REPORT:
                self.add_error("answer", "Say why, or what was done, in a sentence.")
        if cleaned.get("answer") and not cleaned.get("outcome"):
            self.add_error("outcome", "Choose what became of it, or empty the answer.")
        return cleaned

    def _refuse_twice(self, url):
        """Refuse an address that waits in another lead."""
        others = Lead.objects.open().exclude(pk=self.instance.pk)
        if not url or "url" not in self.changed_data:
            return
        if not WEB.regex.match(url):
            self.add_error("url", WEB.message)
        elif others.filter(url__in=[url, f"{url}/", url.rstrip("/")]).exists():
            self.add_error("url", "It is among the leads already: search for it there.")


class LeadStateFilter(ConditionFilter):
    title = "state"
    parameter_name = "state"

    def get_conditions(self, rows):
        on = timezone.localdate()
        is_open = Q(outcome="")
        return {
            "due": ("Due", is_open & ~Q(follow_up_on__gt=on)),
            "later": ("To be followed up later", is_open & Q(follow_up_on__gt=on)),
            "new": ("Taken by nobody", is_open & Q(taken_by=None)),
            "open": ("Open", is_open),
            "closed": ("Closed", ~is_open),
        }


@admin.register(Lead)
class LeadAdmin(admin.ModelAdmin):
    """The inbox. Its rows are private and in no trail, so that none asks for a reason;
    a reader's words are never changed."""

    form = LeadForm
    change_form_template = "admin/desk/lead.html"
    add_form_template = "admin/change_form.html"
    list_display = ["__str__", "state", "origin", PARTNER, "follow_up_on", "made_at"]
    list_filter = [LeadStateFilter, "origin"]
    list_select_related = ["taken_by", PARTNER]
    search_fields = ["sentence", "url", "number", *OF_PARTNER]
    autocomplete_fields = ["partnership"]
    formfield_overrides = {
        models.URLField: {"assume_scheme": "https"},
        models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 3})},
        models.DateField: {"widget": forms.DateInput(attrs={"type": "date"})},
    }

    class Media:
        css = {"all": ["partnerships/admin.css", "partnerships/desk.css"]}

    actions = None

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        return type("LeadForm", (form,), {"by": request.user})

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "partnership":
            field.widget = field.widget.widget  # without links that make another
        return field

    def get_fieldsets(self, request, obj=None):
        document = ["url", "published_on", "language", "sentence", "partnership"]
        fieldsets = [("What came in", {"fields": [*document, "follow_up_on"]})]
        if obj:
            outcome = ["outcome", "answer"]
            if self.has_change_permission(request, obj):
                outcome.append("became")
            fieldsets.append(("What became of it", {"fields": outcome}))
        return fieldsets

    def get_readonly_fields(self, request, obj=None):
        return ["url", "sentence"] if obj and obj.origin != LeadOrigin.DESK else []

    def change_view(self, request, object_id, form_url="", extra_context=None):
        lead = self.get_object(request, object_id)
        context = {
            "lead": lead,
            "may_change_lead": self.has_change_permission(request, lead),
            "known": lead and _known(lead),
        }
        return super().change_view(request, object_id, form_url, context)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.made_by = request.user
        elif "_take" in request.POST:
            obj.taken_by = request.user
        if obj.outcome:
            is_accepted = obj.outcome == LeadOutcome.ACCEPTED
            became = is_accepted and form.cleaned_data.get("became")
            obj.taken_by = obj.taken_by or request.user
            operation = UUID(became) if became else None
            obj.close(obj.outcome, answer=obj.answer, operation=operation)
        elif "outcome" in form.changed_data:
            obj.operation = obj.closed_at = None
        super().save_model(request, obj, form, change)

    def response_add(self, request, obj, post_url_continue=None):
        messages.success(request, f"Noted: {obj}.")
        if known := _known(obj):
            messages.info(request, f"The document is on record: {known}.")
        if "_addanother" in request.POST:
            return redirect("admin:partnerships_lead_add")
        return redirect("admin:partnerships_lead_changelist")

    def response_change(self, request, obj):
        if "_enter" in request.POST:
            try:
                draft = leads.enter(obj, by=request.user)
            except leads.IsEntered as error:
                messages.warning(request, str(error))
                return redirect("admin:partnerships_lead_change", obj.pk)
            return redirect("admin:desk-document", draft.pk)
        return super().response_change(request, obj)

    def log_addition(self, request, obj, message):
        """Keep no log of Django's own, which would keep what is private."""

    log_change = log_addition

    def log_deletions(self, request, queryset):
        """Keep no log of Django's own, which would keep what is private."""

    def lookup_allowed(self, lookup, value, request):
        """Let nobody ask by what is private, letter by letter."""
        return lookup in ("state", "origin__exact")


def changes_to_name(lead, user):
    """Return the changes that a lead may have become, each by its operation: those of
    its partnership since it came in, and the last of the account."""
    named = {str(done.operation): done.title for done in done_by(user)}
    since = LedgerEntry.objects.filter(at__gte=lead.made_at).exclude(number=None)
    if lead.partnership_id:
        own = since.filter(partnership_id=lead.partnership_id).order_by("-number")
        newest = dict.fromkeys(own.values_list("operation", flat=True)[:50])
        titles = first_changes(map(str, newest))
        named |= {operation: title for (operation, _), title in titles.items()}
    if lead.operation:
        named.setdefault(str(lead.operation), "The change that it became")
    return named.items()


def _known(lead):
    """Return the source at the address of a lead, if it is on record."""
    return Source.objects.filter(url=lead.url).first() if lead.url else None
