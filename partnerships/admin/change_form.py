"""The forms that ask why something changes."""

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.forms.models import InlineForeignKeyField

from partnerships.choices import ChangeKind
from partnerships.fields import ReasonField
from partnerships.text import tidy

REASON_IS_MISSING = (
    "This record is published: say why you change it. Readers will see the reason."
)
CHANGED_MEANWHILE = (
    "Somebody changed this record while you had it open; see its history. Nothing "
    "of yours is saved: open the page anew and enter your change again."
)
KIND_IS_MISSING = "Say of what kind the change is."
TYPED_KINDS = [kind for kind in ChangeKind if kind != ChangeKind.IMPORT]

#: The fields of ``ChangeForm`` that are no part of the record.
EXPLANATION = ["change_kind", "change_reason", "seen"]


class CheckedForm(forms.ModelForm):
    """A form that tidies what is typed, and checks every constraint of its model.

    Django checks none that involves a field which the form lacks, such as the record
    that a row belongs to; the database would answer with a server error.
    """

    def clean(self):
        super().clean()
        for name, value in self.cleaned_data.items():
            if isinstance(value, str):
                self.cleaned_data[name] = tidy(value)
        return self.cleaned_data

    def full_clean(self):
        super().full_clean()
        if not self.is_bound or self.errors:
            return
        if self.empty_permitted and not self.has_changed():
            return
        unknown = {
            name
            for name, field in self.fields.items()
            if isinstance(field, InlineForeignKeyField)
            and field.parent_instance.pk is None
        }
        try:
            self.instance.validate_constraints(exclude=unknown)
        except ValidationError as error:
            self.add_error(None, error.messages)


class ChangeForm(CheckedForm):
    """A form that asks why, and of what kind the change is.

    The reason travels from here to the trail: ``AuditedAdmin.save_form`` writes it into
    ``ledger.context.current()``, the change that ``ChangeMiddleware`` opened for the
    request, and ``ledger.recorder`` copies it from there into the history of each row
    that the request saves or deletes, those beneath the form included.
    """

    change_reason = ReasonField(
        required=False,
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
        """Return the number of the newest version of what the form changes."""
        return str(self.instance.history.aggregate(newest=Max("history_id"))["newest"])

    def clean(self):
        cleaned = super().clean()
        seen = cleaned.get("seen")
        if self.instance.pk and seen and seen != self.initial["seen"]:
            raise ValidationError(CHANGED_MEANWHILE)
        return cleaned

    def full_clean(self):
        """Require a reason if readers see the record before the change, or after it,
        which is known only with the form applied."""
        was_public = self.is_bound and self.instance.pk and self.instance.is_public
        super().full_clean()
        if not self.is_bound:
            return
        is_change = {*self.changed_data} - {*EXPLANATION} or not self.instance.pk
        if is_change and (was_public or (not self.errors and self.instance.is_public)):
            self.require_reason()

    def require_reason(self):
        """Refuse the form unless it says why and of what kind the change is."""
        if self.cleaned_data.get("change_reason") == "":
            self.add_error("change_reason", REASON_IS_MISSING)
        if not self.cleaned_data.get("change_kind"):
            self.add_error("change_kind", KIND_IS_MISSING)


class DeletionForm(forms.Form):
    """The question why, before a record is deleted."""

    change_reason = ReasonField(
        widget=AdminTextareaWidget(attrs={"rows": 2}),
        help_text="Why it is deleted. It stays in the log, where it was public.",
        error_messages={"required": "Say why you delete it."},
    )
