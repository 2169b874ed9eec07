"""Filters that turn a change list into a list of what needs work."""

from datetime import timedelta

from django.contrib import admin
from django.db.models import Count, Q
from django.utils import timezone

from partnerships.choices import Standing, Status
from partnerships.models import Claim


class ConditionFilter(admin.SimpleListFilter):
    """A filter whose choices are named conditions on the list's rows:
    {value: (label, function from the list's model to a Q)}."""

    conditions: dict = {}

    def __init__(self, request, params, model, model_admin):
        self.model = model
        super().__init__(request, params, model, model_admin)

    def lookups(self, request, model_admin):
        return [(value, label) for value, (label, _) in self.conditions.items()]

    def queryset(self, request, queryset):
        if self.value() in self.conditions:
            return queryset.filter(self._condition(self.value()))
        return queryset

    def get_facet_counts(self, pk_attname, filtered_qs):
        # Django would repeat the whole annotated list in a subquery for each choice.
        return {
            f"{i}__c": Count(pk_attname, filter=self._condition(value))
            for i, value in enumerate(self.conditions)
        }

    def _condition(self, value) -> Q:
        return self.conditions[value][1](self.model)


def _among(rows) -> Q:
    return Q(pk__in=rows.order_by().values("pk"))


class StatusFilter(ConditionFilter):
    title = "status"
    parameter_name = "status"
    conditions = {
        status.value: (status.label, lambda model, status=status: Q(status=status))
        for status in Status
    }


class PartnershipNeedsWorkFilter(ConditionFilter):
    title = "needs work"
    parameter_name = "needs"
    conditions = {
        "claim": (
            "No claim for a fact",
            lambda model: _among(model.objects.with_unsourced_fact()),
        ),
        "ruling": (
            "Open disagreement",
            lambda model: _among(model.objects.with_open_disagreement()),
        ),
        "review": (
            "Not reviewed for a year",
            lambda model: _among(
                model.objects.not_reviewed_since(timezone.localdate() - timedelta(365))
            ),
        ),
    }


class FactNeedsWorkFilter(ConditionFilter):
    title = "needs work"
    parameter_name = "needs"
    conditions = {
        "claim": ("No claim", lambda model: _among(model.objects.unsourced())),
        "ruling": (
            "Open disagreement",
            lambda model: _among(model.objects.with_open_disagreement()),
        ),
    }


class StandingFilter(ConditionFilter):
    title = "standing"
    parameter_name = "standing"
    conditions = {
        standing.value: (
            standing.label,
            lambda model, standing=standing: Q(standing=standing),
        )
        for standing in Standing
    } | {"open": ("Open disagreement", lambda model: _among(Claim.objects.open()))}
