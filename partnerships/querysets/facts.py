from datetime import date

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, TextField
from django.db.models.functions import Cast, Length

from partnerships.choices import CoverageValue
from partnerships.dates import LENGTHS_OF_KNOWN_DAYS
from partnerships.ledger.recorder import AuditedQuerySet


class FactQuerySet(AuditedQuerySet):
    """Facts that sources make claims about."""

    def unsourced(self):
        """Facts that no claim agrees or is compatible with."""
        return self.filter(~Exists(self._claims().supporting()))

    def with_open_disagreement(self):
        return self.filter(Exists(self._claims().open()))

    def _claims(self):
        about = {self.model._meta.model_name: OuterRef("pk")}
        return apps.get_model("partnerships", "Claim").objects.filter(**about)


class MilestoneQuerySet(FactQuerySet):
    def happened(self, *, on: date):
        return self.filter(latest__lte=on)

    def on_known_days(self):
        """Those whose date is a day, or a span from one day to another."""
        rows = self.alias(length=Length(Cast("date", TextField())))
        return rows.filter(earliest__isnull=False, length__in=LENGTHS_OF_KNOWN_DAYS)


class CoverageQuerySet(FactQuerySet):
    def unsourced(self):
        return super().unsourced().exclude(value=CoverageValue.NOT_ASSESSED)


class EngagementQuerySet(FactQuerySet):
    def begun(self, *, on: date):
        """Those that had begun by that day, or whose beginning no source gives."""
        return self.filter(Q(since_latest__isnull=True) | Q(since_latest__lte=on))


class AffiliationQuerySet(FactQuerySet):
    def begun(self, *, on: date):
        return self.filter(Q(since_latest__isnull=True) | Q(since_latest__lte=on))

    def holding(self, *, on: date):
        """Those that held on that day, [since, until)."""
        return self.begun(on=on).filter(
            Q(until_latest__isnull=True) | Q(until_latest__gt=on)
        )
