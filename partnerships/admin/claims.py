"""Claims: beneath the form of their fact, where one source says one thing of one value,
and in a list of their own."""

from collections.abc import Iterable
from typing import ClassVar

from django.contrib import admin
from django.core.exceptions import ValidationError

from partnerships.actions.statements.notation import in_notation
from partnerships.actions.vocabulary import CannotRead
from partnerships.admin.audited_inlines import AuditedFormSet, AuditedInline, RowForm
from partnerships.admin.base import AuditedAdmin
from partnerships.admin.change_form import ChangeForm, CheckedForm
from partnerships.admin.list_filters import OneOfManyFilter, StandingFilter
from partnerships.admin.widgets import KnownSelect
from partnerships.choices import (
    Aspect,
    CoverageValue,
    Frequency,
    PartnershipFact,
    Standing,
)
from partnerships.models import Claim, Engagement, Milestone
from partnerships.models.fact import LastingFact
from partnerships.querysets.fact_kinds import (
    FACT_KINDS,
    KIND_OF,
    says_aspect,
    says_since_when,
)
from partnerships.text import tidy

SUPPORT_IS_MISSING = (
    "A published fact needs a source that agrees with it: add its claim, or correct "
    "the value. No status moves on a digest alone."
)
SAYS_NOT = "No source says {} (“{}”): add a claim that says it, or correct the value."


def unsaid(fact, aspect: Aspect, claims: Iterable[Claim]) -> str:
    """Return why the value that a fact has of an aspect needs another claim than these;
    empty if one of them says it, or it has none."""
    value = getattr(fact, aspect)
    about = (claim for claim in claims if claim.aspect == aspect)
    if not value or any(says_aspect(claim, fact) for claim in about):
        return ""
    return (
        f"No source says the {aspect.label.lower()} “{value}”: add a claim that says "
        f"it, with “{aspect.label}” under “About”, or correct the value."
    )


def _clash(form: CheckedForm, others: Iterable[Claim]) -> str:
    """Return why what a form makes a claim say cannot stand beside these other claims;
    empty if it can, or says nothing new."""
    if not {"source", "aspect", "says", "locator"} & {*form.changed_data}:
        return ""
    for other in others:
        if form.instance.clashes_with(other):
            return (
                f"{other.source.publisher} ({other.source.key}) says “{other.says}” of "
                f"this already, at {other.locator}: change that claim. The trail keeps "
                "what it said."
            )
    return ""


def is_shown(fact) -> bool:
    """Return True if readers see a value of the fact."""
    if isinstance(fact, Milestone) and not fact.is_complete:
        return False
    return fact.stated_value != CoverageValue.NOT_ASSESSED and fact.is_public


class WrittenClaim(CheckedForm):
    """A form of a claim, which takes what it says as people write it."""

    class Meta:
        help_texts: ClassVar = {
            "says": (
                "The value that the source gives. Of a milestone: a date as you read "
                "it, as in 18 March 2026, or “not before 24 October 2025”. Of an area: "
                "Included, Not included or Already exists. Of a stated number of "
                "areas: the number. Of a tie or a standing: yes, no or when it began; "
                "of a dialogue also how often, such as annual; of a contribution the "
                "amount, such as 150 million NOK. Of a position or namesake: yes, or "
                "when; of a subject: yes; of a question: the answer. Of another value "
                "of the fact: that value."
            )
        }

    def clean_says(self):
        typed, stored = self.cleaned_data, self.instance
        about = [*(field for kind in FACT_KINDS for field in kind.fields), "aspect"]
        claim = Claim(**{n: typed.get(n) or getattr(stored, n) for n in about})
        try:
            return in_notation(tidy(typed["says"]), claim)
        except CannotRead as error:
            raise ValidationError(str(error)) from error


