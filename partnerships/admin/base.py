"""What every editing form shares: the reason, the trail, and what cannot be deleted."""

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import Max
from django.forms.models import BaseInlineFormSet, InlineForeignKeyField
from django.http import QueryDict
from django.template.response import TemplateResponse

from partnerships.choices import ChangeKind
from partnerships.ledger import context
from partnerships.log.entries import described_changes
from partnerships.models import LedgerEntry

REASON_IS_MISSING = (
    "This record is published: say why you change it. Readers will see the reason."
)
CHANGED_MEANWHILE = (
    "Somebody changed this record while you had it open; see its history. Nothing "
    "of yours is saved: open the page anew and enter your change again."
)
KIND_IS_MISSING = "Say of what kind the change is."
TYPED_KINDS = [kind for kind in ChangeKind if kind != ChangeKind.IMPORT]


class CheckedForm(forms.ModelForm):
    """A form that checks every constraint of its model."""

    def _post_clean(self):
        # Django checks none that involves a field which the form lacks, such as the
        # record that a row belongs to; the database would answer with a server error.
        super()._post_clean()
        unknown = {
            name
            for name, field in self.fields.items()
            if isinstance(field, InlineForeignKeyField)
            and field.parent_instance.pk is None
        }
        if not self.errors:
            try:
                self.instance.validate_constraints(exclude=unknown)
            except ValidationError as error:
                self.add_error(None, error.messages)


class ChangeForm(CheckedForm):
    """A form that asks why, and of what kind the change is."""

    change_reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 80}),
        help_text="Why you make this change. Public; required once it is published.",
    )
    change_kind = forms.ChoiceField(
        label="Kind of change",
        choices=[("", "Choose…"), *((kind.value, kind.label) for kind in TYPED_KINDS)],
        required=False,
        help_text=(
            "Something new happened, the record was wrong, or only its words are "
            "better."
        ),
    )

    #: Which version the editor saw, so that nobody overwrites another's change unseen.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["seen"] = self.version()

    def version(self) -> str:
        """The newest version of what the form changes."""
        return str(self.instance.history.aggregate(newest=Max("history_id"))["newest"])

    def clean(self):
        cleaned = super().clean()
        if self.instance.pk and cleaned.get("seen", "") not in (
            "",
            self.initial["seen"],
        ):
            raise ValidationError(CHANGED_MEANWHILE)
        return cleaned

    def _post_clean(self):
        """A change needs a reason if readers see the record before it, or after it,
        which is known only with the form applied."""
        was_public = self.instance.pk and self.instance.is_public
        super()._post_clean()
        changed = {*self.changed_data} - {"change_reason", "change_kind", "seen"}
        is_change = changed or self.instance._state.adding
        if is_change and (was_public or (not self.errors and self.instance.is_public)):
            self.require_reason()

    def require_reason(self):
        """Refuse the form unless it says why and of what kind the change is."""
        if not self.cleaned_data.get("change_reason"):
            self.add_error("change_reason", REASON_IS_MISSING)
        if not self.cleaned_data.get("change_kind"):
            self.add_error("change_kind", KIND_IS_MISSING)


class AuditedFormSet(BaseInlineFormSet):
    """Rows beneath a form; they are changed for the reason that the form gives."""

    def clean(self):
        super().clean()
        is_public = self.instance.pk and self.instance.is_public
        is_explained = all(
            self.data.get(name, "").strip() for name in ("change_reason", "change_kind")
        )
        if is_public and not is_explained and self.has_changed():
            raise ValidationError(
                "This record is published: give the reason and the kind of change, "
                "under “This change”."
            )
        self._refuse_duplicates()

    def identity(self, row):
        """What no other row may have too; None where rows may be alike."""
        return None

    def _refuse_duplicates(self):
        """New rows are no duplicates of each other; the stored ones each row sees."""
        found = set()
        for form in self.forms:
            if form.errors or not form.has_changed() or self._should_delete_form(form):
                continue
            identity = self.identity(form.instance)
            if identity is not None and identity in found:
                form.add_error(None, "This is entered twice.")
            found.add(identity)


