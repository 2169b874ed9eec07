"""Filters that turn a change list into a list of what needs work."""

from datetime import timedelta

from django.contrib import admin
from django.db.models import Count, Q
from django.utils import timezone

from partnerships.choices import Standing, Status
from partnerships.models import Claim


class ChoiceListFilter(admin.SimpleListFilter):
    """A filter whose choices are named querysets: {value: (label, function)}."""

    choices_by_value: dict = {}

    def lookups(self, request, model_admin):
        return [(value, label) for value, (label, _) in self.choices_by_value.items()]

    def queryset(self, request, queryset):
        if self.value() in self.choices_by_value:
            return self.choices_by_value[self.value()][1](queryset)
        return queryset


class StatusFilter(ChoiceListFilter):
    title = "status"
    parameter_name = "status"
    choices_by_value = {
        status.value: (
            status.label,
            lambda rows, status=status: rows.filter(status=status),
        )
        for status in Status
    }

    def get_facet_counts(self, pk_attname, filtered_qs):
        # The list has the status of each row; Django would compute it once per choice.
        return {
            f"{i}__c": Count(pk_attname, filter=Q(status=status))
            for i, status in enumerate(self.choices_by_value)
        }


class PartnershipQualityFilter(ChoiceListFilter):
    title = "needs work"
    parameter_name = "needs"
    choices_by_value = {
        "claim": ("No claim for a fact", lambda rows: rows.with_unsourced_fact()),
        "ruling": ("Open disagreement", lambda rows: rows.with_open_disagreement()),
        "review": (
            "Not reviewed for a year",
            lambda rows: rows.not_reviewed_since(timezone.localdate() - timedelta(365)),
        ),
    }


class FactQualityFilter(ChoiceListFilter):
    title = "needs work"
    parameter_name = "needs"
    choices_by_value = {
        "claim": ("No claim", lambda rows: rows.unsourced()),
        "ruling": ("Open disagreement", lambda rows: rows.with_open_disagreement()),
    }


class StandingFilter(ChoiceListFilter):
    title = "standing"
    parameter_name = "standing"
    choices_by_value = {
        standing.value: (
            standing.label,
            lambda rows, standing=standing: rows.filter(standing=standing),
        )
        for standing in Standing
    } | {
        "open": (
            "Open disagreement",
            lambda rows: rows.filter(pk__in=Claim.objects.open().values("pk")),
        )
    }
