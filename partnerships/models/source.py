from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from partnerships.dates import PartialDate
from partnerships.fields import PartialDateField
from partnerships.ledger.recorder import AuditedModel


class Source(AuditedModel):
    """A published document that says something about a partnership."""

    NATURAL_KEY = ("key",)
    PERMANENT = ("key",)
    PUBLIC = (
        *("key", "publisher", "title", "authors", "published_on", "knowledge_as_of"),
        *("url", "language", "last_checked_on", "note"),
    )

    key = models.SlugField(
        max_length=100,
        unique=True,
        help_text="A short permanent name for citing it, as in “eprs-2026-03”.",
    )
    publisher = models.CharField(
        max_length=200,
        help_text="Who published it, as in “European External Action Service”.",
    )
    title = models.CharField(max_length=300, help_text="Its title as published.")
    authors = models.CharField(
        max_length=300,
        blank=True,
        help_text="The named authors, separated by semicolons.",
    )
    published_on = PartialDateField(
        blank=True,
        null=True,
        help_text="When it was published. Leave it empty for an undated page.",
    )
    knowledge_as_of = PartialDateField(
        blank=True,
        null=True,
        help_text="Until when its facts reach, which is often earlier.",
    )
    url = models.URLField(
        "address", max_length=500, blank=True, help_text="Where it can be read."
    )
    language = models.CharField(
        max_length=8,
        default="en",
        help_text="Its language as an ISO 639-1 code, as in “en”.",
    )
    last_checked_on = models.DateField(
        null=True, blank=True, help_text="When an editor last read it at its address."
    )
    note = models.TextField(
        blank=True, help_text="What a reader should know of its reliability. Public."
    )

    class Meta:
        ordering = ["key"]
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=Q(language__regex=r"^[a-z]{2,3}$"),
                name="source_language_is_a_code",
                violation_error_message=(
                    "Write the language as two small letters, as in “en”."
                ),
            )
        ]

    def __str__(self):
        return f"{self.publisher}: {self.title}"

    def clean(self):
        super().clean()
        today, errors = timezone.localdate(), {}
        if self.last_checked_on and self.last_checked_on > today:
            errors["last_checked_on"] = "This day is yet to come."
        for name in ("published_on", "knowledge_as_of"):
            value = getattr(self, name)
            if (
                isinstance(value, PartialDate)
                and (value.earliest or value.latest) > today
            ):
                errors[name] = "This is yet to come."
        if errors:
            raise ValidationError(errors)
