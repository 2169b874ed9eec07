"""The forms that ask why something changes."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.forms.models import InlineForeignKeyField
from django.utils.functional import cached_property
from django.utils.html import format_html

from partnerships.admin import meanwhile
from partnerships.choices import ChangeKind
from partnerships.fields import ReasonField
from partnerships.text import are_alike, tidy

REASON_IS_MISSING = (
    "This record is published: say why you change it. Readers will see the reason."
)
NOT_AS_SHOWN = (
    "This is not the form that was shown: rows or versions are missing. Nothing of "
    "yours is saved: open the page anew and enter your change again."
)
OR_THEIRS = "Save again to put yours in place of it, or write theirs."
KIND_IS_MISSING = "Say of what kind the change is."
TYPED_KINDS = [kind for kind in ChangeKind if kind != ChangeKind.IMPORT]

#: The box beside a question, whose value is the question, so that no tick answers
#: another.
IT_IS_SO = "it_is_so"
_BOX = (
    '{0} <label class="it-is-so">'
    '<input type="checkbox" name="{1}" value="{0}" {2}> It is so</label>'
)

#: The fields of ``ChangeForm`` that are no part of the record.
EXPLANATION = ["change_kind", "change_reason", "seen"]


class CheckedForm(forms.ModelForm):
    """A form that tidies what is typed, and checks every constraint of its model.

    Django checks none that involves a field which the form lacks, such as the record
    that a row belongs to; the database would answer with a server error.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        #: What others changed while the form was open and is kept.
        self.kept: list[meanwhile.OthersChange] = []
        #: What they and the editor changed, by field.
        self.clashes: dict[str, meanwhile.OthersChange] = {}

    def merge(self, versions):
        """Take in what others changed between the version that the editor saw, the
        first of these, and the last; note each field that both changed. The form's data
        can be changed."""
        for name, theirs in meanwhile.others_changes(self, versions):
            if not meanwhile.is_changed(self, name, theirs.old):
                meanwhile.write(self, name, theirs.new)
                self.kept.append(theirs)
            elif meanwhile.is_changed(self, name, theirs.new):
                self.clashes[name] = theirs

    @cached_property
    def changed_data(self):
        names = super().changed_data
        return [n for n in names if not self._is_as_it_was(n, self[n].data)]

    def _is_as_it_was(self, name, value) -> bool:
        before = self.initial.get(name)
        if not (isinstance(before, str) and isinstance(value, str)):
            return False
        return are_alike(before, value)

    def clean(self):
        super().clean()
        for name, theirs in self.clashes.items():
            self.add_error(name, f"{theirs} while you had it open. {OR_THEIRS}")
        for name, value in self.cleaned_data.items():
            if self._is_as_it_was(name, value):
                self.cleaned_data[name] = self.initial[name]  # to the last character
            elif isinstance(value, str):
                self.cleaned_data[name] = tidy(value)
        return self.cleaned_data

    def ask(self, doubts):
        """Refuse the form until its editor has ticked each of these questions, but for
        those about a field that is refused. What is ticked stays so where something
        else is wrong."""
        doubts = [doubt for doubt in doubts if doubt[0] not in self.errors]
        name = self.add_prefix(IT_IS_SO)
        data: Any = self.data
        ticked = data.getlist(name) if hasattr(data, "getlist") else []
        if self.errors or any(question not in ticked for _, question in doubts):
            for field, question in doubts:
                box = format_html(
                    _BOX, question, name, "checked" if question in ticked else ""
                )
                self.add_error(field if field in self.fields else None, box)

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
        self.is_as_shown = True
        if self.instance.pk:
            self.initial["seen"] = self.version()
            if self.is_bound:
                self._take_in_what_others_changed()

    def version(self) -> str:
        """Return the number of the newest version of what the form changes."""
        return str(self.instance.history.aggregate(newest=Max("history_id"))["newest"])

    def _take_in_what_others_changed(self):
        seen, newest = self.data.get(self.add_prefix("seen"), ""), self.initial["seen"]
        if seen == newest:
            return
        pk, versions = self.instance.pk, []
        if seen.isdecimal():
            versions = meanwhile.versions_since(type(self.instance), {pk: int(seen)})[
                pk
            ]
        self.is_as_shown = bool(versions)
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = newest
        if versions:
            self.merge(versions)

    def clean(self):
        cleaned = super().clean()
        if not self.is_as_shown:
            raise ValidationError(NOT_AS_SHOWN)
        return cleaned

    @property
    def public_changes(self) -> set[str]:
        """The fields that the editor changed, but for those that readers never see."""
        return {*self.changed_data} - {*EXPLANATION} - self.instance.private_fields()

    def full_clean(self):
        """Require a reason if readers see the record before the change, or after it,
        which is known only with the form applied; ask about what may be a slip."""
        was_public = self.is_bound and self.instance.pk and self.instance.is_public
        super().full_clean()
        if not self.is_bound:
            return
        if not self.public_changes and self.instance.pk:
            return
        if was_public or (not self.errors and self.instance.is_public):
            self.require_reason()
        self.ask(self.new_doubts())

    def new_doubts(self) -> list[tuple[str, str]]:
        """Return what the editor is asked about before the form is accepted."""
        return self.instance.new_doubts()

    def require_reason(self):
        """Refuse the form unless it says why and of what kind the change is."""
        if self.cleaned_data.get("change_reason") == "":
            self.add_error("change_reason", REASON_IS_MISSING)
        if not self.cleaned_data.get("change_kind"):
            self.add_error("change_kind", KIND_IS_MISSING)


class DeletionForm(forms.Form):
    """The questions why, and of what kind the change is, before a record is deleted."""

    change_kind = forms.ChoiceField(
        label="Kind of change",
        choices=[(kind.value, kind.label) for kind in TYPED_KINDS],
        initial=ChangeKind.CORRECTION,
        required=False,
        help_text="Mostly the record was wrong.",
    )
    change_reason = ReasonField(
        widget=AdminTextareaWidget(attrs={"rows": 2}),
        help_text="Why it is deleted. It stays in the log, where it was public.",
        error_messages={"required": "Say why you delete it."},
    )
