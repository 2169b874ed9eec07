from django.db import models
from django.db.models import Q

from partnerships.choices import CheckReason
from partnerships.ledger.recorder import AuditedModel
from partnerships.models.partnership import Partnership
from partnerships.text import new_key


class DoubleCheck(AuditedModel):
    """A second person's look, with the source open, at what one operation of the desk
    did to a record, or to facts of none. It is asked for with the operation itself, and
    open until ``made_on``; the trail says by whom it was made."""

    PERMANENT = ("partnership", "operation", "entered_by")
    PUBLIC = ("partnership", "operation", "reasons", "made_on")

    key = models.SlugField(max_length=100, unique=True, editable=False, default=new_key)
    partnership = models.ForeignKey(
        Partnership,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="double_checks",
    )
    #: As text: SQLite and PostgreSQL would give a UUID to the trail differently.
    operation = models.CharField(max_length=36, db_index=True)
    reasons = models.CharField(
        max_length=200, help_text="Why it is asked for, values of CheckReason."
    )
    #: The account whose work it is, as a number: the trail refers to no account.
    entered_by = models.BigIntegerField()
    made_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        base_manager_name = "objects"
        default_permissions = ("view", "change")
        verbose_name = "double-check"
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "partnership"],
                name="double_check_is_asked_once",
                violation_error_message="This double-check is asked for already.",
            ),
            models.UniqueConstraint(
                fields=["operation"],
                condition=Q(partnership=None),
                name="double_check_of_no_record_is_asked_once",
                violation_error_message="This double-check is asked for already.",
            ),
        ]

    def __str__(self):
        about = self.partnership.partner if self.partnership else "No partnership"
        return f"{about}: {self.in_words}"

    @property
    def in_words(self) -> str:
        """The reasons for which it is asked, as in "a status moves, a ruling"."""
        labels = [CheckReason(reason).label for reason in self.reasons.split()]
        return ", ".join(labels).lower()
