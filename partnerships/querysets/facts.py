"""Querysets of the rows that are facts. They know no request and no clock."""

from datetime import date
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Exists,
    F,
    Model,
    OuterRef,
    Q,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, Length

from partnerships.choices import (
    Aspect,
    Certainty,
    CoverageValue,
    Frequency,
    Track,
)
from partnerships.dates import LENGTHS_OF_KNOWN_DAYS
from partnerships.ledger.recorder import AuditedQuerySet
from partnerships.lifecycle.table import EFFECTS, SAFE_ADOPTED_ON
from partnerships.querysets.settled import settled_columns
from partnerships.querysets.statuses import WITH_EFFECT

_SAFE_STEPS = [kind for kind, effect in EFFECTS[Track.SAFE].items() if effect]


def related(model: type[Model], name: str) -> Any:
    """Return all rows of the model that a relation leads to, by its own queryset.
    Querysets stand below the models and cannot import them."""
    related_model: Any = model._meta.get_field(name).related_model
    return related_model.objects.all()


class FactQuerySet(AuditedQuerySet):
    """Facts that sources make claims about."""

    def public(self):
        """Facts of published partnerships, of a kind that belongs to one."""
        published = related(self.model, "partnership").published()
        return self.filter(partnership__in=published)

    def unsourced(self):
        """Facts that no claim agrees or is compatible with."""
        return self.filter(~Exists(self._claims().supporting()))

    def with_open_disagreement(self):
        return self.filter(Exists(self._claims().open()))

    def unsourced_in(self, aspect: str):
        """Facts with a value of this aspect that no claim supports."""
        said = self._claims(aspect).supporting()
        filled = self.exclude(**{f"{aspect}__isnull": True})
        if aspect != Aspect.AMOUNT_EUR:
            filled = filled.exclude(**{aspect: ""})
        return filled.filter(~Exists(said))

    def _claims(self, aspect: str = ""):
        about = {self.model._meta.model_name: OuterRef("pk"), "aspect": aspect}
        return related(self.model, "claims").filter(**about)


class MilestoneQuerySet(FactQuerySet):
    def unsourced(self):
        """Milestones that no claim agrees or is compatible with; a digest alone moves
        no status. In Python: ``fact_kinds.supports_milestone``."""
        firm = self._claims().firm()
        moves = WITH_EFFECT & ~Q(certainty=Certainty.REJECTED) & ~Exists(firm)
        return self.filter(moves | ~Exists(self._claims().supporting()))

    def settled(self):
        """Annotate ``first_day`` and ``last_day``, the days between which date and
        order let each milestone have happened (``querysets.settled``)."""
        if "last_day" in self.query.annotations:
            return self
        return self.annotate(**settled_columns(self.model.objects.using(self.db)))

    def in_order(self, *before: str, newest_first: bool = False):
        """Order milestones by other fields if any, then by when they happened, each as
        late as it may have."""
        rows = self.settled()
        if newest_first:
            first = F("first_day").desc(nulls_last=True)
            return rows.order_by("-last_day", "-order_in_record", first, "-pk")
        first = F("first_day").asc(nulls_first=True)
        return rows.order_by(*before, "last_day", "order_in_record", first, "pk")

    def begun(self, *, on: date):
        """Milestones that may have happened by that day: the first day of which date
        and order allow has come, or is not known; before there was SAFE no step
        towards it, and nothing about it whose date does not reach back as far. In
        Python: ``Milestone.has_begun``."""
        has_begun = Q(first_day__isnull=True) | Q(first_day__lte=on)
        rows = self.settled().filter(has_begun)
        if on < SAFE_ADOPTED_ON:
            is_later = Q(first_day__isnull=True, last_day__gt=on)
            is_step = Q(kind__in=_SAFE_STEPS)
            return rows.exclude(is_step | is_later, track=Track.SAFE)
        return rows

    def happened(self, *, on: date):
        """Milestones that have happened by that day, since the last day that date and
        order allow has come. In Python: ``Dated.has_happened``."""
        return self.settled().filter(last_day__lte=on)

    def counted(self):
        """Milestones that the editors have not rejected."""
        return self.exclude(certainty=Certainty.REJECTED)

    def with_met_by(self, *, on: date):
        """Annotate ``met_by``: of an announcement, the id of the first milestone by
        that day that is what it announces, on its track, not before it; else None."""
        announced = Coalesce(OuterRef("earliest"), Value(date.min))
        steps = self.model.objects.counted().filter(latest__lte=on)
        met_by = steps.filter(
            partnership=OuterRef("partnership"),
            track=OuterRef("track"),
            kind=OuterRef("announces"),
            latest__gte=announced,
        ).order_by("latest", "pk")
        return self.annotate(met_by=Subquery(met_by.values("pk")[:1]))

    def for_a_calendar(self):
        """Milestones whose date is a day, or a span from one day to another, and those
        that announce a step and by when."""
        rows = self.alias(length=Length(Cast("date", TextField())))
        is_known = Q(earliest__isnull=False, length__in=LENGTHS_OF_KNOWN_DAYS)
        return rows.filter(is_known | Q(expected_latest__isnull=False))


