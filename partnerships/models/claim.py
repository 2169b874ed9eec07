from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from partnerships import dates
from partnerships.choices import (
    CoverageValue,
    EngagementKind,
    Frequency,
    PartnershipFact,
)
from partnerships.ledger.recorder import AuditedModel
from partnerships.models.area import Coverage
from partnerships.models.engagement import Engagement
from partnerships.models.milestone import Milestone
from partnerships.models.partner import Affiliation
from partnerships.models.partnership import Partnership
from partnerships.models.source import Source
from partnerships.querysets.claims import ClaimQuerySet
from partnerships.querysets.facts import FactQuerySet
from partnerships.text import new_key

#: The fields that name what a claim is about; exactly one of them is set.
FACTS = (
    "milestone",
    "coverage",
    "engagement",
    "affiliation",
    "partnership",
    "question",
)

_SAID_OF_COVERAGE = [
    value for value in CoverageValue.values if value != CoverageValue.NOT_ASSESSED
]


class Question(AuditedModel):
    """A question of fact about the instrument as a whole, which no one record answers,
    such as who needs a partnership in order to use SAFE."""

    NATURAL_KEY = ("slug",)
    DERIVED = {"earliest": ("answer",), "latest": ("answer",)}
    PERMANENT = ("slug",)
    PUBLIC = ("slug", "text", "answer", "ruling")

    slug = models.SlugField(
        max_length=100, unique=True, help_text="A permanent short name."
    )
    text = models.CharField(max_length=300, help_text="The question, as a question.")
    answer = models.CharField(
        max_length=300,
        help_text="The answer that the editors adopted; a date as 2022-03.",
    )
    earliest = models.DateField(null=True, editable=False)
    latest = models.DateField(null=True, editable=False)
    ruling = models.TextField(
        blank=True,
        help_text="Why the editors adopted this answer where sources disagree. Public.",
    )

    objects = FactQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        base_manager_name = "objects"

    def __str__(self):
        return self.text

    def save(self, *args, **kwargs):
        self.earliest, self.latest = _bounds(self.answer)
        super().save(*args, **kwargs)


class Claim(AuditedModel):
    """What one source says about one fact. Whether it agrees with the value that the
    editors adopted is computed, never typed (``ClaimQuerySet.with_standing``)."""

    DERIVED = {"earliest": ("says",), "latest": ("says",)}
    PERMANENT = ("source", *FACTS, "partnership_fact")
    PUBLIC = (
        "source",
        "milestone",
        "coverage",
        "engagement",
        "affiliation",
        "partnership",
        "partnership_fact",
        "question",
        "says",
        "wording",
        "locator",
    )

    key = models.SlugField(max_length=100, unique=True, editable=False, default=new_key)
    source = models.ForeignKey(
        Source,
        on_delete=models.PROTECT,
        related_name="claims",
        help_text="The document that says it.",
    )

    # The fact that it is about: exactly one
    milestone = models.ForeignKey(
        Milestone,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="claims",
    )
    coverage = models.ForeignKey(
        Coverage, on_delete=models.CASCADE, null=True, blank=True, related_name="claims"
    )
    engagement = models.ForeignKey(
        Engagement,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="claims",
    )
    affiliation = models.ForeignKey(
        Affiliation,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="claims",
    )
    partnership = models.ForeignKey(
        Partnership,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="claims",
    )
    partnership_fact = models.CharField(
        max_length=20,
        choices=PartnershipFact,
        blank=True,
        help_text="For a claim about the partnership itself: which of its facts.",
    )
    question = models.ForeignKey(
        Question, on_delete=models.CASCADE, null=True, blank=True, related_name="claims"
    )

    record = models.ForeignKey(
        Partnership,
        on_delete=models.CASCADE,
        null=True,
        editable=False,
        related_name="record_claims",
        help_text="Derived: the partnership whose record the fact belongs to.",
    )

    # What it says
    says = models.CharField(
        max_length=300,
        help_text=(
            "The value that the source gives, in our notation. Of a milestone: a date "
            "such as 2025-06. Of a coverage cell: included, not_included or "
            "already_exists. Of a stated number of areas: the number. Of an engagement "
            "or affiliation: yes, no or when it began; of a dialogue also how often, "
            "such as annual; of a contribution the amount, such as 150000000 NOK."
        ),
    )
    earliest = models.DateField(null=True, editable=False)
    latest = models.DateField(null=True, editable=False)
    wording = models.CharField(
        max_length=200,
        blank=True,
        help_text=(
            "The few words that matter, as the source has them, above all its verb: "
            "“concluded” is not “signed”."
        ),
    )
    locator = models.CharField(
        max_length=200,
        help_text="Where in the source, as in “Table 1, row 5” or “section Norway”.",
    )

    objects = ClaimQuerySet.as_manager()

    class Meta:
        ordering = ["source__key", "id"]
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    *(
                        Q(**{f"{name}__isnull": name != fact for name in FACTS})
                        for fact in FACTS
                    ),
                    _connector=Q.OR,
                ),
                name="claim_is_about_one_fact",
                violation_error_message=(
                    "A claim is about one fact: choose exactly one."
                ),
            ),
            models.CheckConstraint(
                condition=Q(partnership__isnull=True, partnership_fact="")
                | Q(
                    partnership__isnull=False,
                    partnership_fact__in=PartnershipFact.values,
                ),
                name="claim_about_partnership_names_fact",
                violation_error_message=(
                    "Say which fact of the partnership the claim is about, and only "
                    "for a claim about the partnership itself."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(says=""),
                name="claim_says_something",
                violation_error_message="Say what the source says.",
            ),
            *(
                models.UniqueConstraint(
                    fields=["source", fact, "partnership_fact", "locator", "says"],
                    condition=Q(**{f"{fact}__isnull": False}),
                    name=f"claim_about_{fact}_is_recorded_once",
                    violation_error_message="This claim is recorded already.",
                )
                for fact in FACTS
            ),
        ]

    def __str__(self):
        return f"{self.source.key}: {self.says}"

    def clean(self):
        super().clean()
        self.says = _plainly(self.says)
        if self.fact is not None:
            self._check_says()
        self.set_bounds()

    def save(self, *args, **kwargs):
        self.set_bounds()
        self.record = self.fact.partnership_or_none
        super().save(*args, **kwargs)

    @property
    def fact(self):
        """The fact that the claim is about: a model instance, or None while unset."""
        cached = self._state.fields_cache  # has facts that are themselves not saved yet
        about = [n for n in FACTS if getattr(self, f"{n}_id") or cached.get(n)]
        return getattr(self, about[0]) if len(about) == 1 else None

    @property
    def partnership_or_none(self):
        return self.fact and self.fact.partnership_or_none

    @property
    def is_public(self):
        return self.fact is not None and self.fact.is_public

    def set_bounds(self):
        is_dated = not isinstance(self.fact, Coverage | Partnership)
        self.earliest, self.latest = _bounds(self.says) if is_dated else (None, None)

    def _check_says(self):
        if problem := _SAYS_CHECKS[type(self.fact)](self):
            raise ValidationError({"says": problem})


