"""Inlines: the rows beneath a form, such as claims, each change with its reason."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import flatten
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.forms.formsets import DELETION_FIELD_NAME
from django.forms.models import BaseInlineFormSet
from django.forms.utils import ErrorDict
from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from partnerships.admin import meanwhile
from partnerships.admin.change_form import NOT_AS_SHOWN, CheckedForm
from partnerships.admin.decision_links import links_of

LOST = (
    "What you changed in it cannot be saved: enter it as a new row, or save again to "
    "leave it deleted."
)
TO_DELETE = "You ticked “Delete” beside this row: save again to delete it."

#: The hidden field of a table: key and number of the version of each row that its
#: editor saw, as in "12:340 13:351".
SEEN = "SEEN"
_VERSION = re.compile(r"(\d{1,18}):(\d{1,18})", re.ASCII)


class RowForm(CheckedForm):
    """One row."""

    media = forms.Media()  # the rows share what they need: see their formset

    #: A sentence about who deleted the row while its editor had it open.
    gone = ""
    #: True where its editor changed such a row, and was not told yet.
    is_lost = False

    @property
    def is_deleted(self) -> bool:
        """True if the editor ticked the row's box to delete it, once it is cleaned."""
        return bool(self.cleaned_data.get(DELETION_FIELD_NAME))

    @cached_property
    def changed_data(self):
        return [] if self.gone else super().changed_data

    def miss(self, versions):
        """Note that somebody else deleted the row: the last of these versions. The
        first is the one that its editor saw; it is the last where they were told."""
        seen, last = versions[0], versions[-1]
        name = type(self.instance)._meta.verbose_name
        when = meanwhile.moment(last)
        self.gone = f"{meanwhile.done_by(last)} deleted this {name} {when}."
        self.is_lost = seen is not last and any(
            meanwhile.is_changed(self, name, value)
            for name, value in meanwhile.shown_values(self, seen)
        )

    def full_clean(self):
        if not self.gone:
            super().full_clean()
            return
        self._errors, self.cleaned_data = ErrorDict(), {}
        if self.is_lost:
            self.add_error(None, f"{self.gone} {LOST}")


