from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from partnerships.choices import CoverageValue
from partnerships.ledger.recorder import AuditedModel
from partnerships.models.fact import FactModel
from partnerships.models.partnership import Partnership
from partnerships.querysets.facts import CoverageQuerySet

_SAID = [value for value in CoverageValue.values if value != CoverageValue.NOT_ASSESSED]


class Area(AuditedModel):
    """An area of cooperation, numbered as in Table 1 of the Parliament's 2026
    briefing."""

    NATURAL_KEY = ("slug",)
    PERMANENT = ("slug", "number")
    PUBLIC = ("number", "slug", "name", "short_name")

    number = models.PositiveSmallIntegerField(
        unique=True,
        validators=[MinValueValidator(1)],
        help_text="Its number in Table 1 of the briefing (1 to 26).",
    )
    slug = models.SlugField(
        max_length=100, unique=True, help_text="Its part of web addresses. Permanent."
    )
    name = models.CharField(
        max_length=200, unique=True, help_text="The name as the table gives it."
    )
    short_name = models.CharField(
        max_length=40,
        blank=True,
        help_text="A short name of ours, as in “Hybrid threats”, for narrow places.",
    )

    class Meta:
        ordering = ["number"]
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=Q(number__gte=1),
                name="area_number_is_positive",
                violation_error_message="An area's number is 1 or more.",
            )
        ]

    def __str__(self):
        return f"{self.number}. {self.name}"

    @property
    def label(self):
        """The short name, or where there is none the table's own."""
        return self.short_name or self.name


class Coverage(FactModel):
    """The place of one area in one partnership. No row means "not assessed"."""

    NATURAL_KEY = ("partnership__partner__slug", "area__slug")
    PERMANENT = ("partnership", "area")
    PUBLIC = ("partnership", "area", "value", "ruling")

    partnership = models.ForeignKey(
        Partnership, on_delete=models.CASCADE, related_name="coverage"
    )
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="coverage")
    value = models.CharField(
        max_length=20,
        choices=CoverageValue,
        default=CoverageValue.NOT_ASSESSED,
        help_text=(
            "“Not included” is what a source says; “Not assessed” means that nobody "
            "has looked. “Already exists”: the tie was there before the partnership."
        ),
    )
    ruling = models.TextField(
        blank=True,
        help_text="Why the editors adopted this value where sources disagree. Public.",
    )

    objects = CoverageQuerySet.as_manager()

    class Meta:
        ordering = ["partnership__partner__name", "area__number"]
        base_manager_name = "objects"
        verbose_name = "coverage cell"
        verbose_name_plural = "coverage"
        indexes = [
            # The list's counts beside each area, read from the index alone.
            models.Index(
                fields=["value", "area", "partnership"], name="coverage_counts"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "area"],
                name="coverage_has_one_cell_per_area",
                violation_error_message=(
                    "This partnership has a cell for this area already."
                ),
            ),
            models.CheckConstraint(
                condition=Q(value__in=CoverageValue.values),
                name="coverage_value_is_known",
                violation_error_message="Choose one of the listed values.",
            ),
        ]

    def __str__(self):
        return f"{self.partnership.partner}: {self.area.name}"

    @property
    def stated_value(self) -> str:
        return self.value

    @property
    def name_in_record(self) -> str:
        return str(self.area)

    def refuse_claim(self, claim) -> str | None:
        if claim.says in _SAID:
            return None
        return f"Of a coverage cell a source says one of: {', '.join(_SAID)}."