class CoverageQuerySet(FactQuerySet):
    def unsourced(self):
        return super().unsourced().exclude(value=CoverageValue.NOT_ASSESSED)


class LastingFactQuerySet(FactQuerySet):
    """Facts that hold over a time: affiliations and engagements."""

    def unsourced(self):
        """Facts that no claim agrees or is compatible with; and those whose first day
        is given where no claim says a date."""
        return self.filter(~Exists(self._support()) | self._begins_unsaid())

    def _support(self):
        return self._claims().supporting()

    def _begins_unsaid(self) -> Q:
        dated = self._claims().exclude(earliest__isnull=True, latest__isnull=True)
        return Q(~Exists(dated), since_earliest__isnull=False)

    def begun(self, *, on: date):
        """Facts that had begun by that day, or whose beginning no source gives. In
        Python: ``LastingFact.has_begun``."""
        return self.filter(Q(since_latest__isnull=True) | Q(since_latest__lte=on))

    def perhaps_begun(self, *, on: date):
        """Facts that had begun by that day, or may have. In Python:
        ``LastingFact.may_have_begun``."""
        return self.filter(Q(since_earliest__isnull=True) | Q(since_earliest__lte=on))

    def holding(self, *, on: date):
        """Facts that certainly held on that day, [since, until): where no source gives
        a beginning, nothing simply holds. In Python: ``Holding.holds_on``."""
        return self.filter(since_latest__lte=on).filter(_goes_on(on))

    def perhaps_holding(self, *, on: date):
        """Facts that held on that day, or may have. In Python:
        ``Holding.may_hold_on``."""
        return self.perhaps_begun(on=on).filter(_goes_on(on))

    def with_holds(self, *, on: date):
        """Annotate ``holds``: True of what certainly held on that day, False of what
        had not begun or was over, None of what may have held."""
        has_begun = Q(since_latest__isnull=False, since_latest__lte=on)
        begins_later = Q(since_earliest__isnull=False, since_earliest__gt=on)
        holds = Case(
            When(begins_later | ~_goes_on(on), then=False),
            When(has_begun, then=True),
            output_field=BooleanField(null=True),
        )
        return self.annotate(holds=holds)


class AffiliationQuerySet(LastingFactQuerySet):
    """Standings, which decide who may use SAFE: none rests on a digest alone."""

    def _support(self):
        return self._claims().firm()


class EngagementQuerySet(LastingFactQuerySet):
    def unsourced(self):
        """Ties that no claim agrees or is compatible with; and those with a frequency
        or an amount that none says."""
        amount = Cast(OuterRef("amount"), TextField())
        money = Concat(
            amount, Value(" "), OuterRef("currency"), output_field=TextField()
        )
        says_frequency = Exists(self._claims().filter(says=OuterRef("frequency")))
        says_amount = Exists(self._claims().filter(says=money))
        return self.filter(
            ~Exists(self._support())
            | self._begins_unsaid()
            | Q(frequency__in=[Frequency.ANNUAL, Frequency.REGULAR]) & ~says_frequency
            | Q(amount__isnull=False) & ~says_amount
        )


class DatedWordQuerySet(FactQuerySet):
    """Positions and namesakes: facts that may belong to no partnership."""

    def public(self):
        """Keep facts of published partnerships, and those of none."""
        if not hasattr(self.model, "partnership"):
            return self
        of_none = self.filter(partnership__isnull=True)
        return super().public() | of_none

    def by(self, *, on: date):
        """Keep facts of that day or before: certainly, or by a span that has begun; and
        undated ones. In Python: ``DatedWord.may_be_by``."""
        may_be = Q(earliest__isnull=False, earliest__lte=on)
        return self.filter(Q(latest__isnull=True) | Q(latest__lte=on) | may_be)

    def unsourced(self):
        """Keep facts that no claim agrees or is compatible with; and those with a day
        where no claim says one."""
        dated = self._claims().exclude(earliest__isnull=True, latest__isnull=True)
        return self.filter(
            ~Exists(self._claims().supporting())
            | Q(latest__isnull=False) & ~Exists(dated)
        )


def _goes_on(day: date) -> Q:
    return Q(until_latest__isnull=True) | Q(until_latest__gt=day)