class AuditedFormSet(BaseInlineFormSet):
    """Rows beneath a form; they are changed for the reason that the form gives.

    A stored row that comes back as it was shown is not validated again, as an editor
    changes one of forty. What it holds is in the database, and rules about several rows
    see it there or in ``forms``. Each row is held against what others made of it since
    it was shown, and of those alone; rows that others added are no matter of this form.
    """

    #: False of rows that say by themselves why they are entered.
    needs_reason = True
    #: False of rows that the page does not let anybody change.
    may_change = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)  # Django's admin gives data of its own
        #: The number of the version of each row that the editor saw, by key.
        self.seen: dict[int, int] = {}
        if self.is_bound:
            pairs = _VERSION.findall(self._seen_text)
            self.seen = {int(pk): int(number) for pk, number in pairs}
        stale = {
            pk: number
            for pk, number in self.seen.items()
            if pk in self.newest
            and (number != self.newest[pk] or pk not in self.stored)
        }
        #: The versions of rows that others changed or deleted, from the one seen on.
        self.versions = meanwhile.versions_since(self.model, stale) if stale else {}

    @property
    def _seen_text(self) -> str:
        return self.data.get(f"{self.prefix}-{SEEN}", "")

    @cached_property
    def newest(self) -> dict[int, int]:
        """The number of the newest version of each row beneath the form above, by key;
        of those that are deleted too."""
        if not (self.may_change and self.instance.pk):
            return {}
        model: Any = self.model
        versions = model.history.filter(**{self.fk.attname: self.instance.pk})
        newest = versions.order_by().values_list("id").annotate(Max("history_id"))
        return dict(newest)

    @cached_property
    def stored(self) -> dict[int, Any]:
        """The rows that are stored, by key."""
        return {row.pk: row for row in super().get_queryset()}

    def get_queryset(self):
        """Return the stored rows; once the forms came back, beside which of these each
        is shown, None for one that is gone."""
        if not self.is_bound or "forms" not in self.__dict__:
            return super().get_queryset()
        return [self.stored.get(form.instance.pk) for form in self.initial_forms]

    @cached_property
    def management_form(self):
        form = super().management_form
        form.fields[SEEN] = forms.CharField(required=False, widget=forms.HiddenInput)
        if not self.is_bound:
            form.initial[SEEN] = self._as_text(self.stored)
        return form

    @cached_property
    def forms(self):
        rows = super().forms
        if self.is_bound and (told := self._as_text(self.seen)) != self._seen_text:
            self.data[f"{self.prefix}-{SEEN}"] = told  # should it be shown again
        return rows

    def _as_text(self, pks: Iterable[int]) -> str:
        """Return the newest versions of these rows as the hidden field holds them."""
        return " ".join(f"{pk}:{self.newest[pk]}" for pk in pks if pk in self.newest)

    def add_fields(self, form, index):
        super().add_fields(form, index)
        if form.instance.pk and not self.checks_unchanged_rows:
            form.empty_permitted = True  # to Django: validate it only if it has changed
        if self.versions and (versions := self.versions.get(self._key(form))):
            take_in = form.merge if form.instance.pk else form.miss
            take_in(versions)

    def _key(self, form) -> int | None:
        """Return the key of a stored row, or of one that was; None of a new one."""
        key = form.instance.pk or form.data.get(form.add_prefix("id"), "")
        return int(key) if str(key).isdecimal() else None

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

    @property
    def kept(self) -> list[str]:
        """Changes of others meanwhile, which are kept, in sentences."""
        sentences = (f"{change}: kept." for form in self.forms for change in form.kept)
        return [*sentences, *(form.gone for form in self.forms if form.gone)]

    @property
    def added(self) -> list[Any]:
        """The stored rows that did not come back, since others added them meanwhile."""
        sent = {form.instance.pk for form in self.forms}
        return [row for pk, row in self.stored.items() if pk not in sent]

    def _refuse_unseen(self):
        """Refuse rows that are not those that were shown, and rows to be deleted that
        somebody else changed meanwhile."""
        is_told = f"{self.prefix}-{SEEN}" in self.data
        is_left_out = any(row.pk in self.seen or not is_told for row in self.added)
        if is_left_out or not all(self.versions.values()):
            raise ValidationError(NOT_AS_SHOWN)
        for form in self.forms:
            changes = [*form.kept, *form.clashes.values()]
            if changes and form.is_deleted:
                raise ValidationError(f"{'; '.join(map(str, changes))}. {TO_DELETE}")

    def clean(self):
        super().clean()
        self._refuse_unseen()
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

    def full_clean(self):
        super().full_clean()
        for form in self.forms if self.is_bound else ():
            if form.has_changed() and not form.errors and not form.is_deleted:
                form.ask(self.new_doubts(form.instance))

    def new_doubts(self, row) -> list[tuple[str, str]]:
        """Return what the editor is asked about a row that is changed or entered."""
        return row.new_doubts()

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

    @property
    def decisions(self) -> SafeString:
        """Links to the sections of the decision book about its columns."""
        shown = {*flatten(self.fields or ())}
        return links_of(field for field in self.opts.fields if field.name in shown)

    def get_fieldsets(self, request, obj=None):
        # All columns as one line, which the template loops over once.
        lines = self.lines or [tuple(self.get_fields(request, obj))]
        return [(None, {"fields": lines})]

    def get_formset(self, request, obj=None, **kwargs):
        # Each row that is sent is checked, whatever number the form claims to have.
        kwargs["absolute_max"] = self.max_num
        formset = super().get_formset(request, obj, **kwargs)
        formset.may_change = self.has_change_permission(request, obj)
        formset.form.base_fields = SharedFields(formset.form.base_fields)
        return formset
