from django.db import models

from partnerships.ledger.recorder import AuditedModel
from partnerships.models.fact import FactModel
from partnerships.models.partnership import Partnership
from partnerships.querysets.facts import FactQuerySet
from partnerships.text import new_key


class Subject(FactModel):
    """A subject that the text of a partnership names and that no area has in Table 1 of
    the EPRS briefing, such as the use of artificial intelligence in war."""

    NATURAL_KEY = AuditedModel.NATURAL_KEY
    PERMANENT = ("partnership",)
    PUBLIC = ("partnership", "name", "note", "ruling")

    key = models.SlugField(max_length=100, unique=True, editable=False, default=new_key)
    partnership = models.ForeignKey(
        Partnership, on_delete=models.CASCADE, related_name="subjects"
    )
    name = models.CharField(
        max_length=200, help_text="The subject in a few words, as in “Public health”."
    )
    note = models.TextField(
        blank=True, help_text="What else a reader should know. Public."
    )
    ruling = models.TextField(
        blank=True,
        help_text="Why the editors adopted this where sources disagree. Public.",
    )

    objects = FactQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "name"],
                name="subject_is_recorded_once",
                violation_error_message=(
                    "This subject is already recorded: add your source to it."
                ),
            )
        ]

    def __str__(self):
        return f"{self.partnership.partner}: {self.name}"

    @property
    def stated_value(self) -> str:
        return "yes"

    @property
    def name_in_record(self) -> str:
        return self.name

    def refuse_claim(self, claim) -> str | None:
        if claim.says in ("yes", "no"):
            return None
        return (
            "Write yes if the source says that the text names it, no if it denies it."
        )
