from django.db import models

from partnerships.dates import bounds_of
from partnerships.models.fact import FactModel
from partnerships.querysets.facts import FactQuerySet


class Question(FactModel):
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
        self.earliest, self.latest = bounds_of(self.answer)
        super().save(*args, **kwargs)

    @property
    def stated_value(self) -> str:
        return self.answer

    @property
    def name_in_record(self) -> str:
        return self.text
