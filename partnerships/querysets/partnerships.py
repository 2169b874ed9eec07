"""The queryset of partnerships. It knows no request and no clock."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import (
    BooleanField,
    DateField,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce

from partnerships.choices import CoverageValue
from partnerships.ledger.recorder import AuditedQuerySet
from partnerships.querysets.facts import related
from partnerships.querysets.sql import coverage, standing
from partnerships.querysets.sql.expression import RowSQL
from partnerships.querysets.statuses import (
    COLUMNS,
    DayStatuses,
    StatusColumn,
)


class PublishedRecord(Exception):
    """A published partnership cannot be deleted."""

    def __init__(self, partnership):
        super().__init__(
            f"{partnership} is published, and what readers may have cited is never "
            "deleted. Record how it ended, or unpublish it first."
        )


class PartnershipQuerySet(AuditedQuerySet):
    def published(self):
        return self.filter(is_published=True)

    def with_status(self, *, on: date, among: Collection[int] | None = None):
        """Annotate what held on that day, by what is recorded now: ``sdp_status``,
        ``safe_status`` and the headline ``status`` (values of SdpStatus, SafeStatus and
        Status), what else may have held (``sdp_status_may_be``, ``safe_status_may_be``,
        ``status_may_be``, lists), ``status_reported``, ``sdp_status_reported`` and
        ``safe_status_reported``, true where the press alone says so, ``status_on``,
        that day, ``signed_on`` (partial date of the last signature in the attempt that
        stands, or None) and ``signed_latest`` (its latest day, for order), and the ids
        of the milestones
        that decide, ``sdp_milestone_id`` and ``safe_milestone_id`` (or None).

        Rows that are not ``among`` these ids have nothing of all that.
        """
        columns = self._status_columns(self.statuses(on=on, among=among))
        return self.annotate(status_on=Value(on, DateField()), **columns)

    def by_status(self, *, on: date):
        """Let filters and orders name what ``with_status`` annotates, and read none of
        it: ``as_of`` reads it once for all rows, a database for each of them."""
        return self.alias(**self._status_columns(self.statuses(on=on)))

    def _status_columns(self, statuses: DayStatuses) -> dict[str, StatusColumn]:
        return {name: StatusColumn(statuses, name) for name in COLUMNS}

    def as_of(self, on: date):
        """Return these partnerships as a list, each with its statuses of that day, as
        ``with_status`` names them, and its ``story``, for those of other days. Three
        queries."""
        rows: list[Any] = list(self)
        statuses = self.statuses(on=on, among=[row.pk for row in rows])
        for row in rows:
            vars(row).update(statuses.by_id[row.pk], status_on=on)
            row.story = statuses.stories[row.pk]
        return rows

    def statuses(self, *, on: date, among: Collection[int] | None = None):
        """Return the statuses of partnerships on that day, whichever of them this
        queryset has; nothing is read before they are asked for."""
        milestones = related(self.model, "milestones")
        everything = self.model.objects.using(self.db)
        return DayStatuses(everything, milestones, on=on, among=among)

    def with_coverage_counts(self):
        """Annotate ``areas_included`` and ``areas_already_exist``, counts of cells, and
        ``is_assessed``, which is true where there is any cell with a value."""
        number = IntegerField()
        return self.annotate(
            areas_included=RowSQL(coverage.included, output_field=number),
            areas_already_exist=RowSQL(coverage.already_exist, output_field=number),
            is_assessed=RowSQL(coverage.is_assessed, output_field=BooleanField()),
        )

    def covering(self, slugs: Iterable[str]):
        """Partnerships that include every one of these areas."""
        cells = related(self.model, "coverage").filter(
            partnership=OuterRef("pk"), value=CoverageValue.INCLUDED
        )
        partnerships = self
        for slug in slugs:
            partnerships = partnerships.filter(Exists(cells.filter(area__slug=slug)))
        return partnerships

    def with_open_disagreement(self):
        claims = related(self.model, "record_claims").open()
        return self.filter(pk__in=claims.values("record"))

    def with_open_disagreement_count(self):
        """Annotate ``open_disagreements``, the number of facts in open disagreement."""
        number = RowSQL(standing.open_disagreements, output_field=IntegerField())
        return self.annotate(open_disagreements=number)

    def with_unsourced_fact(self):
        """Partnerships with a milestone or a coverage cell that no claim supports."""
        mine = Q(partnership=OuterRef("pk"))
        return self.filter(
            Exists(related(self.model, "milestones").unsourced().filter(mine))
            | Exists(related(self.model, "coverage").unsourced().filter(mine))
        )

    def with_checked_through(self):
        """Annotate ``checked_through``, the last day through which editors have looked
        for news of it; None where no check is entered."""
        return self.annotate(checked_through=self._last_of_checks("through"))

    def with_last_find(self):
        """Annotate ``last_find``, what was found by the look that ``checked_through``
        is of: empty for nothing new, None where no check is entered."""
        return self.annotate(last_find=self._of_checks("found", "-through", "-pk"))

    def with_changed_on(self, *, on: date):
        """Annotate ``changed_on``, the last day of the newest milestone by that day;
        None where there is none."""
        milestones = related(self.model, "milestones").counted().happened(on=on)
        mine = milestones.filter(partnership=OuterRef("pk"))
        newest = mine.order_by("-last_day").values("last_day")[:1]
        return self.annotate(changed_on=Subquery(newest))

    def with_looked_on(self):
        """Annotate ``looked_on``, the day on which editors last looked for news of it:
        what is stored, where no check is entered; None where nothing is either."""
        looked_on = Coalesce(self._last_of_checks("made_on"), "reviewed_on")
        return self.annotate(looked_on=looked_on)

    def _last_of_checks(self, name: str) -> Subquery:
        """Return the last day in this field of a partnership's checks. A subquery: with
        an aggregate a database would group by all other columns."""
        return self._of_checks(name, f"-{name}")

    def _of_checks(self, name: str, *order: str) -> Subquery:
        mine = related(self.model, "checks").filter(partnership=OuterRef("pk"))
        return Subquery(mine.order_by(*order).values(name)[:1])

    def not_checked_since(self, day: date):
        """Partnerships that nobody has checked through that day."""
        return self.exclude(pk__in=self.filter(checks__through__gte=day).values("pk"))

    def delete(self):
        for partnership in self.published():
            raise PublishedRecord(partnership)
        return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]
