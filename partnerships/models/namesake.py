from django.db import models
from django.db.models import F

from partnerships.fields import PartialDateField
from partnerships.ledger.recorder import AuditedModel
from partnerships.models.fact import DatedWord
from partnerships.querysets.facts import DatedWordQuerySet
from partnerships.text import new_key


class Namesake(DatedWord):
    """A text or dialogue that is easily taken for a Security and Defence Partnership
    and is none; on record so that nobody counts it."""

    NATURAL_KEY = AuditedModel.NATURAL_KEY
    PUBLIC = ("title", "parties", "date", "reason", "ruling")

    key = models.SlugField(max_length=100, unique=True, editable=False, default=new_key)
    title = models.CharField(
        max_length=200, unique=True, help_text="What it is called, by its parties."
    )
    parties = models.CharField(
        max_length=200, help_text="Between whom, as in “the EU and the Philippines”."
    )
    date = PartialDateField(
        blank=True,
        null=True,
        earliest_field="earliest",
        latest_field="latest",
        help_text="When it was agreed or signed. Leave it empty if no source says.",
    )
    earliest = models.DateField(null=True, editable=False)
    latest = models.DateField(null=True, editable=False)
    reason = models.TextField(
        help_text="Why it is no Security and Defence Partnership, in our own words."
    )
    ruling = models.TextField(
        blank=True,
        help_text="Why the editors adopted this where sources disagree. Public.",
    )

    objects = DatedWordQuerySet.as_manager()

    class Meta:
        ordering = [F("latest").desc(nulls_last=True), "title"]
        base_manager_name = "objects"

    def __str__(self):
        return self.title

    @property
    def name_in_record(self) -> str:
        return self.title
