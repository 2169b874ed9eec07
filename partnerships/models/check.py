from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from partnerships.dates import day_in_words
from partnerships.ledger.recorder import AuditedModel
from partnerships.models.partnership import Partnership
from partnerships.text import new_key


class Check(AuditedModel):
    """A look for news of a partnership: the editors' word on how far its record knows.
    Who made it stands in the trail."""

    PERMANENT = ("partnership",)
    PUBLIC = ("partnership", "through", "made_on", "found")

    key = models.SlugField(max_length=100, unique=True, editable=False, default=new_key)
    partnership = models.ForeignKey(
        Partnership, on_delete=models.CASCADE, related_name="checks"
    )
    through = models.DateField(
        "checked through",
        help_text="The last day of which you looked for news, as in 2026-04-30.",
    )
    made_on = models.DateField(
        "looked on",
        default=timezone.localdate,
        help_text="The day on which you looked.",
    )
    found = models.CharField(
        max_length=300,
        blank=True,
        help_text="What was found, in a few words. Empty: nothing new.",
    )

    class Meta:
        ordering = ["-through", "-id"]
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=Q(through__lte=F("made_on")),
                name="check_reaches_to_its_day",
                violation_error_message=(
                    "Nobody can look further than the day on which they look: correct "
                    "“checked through” or “looked on”."
                ),
            ),
            models.UniqueConstraint(
                fields=["partnership", "through"],
                name="check_is_recorded_once",
                violation_error_message=(
                    "This record is checked through that day already: add what you "
                    "found to that check, on its own page."
                ),
            ),
        ]

    def __str__(self):
        how_far = f"checked through {day_in_words(self.through)}"
        found = f"found: {self.found}" if self.found else "nothing new"
        return f"{self.partnership.partner}: {how_far}, {found}"

    def clean(self):
        super().clean()
        is_to_come = self.made_on and self.made_on > timezone.localdate()
        # Another editor's day may have begun before this one's.
        if is_to_come and self.is_changed("made_on"):
            raise ValidationError({"made_on": "This day is yet to come."})
