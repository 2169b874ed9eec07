"""Parameters of the list of partnerships, and of whatever else chooses some."""

from functools import cache, cached_property
from typing import ClassVar

import django_filters as filters
from django.db.models import F, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat, StrIndex
from django.utils import timezone

from partnerships.choices import (
    AffiliationKind,
    DisagreementState,
    Region,
    SafeStatus,
    Status,
)
from partnerships.filters.choices import AnyOf, OneOf
from partnerships.filters.clock import (
    CLOCKS,
    ClockFilter,
    DayFilter,
    EditionFilter,
    OnePast,
)
from partnerships.models import Affiliation, Area, Claim, Partnership
from partnerships.querysets.names import by_name, name_key
from partnerships.selectors.facets import FACETS
from partnerships.selectors.search import matching

#: Parameters of the order of rows and columns.
IN_ORDER = ("order", "rows")
#: Parameters that leave no row out.
KEEPING_ALL = (*CLOCKS, *IN_ORDER)
#: The place of a status among all, by an expression that names the status only once:
#: it stands for much SQL.
_STATUS_RANK = StrIndex(
    Value(f",{','.join(Status.values)},"), Concat(Value(","), "status", Value(","))
)


def _areas():
    return [(area.slug, str(area)) for area in Area.objects.all()]


class PartnershipFilterForm(OnePast):
    def clean(self):
        super().clean()
        after, before = map(self.cleaned_data.get, ("signed_after", "signed_before"))
        if after and before and after > before:
            self.add_error("signed_before", f"This day is before the other, {after}.")


class PartnershipFilter(filters.FilterSet):
    """The list's parameters; each may be left out. Repeated areas mean all of them,
    other repeated values mean any of them."""

    BY_STATUS = ("status", "safe_status", "signed_after", "signed_before")
    ORDERS: ClassVar[dict[str, Combinable]] = {
        "name": name_key(),
        "status": F("status_rank"),
        "signed_on": F("signed_latest"),
        "changed": F("changed_on"),
    }
    ORDER_CHOICES = [
        ("name", "Name"),
        ("-name", "Name, from Z to A"),
        ("status", "Status, first steps first"),
        ("-status", "Status, last steps first"),
        ("signed_on", "Signature, earliest first"),
        ("-signed_on", "Signature, newest first"),
        ("changed", "Last change, oldest first"),
        ("-changed", "Last change, newest first"),
    ]

    q = filters.CharFilter(label="Search", method="filter_q", max_length=200)
    status = AnyOf(choices=Status, label="Status")
    safe_status = AnyOf(choices=SafeStatus, label="SAFE status")
    region = AnyOf(choices=Region, field_name="partner__region", label="Region")
    affiliation = AnyOf(
        choices=AffiliationKind, method="filter_affiliation", label="Affiliation"
    )
    area = AnyOf(choices=_areas, method="filter_area", label="Area")
    signed_after = DayFilter(
        field_name="signed_latest", lookup_expr="gte", label="Signed on or after"
    )
    signed_before = DayFilter(
        field_name="signed_latest", lookup_expr="lte", label="Signed on or before"
    )
    disagreement = OneOf(
        choices=DisagreementState,
        method="filter_disagreement",
        label="Sources disagree",
        noun="state of a disagreement",
        empty_label="Any or none",
    )
    as_of = ClockFilter(label="As of")
    known_on = ClockFilter(label="Known on")
    edition = EditionFilter(label="Edition")
    order = OneOf(
        choices=ORDER_CHOICES, method="filter_order", label="Order", empty_label=None
    )

    class Meta:
        model = Partnership
        fields = ()
        form = PartnershipFilterForm

    @cached_property
    def form(self):
        form = super().form
        form.fields["area"].choices = cache(_areas)  # read once, where it is shown
        return form

    @property
    def on(self):
        """The day given, or today. The form must be valid."""
        return self.form.cleaned_data["as_of"] or timezone.localdate()

    @cached_property
    def candidates(self):
        """The partnerships that pass all filters but ``FACETS``, of a valid form."""
        queryset = self.queryset.order_by(*by_name())
        if self._needs_status:
            queryset = queryset.by_status(on=self.on)
        later = (*FACETS, "order")
        names = [name for name in self.filters if name not in later]
        return self._filtered(queryset, names)

    @property
    def chosen(self):
        """The values chosen in each of ``FACETS``. The form must be valid."""
        return {name: self.form.cleaned_data[name] for name in FACETS}

    @property
    def narrowing(self):
        """The parameters given that leave partnerships out. The form must be valid."""
        given = self.form.cleaned_data
        return {name for name in self.filters if given[name]}.difference(KEEPING_ALL)

    @property
    def _needs_status(self):
        given = self.form.cleaned_data
        by = given["order"].removeprefix("-")
        return by in ("status", "signed_on") or any(map(given.get, self.BY_STATUS))

    def filter_queryset(self, queryset):
        return self._filtered(self.candidates, [*FACETS, "order"])

    def _filtered(self, queryset, names):
        for name in names:
            value = self.form.cleaned_data[name]
            queryset = self.filters[name].filter(queryset, value)
        return queryset

    def filter_q(self, queryset, name, value):
        return matching(queryset, value, on=self.on)

    def filter_affiliation(self, queryset, name, value):
        holding = Affiliation.objects.holding(on=self.on).filter(kind__in=value)
        return queryset.filter(partner__in=holding.values("partner"))

    def filter_area(self, queryset, name, value):
        return queryset.covering(value)

    def filter_disagreement(self, queryset, name, value):
        claims = Claim.objects.disagreeing().filter(disagreement=value)
        return queryset.filter(pk__in=claims.values("record"))

    def filter_order(self, queryset, name, value):
        column = self.ORDERS[value.removeprefix("-")]
        direction = column.desc if value.startswith("-") else column.asc
        if value.endswith("status"):
            queryset = queryset.alias(status_rank=_STATUS_RANK)
        if value.endswith("changed"):
            queryset = queryset.with_changed_on(on=self.on)
        return queryset.order_by(direction(nulls_last=True), *by_name())
