"""The tables of rows on the page of a record."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import TextField
from django.forms import model_to_dict

from partnerships.admin.audited_inlines import AuditedFormSet, AuditedInline, RowForm
from partnerships.admin.claims import ClaimFormSet, ClaimInline
from partnerships.admin.partnership.forms import CITED
from partnerships.choices import CoverageValue, SourceKind
from partnerships.models import Area, Claim, Coverage, Engagement, Milestone, Source
from partnerships.querysets.fact_kinds import (
    KIND_OF,
    dates_meet,
    says_aspect,
    says_since_when,
)

SOURCE_IS_MISSING = (
    "Every fact of a published record needs a source: choose it under “This change”."
)
DIGEST_IS_NOT_ENOUGH = (
    "No status moves on a digest alone: choose the document that it rests on under "
    "“This change”."
)


class FactFormSet(AuditedFormSet):
    """Facts of one model. On a published record each new value needs a source."""

    #: The fields that hold what a source says.
    value_fields: set[str] = set()
    forms: list[RowForm]  # as every row has it

    def add_fields(self, form, index):
        super().add_fields(form, index)
        if form.instance.pk:
            form.instance.partnership = self.instance  # whose partner is in its name

    def clean(self):
        super().clean()
        if self.instance.is_public:
            chosen = CITED.value_from_datadict(self.data, {}, "source") or None
            cited = Source.objects.filter(pk=chosen).first()
            for form in self.changed_facts():
                if problem := self.source_is_missing(form, cited):
                    form.add_error(None, problem)

    def changed_facts(self) -> list[RowForm]:
        """Return the forms in which a new value is entered."""
        return [
            form
            for form in self.forms
            if not form.is_deleted
            and form.is_valid()
            and {*self.value_fields, *self.aspects} & {*form.changed_data}
            and form.instance.stated_value != CoverageValue.NOT_ASSESSED
        ]

    def changed_aspects(self, form: RowForm) -> list[str]:
        """Return the other values of a row that are entered or changed."""
        names = [name for name in self.aspects if name in form.changed_data]
        return [name for name in names if getattr(form.instance, name)]

    @property
    def aspects(self) -> tuple[str, ...]:
        """The other values of its facts of which claims speak."""
        model: Any = self.model
        return KIND_OF[model._meta.model_name].aspects

    def source_is_missing(self, form: RowForm, cited: Source | None) -> str:
        """Return why what is entered in a row needs a source, or another than the one
        that is cited; empty if nothing is missing."""
        if cited:
            return ""
        fact = form.instance
        claims = fact.claims.all() if fact.pk else Claim.objects.none()
        is_said = not self.value_fields & {*form.changed_data} or self.is_said(form)
        are_said = all(
            any(says_aspect(claim, fact) for claim in claims.filter(aspect=name))
            for name in self.changed_aspects(form)
        )
        return "" if is_said and are_said else SOURCE_IS_MISSING

    def is_said(self, form: RowForm) -> bool:
        """Return whether a claim on record says the value of a row."""
        fact = form.instance
        says = {"aspect": "", "says": fact.stated_value}
        return bool(fact.pk) and fact.claims.filter(**says).exists()


class MilestoneFormSet(FactFormSet):
    """Milestones are checked together, as the sequence that they would make."""

    value_fields = {"track", "kind", "date", "certainty"}

    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.instance.order_is_checked_elsewhere = True

    def clean(self):
        super().clean()
        if any(self.errors) or not self.instance.partner_id:
            return
        rows = [
            form
            for form in self.forms
            if not form.is_deleted and form.instance.is_complete
        ]
        rows.sort(key=RowForm.has_changed)  # so that what was there is there already
        milestones = [*self.added, *(row.instance for row in rows)]
        for milestone, sentence in self.instance.new_refusals(milestones):
            row = self._row_to_correct(rows, milestone, sentence)
            if row is None:
                raise ValidationError(sentence)
            row.add_error(None, sentence)

    def new_doubts(self, row):
        kept = [form.instance for form in self.forms if not form.is_deleted]
        return row.new_doubts(among=[*self.added, *kept])

    def source_is_missing(self, form, cited):
        step, is_digest = form.instance, cited and cited.kind == SourceKind.DIGEST
        if not is_digest or not step.as_event().effect or self.is_said(form):
            return super().source_is_missing(form, cited)
        return DIGEST_IS_NOT_ENOUGH

    def is_said(self, form):
        """Return whether a stored step has a claim that still carries it: one about a
        statement carries no signature, and a digest alone moves no status."""
        step, changed = form.instance, {*form.changed_data}
        if not step.pk or {"track", "kind"} & changed:
            return False
        claims = step.claims.filter(aspect="")
        if "date" in changed:
            claims = claims.filter(says=step.stated_value)
        if step.as_event().effect:
            claims = claims.exclude(source__kind=SourceKind.DIGEST)
        return any(dates_meet(claim, step) for claim in claims)

    def _row_to_correct(self, rows, milestone, sentence):
        """Return the row that a refusal is told at: that of the milestone, unless it
        clashes with another that the editor has just entered; None where neither is in
        the form."""
        own = next((row for row in rows if row.instance is milestone), None)
        named = (
            row
            for row in rows
            if row.has_changed() and str(row.instance.as_event()) in sentence
        )
        return own if own and own.has_changed() else next(named, own)

    def identity(self, row):
        if not row.is_complete or not row.as_event().effect:
            return None
        return row.track, row.attempt, row.kind, row.date


class MilestoneInline(AuditedInline):
    model = Milestone
    formset = MilestoneFormSet
    lines = [
        ("track", "attempt", "kind", "date", "certainty"),
        ("actor", "description"),
        ("place", "signatories", "reference"),
        ("note", "ruling", "announces", "expected", "fell_through"),
    ]
    fields = [name for line in lines for name in line]
    formfield_overrides = {
        TextField: {"widget": forms.Textarea(attrs={"rows": 2, "cols": 30})}
    }


class AreaField(forms.ModelChoiceField):
    """The area that a row is about, which is no change of a row that is new."""

    def has_changed(self, initial, data):
        return initial is not None and super().has_changed(initial, data)


class CoverageFormSet(FactFormSet):
    """A row for every area; one that is left at "not assessed" is not stored."""

    value_fields = {"value"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.areas = {str(area.pk): area for area in Area.objects.all()}
        self.cells = {cell.area_id: cell for cell in self.stored.values()}
        self.missing = [
            area for area in self.areas.values() if area.pk not in self.cells
        ]
        self.extra = len(self.missing)
        if self.max_num:  # none for those who may not add rows: they see what is stored
            self.max_num = len(self.areas)

    def add_fields(self, form, index):
        super().add_fields(form, index)
        is_new = index is not None and index >= self.initial_form_count()
        if is_new and (area := self._area_of(form, index)):
            form.instance.area = area
            form.initial["area"] = area.pk
            if self.is_bound and area.pk in self.cells:
                self._change_in_place_of_adding(form, self.cells[area.pk])

    def _change_in_place_of_adding(self, form, cell):
        """Let a new row of an area be that of the cell which somebody else has entered
        since; what stood there before them is "not assessed"."""
        not_assessed, form.instance = form.instance, cell
        cell.partnership = self.instance
        form.initial |= model_to_dict(cell, ["value", "ruling"])
        if cell.pk not in self.seen:
            entered = cell.history.order_by("history_id")
            form.merge([not_assessed, *entered])
            self.seen[cell.pk] = self.newest[cell.pk]

    def _area_of(self, form, index) -> Area | None:
        """Return the area of a row that is not stored. A form that comes back says it
        itself: areas and cells may have been added since it was shown."""
        if self.is_bound:
            return self.areas.get(self.data.get(form.add_prefix("area")))
        position = index - self.initial_form_count()
        return self.missing[position] if position < len(self.missing) else None


class CoverageInline(AuditedInline):
    model = Coverage
    formset = CoverageFormSet
    fields = ["name", "value", "ruling", "area"]
    readonly_fields = ["name"]
    can_delete = False
    verbose_name_plural = "areas of cooperation"
    formfield_overrides = {
        TextField: {"widget": forms.Textarea(attrs={"rows": 1, "cols": 60})}
    }

    def get_queryset(self, request):
        rows = super().get_queryset(request).select_related("area")
        return rows.order_by("area__number")

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "area":
            return db_field.formfield(form_class=AreaField, widget=forms.HiddenInput)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description="area")
    def name(self, cell):
        return cell.area


class EngagementFormSet(FactFormSet):
    value_fields = {"kind", "title", "since", "frequency", "amount", "currency"}

    def is_said(self, form):
        tie, begins_anew = form.instance, "since" in form.changed_data
        if not begins_anew or not tie.since:
            return super().is_said(form)
        claims = tie.claims.all() if tie.pk else ()
        is_dated = any(says_since_when(claim, tie) for claim in claims)
        return is_dated and super().is_said(form)

    def identity(self, row):
        return row.kind, row.title, row.since


class EngagementInline(AuditedInline):
    model = Engagement
    formset = EngagementFormSet
    fields = [
        "kind",
        "title",
        "state",
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
    formset = ClaimFormSet
    fields = ["partnership_fact", *ClaimInline.fields]
    verbose_name_plural = (
        "claims about the stated number of areas and the review clause"
    )

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "partnership_fact":
            kwargs["required"] = True
        return super().formfield_for_dbfield(db_field, request, **kwargs)