class ChangeFieldsMixin:
    """Adds the reason to a model admin's fieldsets and hands it to the trail."""

    form = ChangeForm

    def get_fieldsets(self, request, obj=None):
        fieldsets = list(super().get_fieldsets(request, obj))
        if self._may_write(request, obj):
            fields = ["change_kind", "change_reason", "seen"]
            fieldsets.append(("This change", {"fields": fields}))
        return fieldsets

    def get_fields(self, request, obj=None):
        fields = super().get_fields(request, obj)
        return [f for f in fields if f not in ("change_reason", "change_kind", "seen")]

    def save_form(self, request, form, change):
        under_way = context.current()
        under_way.reason = form.cleaned_data.get("change_reason", "").strip()
        under_way.kind = form.cleaned_data.get("change_kind", "")
        return super().save_form(request, form, change)

    def _may_write(self, request, obj):
        if obj is None:
            return self.has_add_permission(request)
        return self.has_change_permission(request, obj)


class DeletionForm(forms.Form):
    """Asks why before a record is deleted."""

    change_reason = forms.CharField(
        label="Reason",
        max_length=500,
        widget=AdminTextareaWidget(attrs={"rows": 2}),
        help_text="Why it is deleted. It stays in the log, where it was public.",
        error_messages={"required": "Say why you delete it."},
    )


class AuditedAdmin(ChangeFieldsMixin, admin.ModelAdmin):
    """A model admin whose changes are in the trail.

    The history page shows the log as readers see it, with what is not public beside.
    There is no form to revert to an old version: a correction is an ordinary edit.
    What is published is not deleted here: rows of a record are deleted on its own page,
    with a reason.
    """

    object_history_template = "admin/change_log.html"
    delete_confirmation_template = "admin/delete_with_reason.html"
    formfield_overrides = {
        models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 3})},
        models.URLField: {"assume_scheme": "https"},
    }
    show_facets = admin.ShowFacets.ALWAYS
    list_per_page = 50

    class Media:
        css = {"all": ["partnerships/admin.css"]}

    def get_queryset(self, request):
        # A row's name needs them, in the list and in the answers of autocompletion.
        rows = super().get_queryset(request)
        if self.list_select_related:
            return rows.select_related(*self.list_select_related)
        return rows

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def has_delete_permission(self, request, obj=None):
        if obj is not None and obj.partnership_or_none and obj.is_public:
            return False
        return super().has_delete_permission(request, obj)

    def history_view(self, request, object_id, extra_context=None):
        instance = self.get_object(request, unquote(object_id))
        if instance is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, instance):
            raise PermissionDenied
        entries = self.log(instance).exclude(number=None).order_by("-number")
        page = self.get_paginator(request, entries, 50).get_page(request.GET.get("p"))
        return TemplateResponse(
            request,
            self.object_history_template,
            self.admin_site.each_context(request)
            | {
                "title": f"History of {instance}",
                "opts": self.opts,
                "object": instance,
                "page": page,
                "changes": described_changes(page.object_list),
            },
        )

    # The trail is the one log of changes: Django's own would keep what was redacted.

    def log_addition(self, request, obj, message):
        return None

    def log_change(self, request, obj, message):
        return None

    def log_deletions(self, request, queryset):
        return None

    def log(self, instance):
        """The entries that its history page shows."""
        record = self.opts.model_name
        return LedgerEntry.objects.filter(record=record, object_id=instance.pk)

    def delete_view(self, request, object_id, extra_context=None):
        form = DeletionForm(request.POST or None)
        if request.method == "POST":
            if form.is_valid():
                under_way = context.current()
                under_way.reason = form.cleaned_data["change_reason"]
                under_way.kind = ChangeKind.CORRECTION
            else:
                request.POST = QueryDict()  # asks once more
        return super().delete_view(
            request, object_id, {**(extra_context or {}), "deletion_form": form}
        )


class AuditedInline(admin.TabularInline):
    form = CheckedForm
    formset = AuditedFormSet
    extra = 0
    max_num = 300
    show_change_link = True

    def get_formset(self, request, obj=None, **kwargs):
        # Each row that is sent is checked, whatever number the form claims to have.
        return super().get_formset(
            request, obj, **kwargs | {"absolute_max": self.max_num}
        )
