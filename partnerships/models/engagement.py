import re

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from partnerships.choices import EngagementKind, EngagementState, Frequency
from partnerships.fields import CodeField, PartialDateField
from partnerships.models.fact import LastingFact, says_tie
from partnerships.models.partnership import Partnership
from partnerships.querysets.facts import EngagementQuerySet
from partnerships.text import new_key

_IS_DIALOGUE = Q(kind=EngagementKind.DIALOGUE)
_IS_CONTRIBUTION = Q(kind=EngagementKind.EPF_CONTRIBUTION)
_AMOUNT = re.compile(r"[1-9][0-9]* [A-Z]{3}")


class Engagement(LastingFact):
    """Another tie between the EU and the partner: a dialogue, agreement, mission,
    contribution, project or arrangement."""

    PERMANENT = ("partnership",)
    PUBLIC = (
        *("partnership", "kind", "title", "note", "since", "until", "level"),
        *("frequency", "amount", "currency", "amount_eur", "amount_is_total"),
        *("ruling", "state"),
    )

    key = models.SlugField(max_length=100, unique=True, editable=False, default=new_key)
    partnership = models.ForeignKey(
        Partnership, on_delete=models.CASCADE, related_name="engagements"
    )

    # What it is
    kind = models.CharField(max_length=30, choices=EngagementKind)
    title = models.CharField(
        max_length=200, help_text="As in “Framework Participation Agreement”."
    )
    note = models.TextField(
        blank=True, help_text="What else a reader should know. Public."
    )

    # Time
    since = PartialDateField(
        blank=True,
        null=True,
        earliest_field="since_earliest",
        latest_field="since_latest",
        help_text="When it began or took place. Leave it empty if no source says.",
    )
    since_earliest = models.DateField(null=True, editable=False)
    since_latest = models.DateField(null=True, editable=False)
    until = PartialDateField(
        blank=True,
        null=True,
        latest_field="until_latest",
        help_text="When it ended. Empty: it goes on, or took place once.",
    )
    until_latest = models.DateField(null=True, editable=False)

    # Dialogues
    level = models.CharField(
        max_length=200,
        blank=True,
        help_text="For a dialogue: who meets, as in “ministers”.",
    )
    frequency = models.CharField(
        max_length=20,
        choices=Frequency,
        blank=True,
        help_text=(
            "For a dialogue: how often. “Not specified” is what a source leaves open."
        ),
    )

    # European Peace Facility contributions
    amount = models.PositiveBigIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="For a contribution: the amount in whole units of its own currency.",
    )
    currency = CodeField(
        max_length=3,
        blank=True,
        validators=[RegexValidator(r"^[A-Z]{3}$", "Write three capital letters.")],
        help_text="ISO 4217, as in NOK.",
    )
    amount_eur = models.PositiveBigIntegerField(
        "amount in euro",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="The euro figure that the source gives. Never convert it yourself.",
    )
    amount_is_total = models.BooleanField(
        "amount is a running total",
        default=False,
        help_text=(
            "The source gives the total with earlier contributions, not this one alone."
        ),
    )

    # Ruling
    ruling = models.TextField(
        blank=True,
        help_text="Why the editors adopted this where sources disagree. Public.",
    )

    state = models.CharField(
        max_length=10,
        choices=EngagementState,
        default=EngagementState.IN_BEING,
        help_text=(
            "In being: it goes on, or did until it ended. Took place once: an event on "
            "its day. Only envisaged: a text foresees or explores it."
        ),
    )

    objects = EngagementQuerySet.as_manager()

    class Meta:
        ordering = ["kind", F("since_latest").asc(nulls_last=True), "title", "id"]
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=EngagementKind.values),
                name="engagement_kind_is_known",
                violation_error_message="Choose one of the listed kinds.",
            ),
            models.CheckConstraint(
                condition=Q(frequency__in=["", *Frequency.values]),
                name="engagement_frequency_is_known",
                violation_error_message="Choose one of the listed frequencies.",
            ),
            models.CheckConstraint(
                condition=_IS_DIALOGUE | Q(level="", frequency=""),
                name="engagement_only_dialogues_have_level",
                violation_error_message="Only a dialogue has a level and a frequency.",
            ),
            models.CheckConstraint(
                condition=~_IS_DIALOGUE | ~Q(frequency=""),
                name="engagement_dialogue_has_frequency",
                violation_error_message=(
                    "Say how often the dialogue meets; “Not specified” if no source "
                    "does."
                ),
            ),
            models.CheckConstraint(
                condition=_IS_CONTRIBUTION
                | Q(
                    amount__isnull=True,
                    currency="",
                    amount_eur__isnull=True,
                    amount_is_total=False,
                ),
                name="engagement_only_contributions_have_amount",
                violation_error_message=(
                    "Only a European Peace Facility contribution has an amount."
                ),
            ),
            models.CheckConstraint(
                condition=~_IS_CONTRIBUTION
                | (Q(amount__gte=1) & Q(currency__regex=r"^[A-Z]{3}$")),
                name="engagement_contribution_has_amount",
                violation_error_message=(
                    "Give the contribution's amount and its currency."
                ),
            ),
            models.CheckConstraint(
                condition=Q(amount_eur__isnull=True) | Q(amount_eur__gte=1),
                name="engagement_euro_amount_is_positive",
                violation_error_message="The euro figure is 1 or more, or empty.",
            ),
            *LastingFact.Meta.constraints,
            models.CheckConstraint(
                condition=Q(state__in=EngagementState.values),
                name="engagement_state_is_known",
                violation_error_message="Choose one of the listed states.",
            ),
            models.CheckConstraint(
                condition=Q(state=EngagementState.IN_BEING)
                | Q(until_latest__isnull=True),
                name="engagement_only_what_goes_on_ends",
                violation_error_message=(
                    "What took place once, or is only envisaged, has no end: leave "
                    "“until” empty."
                ),
            ),
            models.UniqueConstraint(
                "partnership",
                "kind",
                "title",
                Coalesce("since", Value(""), output_field=models.CharField()),
                name="engagement_is_recorded_once",
                violation_error_message="This engagement is recorded already.",
            ),
        ]

    def __str__(self):
        return f"{self.partnership.partner}: {self.title}"

    @property
    def stated_value(self) -> str:
        if self.kind == EngagementKind.DIALOGUE:
            return self.frequency
        if self.kind == EngagementKind.EPF_CONTRIBUTION:
            return f"{self.amount} {self.currency}"
        return "yes"

    @property
    def name_in_record(self) -> str:
        return self.title

    def refuse_claim(self, claim) -> str | None:
        if says_tie(claim.says):
            return None
        if self.kind == EngagementKind.DIALOGUE:
            if claim.says in Frequency.values:
                return None
            values = ", ".join(Frequency.values)
            return f"Write yes, no, when it began, or one of: {values}."
        if self.kind == EngagementKind.EPF_CONTRIBUTION:
            if _AMOUNT.fullmatch(claim.says):
                return None
            return (
                "Write yes, no, when it was made, or the amount, as in 150000000 NOK."
            )
        return super().refuse_claim(claim)
