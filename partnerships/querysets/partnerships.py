from collections.abc import Iterable
from datetime import date

from django.apps import apps
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
from partnerships.ledger.recorder import AuditedQuerySet
from partnerships.querysets.sql import coverage, standing, status
from partnerships.querysets.sql.expression import Written


class PublishedRecord(Exception):
    """A published partnership cannot be deleted."""

    def __init__(self, partnership):
        super().__init__(
            f"{partnership} is published, and what readers may have cited is never "
            "deleted. Record how it ended, or unpublish it first."
        )


def _model(name: str):
    return apps.get_model("partnerships", name)


class PartnershipQuerySet(AuditedQuerySet):
    def published(self):
        return self.filter(is_published=True)

    def with_status(self, *, on: date):
        """Annotate what held on that day, by what is recorded now.

        ``sdp_status``, ``safe_status`` and the headline ``status`` (values of the
        choices of those names), ``signed_on`` (partial date or None) and
        ``signed_latest`` (its latest day, for order).
        """
        date_field = _model("Milestone")._meta.get_field("date")
        return self.annotate(
            sdp_status=Written(status.sdp_status, on=on),
            safe_status=Written(status.safe_status, on=on),
            status=Written(status.status, on=on),
            signed_on=Written(status.signed_on, on=on, output_field=date_field),
            signed_latest=Written(
                status.signed_latest, on=on, output_field=DateField()
            ),
        )

    def with_deciding(self, *, on: date):
        """Annotate ``sdp_milestone_id`` and ``safe_milestone_id``, which decided the
        status that day; None where no milestone did."""
        key = {"on": on, "output_field": BigIntegerField()}
        return self.annotate(
            sdp_milestone_id=Written(status.sdp_milestone, **key),
            safe_milestone_id=Written(status.safe_milestone, **key),
        )

    def with_coverage_counts(self):
        """Annotate ``areas_included`` and ``areas_already_exist``, counts of cells, and
        ``is_assessed``: whether there is a cell at all."""
        number = IntegerField()
        return self.annotate(
            areas_included=Written(coverage.included, output_field=number),
            areas_already_exist=Written(coverage.already_exist, output_field=number),
            is_assessed=Written(coverage.is_assessed, output_field=BooleanField()),
        )

    def with_areas_counted(self):
        """Annotate ``areas_counted``: both counts of ``with_coverage_counts`` in one
        number, areas included × 10,000 + areas already existing."""
        return self.annotate(
            areas_counted=Written(coverage.counted, output_field=IntegerField())
        )

    def covering(self, slugs: Iterable[str]):
        """Partnerships that include every one of these areas."""
        found = self
        for slug in slugs:
            cells = _model("Coverage").objects.filter(
                partnership=OuterRef("pk"),
                area__slug=slug,
                value=CoverageValue.INCLUDED,
            )
            found = found.filter(Exists(cells))
        return found

    def with_open_disagreement(self):
        return self.filter(pk__in=_model("Claim").objects.open().values("record"))

    def with_open_disagreement_count(self):
        """Annotate ``open_disagreements``, the number of facts in open disagreement."""
        return self.annotate(
            open_disagreements=Written(
                standing.open_disagreements, output_field=IntegerField()
            )
        )

    def with_kind(self, *, on: date):
        """Annotate what the status that day follows from: ``sdp_status``,
        ``safe_decided``, the SAFE status where a milestone decides it, and ``held``,
        the affiliations that hold, as bits in the order of the choices."""
        return self.annotate(
            sdp_status=Written(status.sdp_status, on=on),
            safe_decided=Written(status.safe_decided, on=on),
            held=Written(status.held, on=on, output_field=IntegerField()),
        )

    def kinds(self, *, on: date):
        """What each counts as, as rows: all that the status follows from, the partner's
        ISO code and its region."""
        columns = "sdp_status", "safe_decided", "held", "partner__iso_code"
        rows = self.with_kind(on=on).order_by()
        return rows.values_list(*columns, "partner__region")

    def with_unsourced_fact(self):
        """Partnerships with a milestone or a coverage cell that no claim supports."""
        mine = Q(partnership=OuterRef("pk"))
        return self.filter(
            Exists(_model("Milestone").objects.unsourced().filter(mine))
            | Exists(_model("Coverage").objects.unsourced().filter(mine))
        )

    def not_reviewed_since(self, day: date):
        return self.filter(Q(reviewed_on__isnull=True) | Q(reviewed_on__lt=day))

    def delete(self):
        for partnership in self.published():
            raise PublishedRecord(partnership)
        return super().delete()

    delete.alters_data = True
    delete.queryset_only = True
