"""The base of all models whose rows are facts, which sources make claims about."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from partnerships import dates
from partnerships.fields import PartialDateField
from partnerships.ledger.recorder import AuditedModel
from partnerships.lifecycle.doubts import year_doubts

Day = date  # where a field has that name

TO_COME = "This day is yet to come: enter what happened once it has happened."


class FactModel(AuditedModel):
    """A row that holds a fact, whose kind stands in ``querysets.fact_kinds``.

    Its ``name_in_record`` tells it from other facts of its kind, and where editors
    enter it together with its source, ``stated_value`` is the adopted value in the
    notation of ``Claim.says``. A partnership, whose row holds two facts, has neither.
    """

    #: True where a second person has still to compare it with its source; set by
    #: ``selectors.double_checks``.
    awaits_double_check = False

    class Meta:
        abstract = True

    @property
    def name_in_record(self) -> str:
        raise NotImplementedError

    @property
    def stated_value(self) -> str:
        raise NotImplementedError

    def refuse_claim(self, claim) -> str | None:
        """Return a sentence for the editor if a claim cannot say this, else None."""
        return None

    def doubts(self):
        dated = [f for f in self._meta.fields if isinstance(f, PartialDateField)]
        return [
            (field.name, question)
            for field in dated
            if isinstance(value := getattr(self, field.name), dates.PartialDate)
            for question in year_doubts(value)
        ]


class LastingFact(FactModel):
    """A fact that holds over a time, [since, until), as far as sources give it."""

    DERIVED = {
        "since_earliest": ("since",),
        "since_latest": ("since",),
        "until_latest": ("until",),
    }

    since_earliest: date | None
    since_latest: date | None
    until_latest: date | None

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(since_latest__isnull=True)
                | Q(until_latest__isnull=True)
                | Q(since_latest__lte=F("until_latest")),
                name="%(class)s_ends_after_it_begins",
                violation_error_message="It ends before it begins; check both dates.",
            )
        ]

    def clean(self):
        super().clean()
        self.derive()  # for the constraints

    def has_begun(self, *, on: date) -> bool:
        """Return whether it had begun by that day, or no source gives its beginning. In
        SQL: ``LastingFactQuerySet.begun``."""
        return self.since_latest is None or self.since_latest <= on

    def may_have_begun(self, *, on: date) -> bool:
        """Return whether it had begun by that day, as far as anybody can say."""
        return self.since_earliest is None or self.since_earliest <= on

    def refuse_claim(self, claim) -> str | None:
        if says_tie(claim.says):
            return None
        return f"Write yes, no, or when it began. {dates.HELP_FOR_CLAIMS}"


class DatedWord(FactModel):
    """A fact with a day, if sources give one: something said, or signed."""

    DERIVED = {"earliest": ("date",), "latest": ("date",)}

    date: dates.PartialDate | None
    earliest: Day | None
    latest: Day | None

    class Meta:
        abstract = True

    def clean(self):
        super().clean()
        self.derive()  # for the constraints
        first = self.earliest or self.latest
        # Another editor's day may have begun before this one's.
        if first and first > timezone.localdate() and self.is_changed("date"):
            raise ValidationError({"date": TO_COME})

    def may_be_by(self, *, on: Day) -> bool:
        """Return whether it may be of that day or before. In SQL:
        ``DatedWordQuerySet.by``."""
        if self.latest is None or self.latest <= on:
            return True
        return self.earliest is not None and self.earliest <= on

    @property
    def stated_value(self) -> str:
        return str(self.date) if self.date else "yes"

    def refuse_claim(self, claim) -> str | None:
        if says_tie(claim.says):
            return None
        return f"Write yes, no, or when it was. {dates.HELP_FOR_CLAIMS}"


def says_tie(says: str) -> bool:
    """Return whether a source says that a tie is there, is not, or since when."""
    return says in ("yes", "no") or any(dates.bounds_of(says, open_ended=True))