def _bounds(text):
    try:
        value = dates.parse(text)
    except dates.InvalidPartialDate:
        return None, None
    return value.earliest, value.latest


def _plainly(text) -> str:
    """The text without what does not matter: space around it, a span of one day."""
    return str(dates.parse(text)) if _is_date(text) else text.strip()


def _is_date(text) -> bool:
    return _bounds(text)[1] is not None


def _check_milestone(claim) -> str | None:
    try:
        dates.parse(claim.says)
    except dates.InvalidPartialDate as error:
        return str(error)


def _check_coverage(claim) -> str | None:
    if claim.says not in _SAID_OF_COVERAGE:
        return (
            f"Of a coverage cell a source says one of: {', '.join(_SAID_OF_COVERAGE)}."
        )


def _check_partnership(claim) -> str | None:
    is_number = claim.says.isascii() and claim.says.isdigit() and claim.says[0] != "0"
    if claim.partnership_fact == PartnershipFact.STATED_AREAS and not is_number:
        return "Write the stated number of areas as a number, as in 17."


def _check_affiliation(claim) -> str | None:
    if claim.says not in {"yes", "no"} and not _is_date(claim.says):
        return f"Write yes, no, or when it began. {dates.HELP}"


def _check_engagement(claim) -> str | None:
    if claim.says in {"yes", "no"} or _is_date(claim.says):
        return None
    kind = claim.engagement.kind
    amount, _, currency = claim.says.partition(" ")
    if kind == EngagementKind.DIALOGUE:
        if claim.says not in Frequency.values:
            listed = ", ".join(Frequency.values)
            return f"Write yes, no, when it began, or one of: {listed}."
    elif kind == EngagementKind.EPF_CONTRIBUTION:
        is_amount = amount.isascii() and amount.isdigit() and amount[0] != "0"
        if not (is_amount and len(currency) == 3 and currency.isupper()):
            return (
                "Write yes, no, when it was made, or the amount, as in 150000000 NOK."
            )
    else:
        return f"Write yes, no, or when it began. {dates.HELP}"


_SAYS_CHECKS = {
    Milestone: _check_milestone,
    Coverage: _check_coverage,
    Partnership: _check_partnership,
    Affiliation: _check_affiliation,
    Engagement: _check_engagement,
    Question: lambda claim: None,
}