class ClaimRowForm(WrittenClaim, RowForm):
    """A claim beneath the form of its fact, which was read with its source."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk and (field := self.fields.get("source")):
            known = field.widget.widget.known  # of all rows, as the field is
            known[str(self.instance.source_id)] = str(self.instance.source)


class ClaimForm(WrittenClaim, ChangeForm):
    """A claim on its own page, which finds the others of its source on its fact."""

    def full_clean(self):
        super().full_clean()
        if not self.is_bound or self.errors:
            return
        claim = self.instance
        others = claim.fact.claims.exclude(pk=claim.pk).select_related("source")
        if problem := _clash(self, others):
            self.add_error("says", problem)
        fact, supports = claim.fact, claim.fact_kind and claim.fact_kind.supports
        kept = [claim, *others]
        if not is_shown(fact):
            return
        if supports and not any(supports(c, fact) for c in kept):
            self.add_error("says", SUPPORT_IS_MISSING)
        if claim.aspect and (problem := unsaid(fact, Aspect(claim.aspect), kept)):
            self.add_error("says", problem)


class ClaimFormSet(AuditedFormSet):
    """Claims of sources. One source says one thing of one value."""

    def clean(self):
        super().clean()
        if any(self.errors):
            return
        rows = [form for form in self.forms if not form.is_deleted]
        for form in rows:
            others = [row.instance for row in rows if row is not form] + self.added
            if problem := _clash(form, others):
                form.add_error(None, problem)

    def identity(self, row):
        return row.source_id, row.partnership_fact, row.aspect, row.locator, row.says


class FactClaimFormSet(ClaimFormSet):
    """Claims about a fact. A published milestone or cell keeps one that supports it."""

    def clean(self):
        super().clean()
        kind = KIND_OF[self.instance._meta.model_name]
        if any(self.errors) or not is_shown(self.instance):
            return
        kept = [form.instance for form in self.forms if not form.is_deleted]
        kept += self.added
        if kind.supports and not any(kind.supports(one, self.instance) for one in kept):
            raise ValidationError(SUPPORT_IS_MISSING)
        aspects = (aspect for aspect in kind.aspects if self._is_touched(aspect))
        problems = [unsaid(self.instance, aspect, kept) for aspect in aspects]
        if isinstance(self.instance, LastingFact):
            problems += self._unsaid_of_tie(kept)
        if any(problems):
            raise ValidationError([*filter(None, problems)])

    def _unsaid_of_tie(self, kept: list[Claim]) -> list[str]:
        """Return why a new beginning, frequency or amount of a tie needs a claim."""
        tie, problems = self.instance, []
        if self._is_new("since") and not any(says_since_when(c, tie) for c in kept):
            problems.append(SAYS_NOT.format("since when", tie.since.display()))
        is_said = any(c.says == tie.stated_value for c in kept if not c.aspect)
        if not is_said and self._is_new("frequency"):
            often = tie.get_frequency_display()
            problems.append(SAYS_NOT.format("how often", often))
        if not is_said and (self._is_new("amount") or self._is_new("currency")):
            problems.append(SAYS_NOT.format("how much", tie.stated_value))
        return problems

    @property
    def checks_unchanged_rows(self):
        # The kind of an engagement decides what can be said of it.
        return isinstance(self.instance, Engagement)

    def _is_new(self, name: str) -> bool:
        """Return whether a value of the fact, which not all have, is entered or
        changed."""
        value = getattr(self.instance, name, None)
        if not value or value == Frequency.NOT_SPECIFIED:
            return False
        stored = type(self.instance).objects.filter(pk=self.instance.pk)
        return not stored.filter(**{name: value}).exists()

    def _is_touched(self, aspect: str) -> bool:
        """Return whether another value of the fact is entered or changed, or a claim
        about it is changed or taken away."""
        return self._is_new(aspect) or any(
            form.instance.aspect == aspect
            for form in self.initial_forms
            if form.has_changed()
        )


class ClaimInline(AuditedInline):
    model = Claim
    form = ClaimRowForm
    formset: type[ClaimFormSet] = FactClaimFormSet
    fields = ["source", "says", "wording", "locator", "standing"]
    readonly_fields = ["standing"]
    autocomplete_fields = ["source"]

    def get_fields(self, request, obj=None):
        """Ask what a claim is about where its fact has several values."""
        fields = super().get_fields(request, obj)
        return ["source", "aspect", *fields[1:]] if self._aspects else fields

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "source":
            kwargs["widget"] = KnownSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        if db_field.name == "aspect":
            labels = [(aspect.value, aspect.label) for aspect in self._aspects]
            kwargs["choices"] = [("", "Itself"), *labels]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    @property
    def _aspects(self):
        return KIND_OF[str(self.parent_model._meta.model_name)].aspects

    def get_queryset(self, request):
        return super().get_queryset(request).with_standing().select_related("source")

    @admin.display
    def standing(self, claim):
        return Standing(claim.standing).label if claim.pk else "–"


@admin.register(Claim)
class ClaimAdmin(AuditedAdmin):
    """All claims, for finding them; most are entered on the page of their fact."""

    form = ClaimForm
    fieldsets = [
        ("Source", {"fields": ["source"]}),
        (
            "The fact that it is about: exactly one",
            {"fields": [field for kind in FACT_KINDS for field in kind.fields]},
        ),
        ("What it says", {"fields": ["aspect", "says", "wording", "locator"]}),
    ]
    autocomplete_fields = ["source", *KIND_OF]
    list_display = ["source_key", "about", "says", "wording", "locator", "standing"]
    list_display_links = ["says"]
    list_filter = [StandingFilter, ("source", OneOfManyFilter)]
    list_select_related = [
        "source",
        *KIND_OF,
        *(f"{kind.model}__{path}" for kind in FACT_KINDS for path in kind.named_by),
    ]
    search_fields = ["source__key", "says", "wording", "locator"]
    ordering = ["-pk"]  # by source, the standing of all would be worked out first
    show_facets = admin.ShowFacets.ALLOW  # they count over all claims: on request

    def has_delete_permission(self, request, obj=None):
        """Let none be deleted that readers see: its fact may rest on it."""
        is_seen = obj is not None and obj.is_public
        return not is_seen and super().has_delete_permission(request, obj)

    def get_queryset(self, request):
        return super().get_queryset(request).with_standing()

    @admin.display(description="source", ordering="source__key")
    def source_key(self, claim):
        return claim.source.key

    @admin.display
    def about(self, claim):
        if claim.partnership_fact:
            return f"{claim.fact}: {PartnershipFact(claim.partnership_fact).label}"
        if claim.aspect:
            return f"{claim.fact}: {claim.get_aspect_display()}"
        return claim.fact

    @admin.display(ordering="standing")
    def standing(self, claim):
        return Standing(claim.standing).label
