"""Inlines: the rows beneath a form, such as claims, each change with its reason."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms.formsets import DELETION_FIELD_NAME
from django.forms.models import BaseInlineFormSet
from django.utils.functional import cached_property

from partnerships.admin.change_form import CheckedForm


class RowForm(CheckedForm):
    """One row."""

    media = forms.Media()  # the rows share what they need: see their formset

    @property
    def is_deleted(self) -> bool:
        """True if the editor ticked the row's box to delete it, once it is cleaned."""
        return bool(self.cleaned_data.get(DELETION_FIELD_NAME))


class AuditedFormSet(BaseInlineFormSet):
    """Rows beneath a form; they are changed for the reason that the form gives.

    A stored row that comes back as it was shown is not validated again, as an editor
    changes one of forty. What it holds is in the database, and rules about several rows
    see it there or in ``forms``.
    """

    #: False of rows that say by themselves why they are entered.
    needs_reason = True

    def add_fields(self, form, index):
        super().add_fields(form, index)
        if form.instance.pk and not self.checks_unchanged_rows:
            form.empty_permitted = True  # to Django: validate it only if it has changed

    @property
    def checks_unchanged_rows(self) -> bool:
        """True if a change of the form above may make a row invalid."""
        return False

    @cached_property
    def empty_form(self):
        return super().empty_form

    @property
    def media(self):
        fields = self.form.base_fields.values()
        return sum((field.widget.media for field in fields), forms.Media())

    def clean(self):
        super().clean()
        is_public = self.instance.pk and self.instance.is_public
        explanation = ("change_reason", "change_kind")
        is_explained = all(self.data.get(name, "").strip() for name in explanation)
        must_explain = self.needs_reason and is_public and not is_explained
        if must_explain and self.has_changed():
            raise ValidationError(
                "This record is published: give the reason and the kind of change, "
                "under “This change”."
            )
        self._refuse_duplicates()

    def identity(self, row) -> tuple | str | None:
        """Return what no other row may have too; None where rows may be alike."""
        return None

    def _refuse_duplicates(self):
        """Refuse changed rows that duplicate each other; each finds the stored ones."""
        identities = set()
        for form in self.forms:
            if form.errors or not form.has_changed() or form.is_deleted:
                continue
            identity = self.identity(form.instance)
            if identity is not None and identity in identities:
                form.add_error(None, "This is entered twice.")
            identities.add(identity)


class SharedFields(dict):
    """The fields of a row, which all rows of a table share.

    Django copies a form's fields when it makes the form, so that one form may change
    them. No row does, and the copies were a tenth of what the page of a record costs.
    """

    def __deepcopy__(self, memo):
        return dict(self)


class AuditedInline(admin.TabularInline):
    """A table of rows beneath a form. One with ``lines`` shows the fields of each row
    in these lines, each with its label, and not as columns."""

    lines: list[tuple[str, ...]] = []

    form = RowForm
    formset = AuditedFormSet
    template = "admin/edit_inline/rows.html"
    extra = 0
    max_num = 300
    show_change_link = True

    def get_fieldsets(self, request, obj=None):
        # All columns as one line, which the template loops over once.
        lines = self.lines or [tuple(self.get_fields(request, obj))]
        return [(None, {"fields": lines})]

    def get_formset(self, request, obj=None, **kwargs):
        # Each row that is sent is checked, whatever number the form claims to have.
        kwargs["absolute_max"] = self.max_num
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.base_fields = SharedFields(formset.form.base_fields)
        return formset
