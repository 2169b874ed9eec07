import re
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.text import get_text_list

from partnerships import dates
from partnerships.choices import Aspect, PartnershipFact
from partnerships.ledger.recorder import AuditedModel
from partnerships.models.area import Coverage
from partnerships.models.engagement import Engagement
from partnerships.models.fact import FactModel
from partnerships.models.milestone import Milestone
from partnerships.models.namesake import Namesake
from partnerships.models.partner import Affiliation
from partnerships.models.partnership import Partnership
from partnerships.models.position import Position
from partnerships.models.question import Question
from partnerships.models.source import Source
from partnerships.models.subject import Subject
from partnerships.querysets.claims import ClaimQuerySet
from partnerships.querysets.fact_kinds import FACT_KINDS, FactKind
from partnerships.text import new_key

_WHOLE_NUMBER = re.compile(r"[1-9][0-9]*")
_NAMES = [kind.model for kind in FACT_KINDS]
_FIELDS = [field for kind in FACT_KINDS for field in kind.fields]


def _about(fact_model: type[FactModel]) -> models.ForeignKey:
    """Return the field of a claim that names a fact of this model."""
    return models.ForeignKey(
        fact_model,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="claims",
    )


class Claim(AuditedModel):
    """One source's word on one fact. Its agreement with the value that the editors
    adopted is computed, never typed (``ClaimQuerySet.with_standing``)."""

    DERIVED = {"earliest": ("says",), "latest": ("says",)}
    PERMANENT = ("source", *_FIELDS, "aspect")
    PUBLIC = ("source", *_FIELDS, "aspect", "says", "wording", "locator")
    LOG_OF_PARTNERSHIP = (  # 0: about a partner that has no partnership
        "CASE WHEN {row}.record_id IS NULL AND {row}.affiliation_id IS NOT NULL"
        " THEN 0 ELSE {row}.record_id END"
    )

    LATE = {"record": "affiliation"}  # whose partner may get a partnership

    key = models.SlugField(max_length=100, unique=True, editable=False, default=new_key)
    source = models.ForeignKey(
        Source,
        on_delete=models.PROTECT,
        related_name="claims",
        help_text="The document that says it.",
    )

    # The fact that it is about: exactly one
    milestone = _about(Milestone)
    coverage = _about(Coverage)
    engagement = _about(Engagement)
    affiliation = _about(Affiliation)
    partnership = _about(Partnership)
    partnership_fact = models.CharField(
        max_length=20,
        choices=PartnershipFact,
        blank=True,
        help_text="For a claim about the partnership itself: which of its facts.",
    )
    question = _about(Question)

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
            "such as 2025-06, or 2025-10-24/.. for “not before”. Of a coverage cell: "
            "included, not_included or already_exists. Of a stated number of areas: "
            "the number. Of an engagement or affiliation: yes, no or when it began; of "
            "a dialogue also how often, such as annual; of a contribution the amount, "
            "such as 150000000 NOK. Of a position or namesake: yes, or when; of a "
            "subject: yes; of a question: the answer. Of another value of the fact: "
            "that value."
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

    # Facts of later kinds, and the value that it is about
    subject = _about(Subject)
    position = _about(Position)
    namesake = _about(Namesake)
    aspect = models.CharField(
        "about",
        max_length=20,
        choices=Aspect,
        blank=True,
        help_text=(
            "Of a milestone: its place, signatories or reference, else its date. Of a "
            "tie: its level or amount in euro, else that it is there."
        ),
    )

    objects = ClaimQuerySet.as_manager()

    # Annotated by with_fact() and with_standing()
    fact_id: str
    fact_ruling: str
    adopted: str | None
    standing: str

    class Meta:
        ordering = ["source__key", "id"]
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    *(
                        Q(**{f"{name}__isnull": name != one for name in _NAMES})
                        for one in _NAMES
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
                condition=Q(aspect__in=["", *Aspect.values]),
                name="claim_aspect_is_known",
                violation_error_message="Choose one of the listed values.",
            ),
            models.CheckConstraint(
                condition=~Q(says=""),
                name="claim_says_something",
                violation_error_message="Say what the source says.",
            ),
            *(
                models.UniqueConstraint(
                    fields=["source", name, "partnership_fact", "locator", "says"],
                    condition=Q(**{f"{name}__isnull": False}),
                    name=f"claim_about_{name}_is_recorded_once",
                    violation_error_message="This claim is recorded already.",
                )
                for name in _NAMES
            ),
        ]

    def __str__(self):
        return f"{self.source.key}: {self.says}"

    def clean(self):
        super().clean()
        self.says = _without_what_is_immaterial(self.says)
        if self.fact is not None and (problem := self._refused(self.fact)):
            raise ValidationError(problem)
        self.derive()

    def save(self, *args, **kwargs):
        self.record = self.fact.partnership_or_none
        super().save(*args, **kwargs)

    @property
    def fact_kind(self) -> FactKind | None:
        """The kind of fact that the claim is about; None unless it is exactly one."""
        # A fact that is not saved yet has no id.
        named = [
            kind
            for kind in FACT_KINDS
            if getattr(self, kind.column) or getattr(self, kind.model)
        ]
        return named[0] if len(named) == 1 else None

    @property
    def fact(self) -> FactModel | None:
        """The fact that the claim is about; None unless it is exactly one."""
        return getattr(self, self.fact_kind.model) if self.fact_kind else None

    @property
    def partnership_or_none(self):
        return self.fact and self.fact.partnership_or_none

    @property
    def is_public(self):
        return self.fact is not None and self.fact.is_public

    def clashes_with(self, other: "Claim") -> bool:
        """Return whether both say what one source says of one value, so that one of
        them corrects the other: they stand at one place, or give dates that cannot
        both be true. What a tie's claims say is of several values."""
        kind = self.fact_kind
        return bool(
            kind
            and (kind.has_one_value or self.aspect)
            and self.fact == other.fact
            and self.partnership_fact == other.partnership_fact
            and self.aspect == other.aspect
            and self.source_id == other.source_id
            and (self.locator == other.locator or self._denies(other))
        )

    def _denies(self, other: "Claim") -> bool:
        if self.aspect in (Aspect.PLACE, Aspect.AMOUNT_EUR):
            return self.says != other.says
        says_dates = self.earliest or self.latest, other.earliest or other.latest
        return all(says_dates) and (
            (self.earliest or date.min) > (other.latest or date.max)
            or (other.earliest or date.min) > (self.latest or date.max)
        )

    def _refused(self, fact: FactModel) -> dict[str, str]:
        """Return why the claim cannot say this of the fact; empty if it can."""
        if not self.aspect:
            problem = fact.refuse_claim(self)
            return {"says": problem} if problem else {}
        kind = self.fact_kind
        aspects = [aspect.label.lower() for aspect in kind.aspects] if kind else []
        if kind and self.aspect not in kind.aspects:
            named = f"only its {get_text_list(aspects)}" if aspects else "nothing else"
            return {"aspect": f"A source can speak of {named} here; leave it empty."}
        is_amount = self.aspect == Aspect.AMOUNT_EUR
        if is_amount and not _WHOLE_NUMBER.fullmatch(self.says):
            return {"says": "Write the amount in whole euro, as in 14500000."}
        return {}

    @classmethod
    def misplaced(cls, using):
        paths = [f"{k.model}__{k.partnership}" for k in FACT_KINDS if k.partnership]
        rows = cls.objects.using(using).order_by()
        for pk, record, *owners in rows.values_list("pk", "record", *paths).iterator():
            if record != next(filter(None, owners), None):
                yield f"claim {pk} is in another record than its fact"

    def derive(self):
        kind = self.fact_kind
        says_dates = not self.aspect and (kind is None or kind.says_dates)
        bounds = dates.bounds_of(self.says, open_ended=True)
        self.earliest, self.latest = bounds if says_dates else (None, None)


def _without_what_is_immaterial(text: str) -> str:
    """Return the text without space around it, and a span of one day as that day."""
    is_date = any(dates.bounds_of(text))
    return str(dates.parse(text)) if is_date else text.strip()
