from django.db import models
from django.db.models import F, Q

from partnerships.choices import HolderKind
from partnerships.fields import PartialDateField
from partnerships.ledger.recorder import AuditedModel
from partnerships.models.fact import DatedWord
from partnerships.models.partnership import Partnership
from partnerships.querysets.facts import DatedWordQuerySet
from partnerships.text import new_key


class Position(DatedWord):
    """A position that an institution, a government, industry or an expert took on one
    partnership, or on the instrument as a whole."""

    NATURAL_KEY = AuditedModel.NATURAL_KEY
    PERMANENT = ("partnership",)
    PUBLIC = ("partnership", "holder", "holder_kind", "date", "text", "ruling")

    key = models.SlugField(max_length=100, unique=True, editable=False, default=new_key)
    partnership = models.ForeignKey(
        Partnership,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="positions",
        help_text="Leave it empty if it is about the partnerships as a whole.",
    )
    holder = models.CharField(
        max_length=200, help_text="Who said it, as in “European Parliament”."
    )
    holder_kind = models.CharField(max_length=20, choices=HolderKind)
    date = PartialDateField(
        blank=True,
        null=True,
        earliest_field="earliest",
        latest_field="latest",
        help_text="When it was said. Leave it empty if no source says.",
    )
    earliest = models.DateField(null=True, editable=False)
    latest = models.DateField(null=True, editable=False)
    text = models.TextField(
        help_text="What they said, in one or two sentences of our own, with the verb."
    )
    ruling = models.TextField(
        blank=True,
        help_text="Why the editors adopted this where sources disagree. Public.",
    )

    objects = DatedWordQuerySet.as_manager()

    class Meta:
        ordering = [F("latest").desc(nulls_last=True), "holder", "id"]
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=Q(holder_kind__in=HolderKind.values),
                name="position_holder_kind_is_known",
                violation_error_message="Choose one of the listed kinds.",
            )
        ]

    def __str__(self):
        about = f"{self.partnership.partner}: " if self.partnership else ""
        return f"{about}{self.name_in_record}"

    @property
    def name_in_record(self) -> str:
        when = f", {self.date.display()}" if self.date else ""
        return f"Position of {self.holder}{when}"
