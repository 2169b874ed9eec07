"""Pasts: all that this tracker knew at the end of a day, or after a change."""

from datetime import UTC, date, datetime
from typing import Any, NamedTuple, Self

from django.db.models import Exists, Max, Min, OuterRef, Q
from django.utils import timezone

from partnerships.dates import end_of
from partnerships.ledger.models import LedgerEntry

#: No more changes than these are sealed before one that was made earlier.
NEARLY_AT_ONCE = 1_000
_NEVER = datetime.max.replace(tzinfo=UTC)


class Past(NamedTuple):
    """All that was recorded by the end of a day, UTC; or the edition of a change that
    was made on that day. As text, it is the parameter's value that asks for it.

    All that was made before ``end`` is of it. Of what was made from then on, nothing;
    but of an edition that which, up to ``last``, was sealed no later than its change:
    two that save at once may be sealed in another order.
    """

    day: date
    end: datetime
    edition: int | None = None
    last: datetime | None = None

    @classmethod
    def of_day(cls, day: date) -> Self:
        return cls(day, end_of(day))

    @classmethod
    def after(cls, number: int) -> Self | None:
        """Return the past after the change of this number; None where there is none.
        One query."""
        near = (number - NEARLY_AT_ONCE + 1, number + NEARLY_AT_ONCE)
        entries = LedgerEntry.objects.filter(Q(number__range=near) | Q(number=None))
        at: dict[str, Any] = entries.order_by().aggregate(
            made=Max("at", filter=Q(number=number)),
            last=Max("at", filter=Q(number__lte=number)),
            end=Min("at", filter=Q(number__gt=number) | Q(number=None)),
        )
        if at["made"] is None:
            return None
        end = at["end"] or _NEVER
        is_by_time = at["last"] < end
        day = at["made"].astimezone(UTC).date()
        return cls(day, end, number, None if is_by_time else at["last"])

    @property
    def is_over(self) -> bool:
        """True unless all that is known now is of it."""
        return self.end <= timezone.now()

    @property
    def entries(self) -> Q:
        """The condition of the entries of the ledger that are of it."""
        if self.edition is not None:
            return Q(number__lte=self.edition)
        return Q(at__lt=self.end)

    def versions(self, model: Any) -> Q:
        """Return the condition of the rows of a model's history that are of it."""
        surely = Q(history_date__lt=self.end)
        if self.last is None:
            return surely
        entries = LedgerEntry.objects.filter(
            self.entries,
            record=model._meta.model_name,
            history_id=OuterRef("history_id"),
        )
        return surely | Q(Exists(entries), history_date__lte=self.last)

    def __str__(self) -> str:
        return str(self.edition or self.day)
