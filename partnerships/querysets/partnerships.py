"""The queryset of partnerships. It knows no request and no clock."""

from collections.abc import Iterable
from datetime import date

from django.db.models import (
    BigIntegerField,
    BooleanField,
    DateField,
    Exists,
    IntegerField,
    OuterRef,
    Q,
)

from partnerships.choices import CoverageValue
from partnerships.fields import PartialDateField
from partnerships.ledger.recorder import AuditedQuerySet
from partnerships.querysets.facts import related
from partnerships.querysets.sql import coverage, standing, status
from partnerships.querysets.sql.expression import RowSQL


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

    def with_headline(self, *, on: date):
        """Annotate ``status`` and ``signed_on`` alone of what ``with_status`` does, for
        pages that show many partnerships in few words."""
        return self.annotate(
            status=RowSQL(status.status, on=on),
            signed_on=RowSQL(status.signed_on, on=on, output_field=PartialDateField()),
        )

    def with_status(self, *, on: date):
        """Annotate what held on that day, by what is recorded now: ``sdp_status``,
        ``safe_status`` and the headline ``status`` (values of SdpStatus, SafeStatus and
        Status), ``signed_on`` (partial date or None) and ``signed_latest`` (its latest
        day, for order)."""
        return self.with_headline(on=on).annotate(
            sdp_status=RowSQL(status.sdp_status, on=on),
            safe_status=RowSQL(status.safe_status, on=on),
            signed_latest=RowSQL(status.signed_latest, on=on, output_field=DateField()),
        )

    def with_deciding(self, *, on: date):
        """Annotate ``sdp_milestone_id`` and ``safe_milestone_id``, which decided the
        status that day; None where no milestone did."""
        key = BigIntegerField()
        return self.annotate(
            sdp_milestone_id=RowSQL(status.sdp_milestone, on=on, output_field=key),
            safe_milestone_id=RowSQL(status.safe_milestone, on=on, output_field=key),
        )

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

    def not_reviewed_since(self, day: date):
        return self.filter(Q(reviewed_on__isnull=True) | Q(reviewed_on__lt=day))

    def delete(self):
        for partnership in self.published():
            raise PublishedRecord(partnership)
        return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]
