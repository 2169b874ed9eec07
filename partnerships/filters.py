"""What readers may ask for, checked once for pages and API alike."""

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F, Value
from django.db.models.functions import Concat, StrIndex
from django.utils import timezone

from partnerships.choices import (
    AffiliationKind,
    ChangeKind,
    Region,
    SafeStatus,
    Status,
)
from partnerships.dates import end_of, start_of
from partnerships.models import Affiliation, Area, Claim, LedgerEntry, Partnership
from partnerships.selectors import record_changes

#: The place of a status among all, by an expression that names the status only once:
#: it stands for much SQL.
_STATUS_RANK = StrIndex(
    Value(f",{','.join(Status.values)},"), Concat(Value(","), "status", Value(","))
)


class DayField(forms.DateField):
    """A day that is not in the future, written as 2026-03-31."""

    widget = forms.DateInput(attrs={"type": "date"})
    default_error_messages = {
        "invalid": "Write the day as year-month-day, as in 2026-03-31."
    }

    def __init__(self, **kwargs):
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)

    def validate(self, value):
        super().validate(value)
        today = timezone.localdate()
        if value and value > today:
            raise ValidationError(
                f"This day is yet to come; today is {today}.",
                code="future",
            )


class DayFilter(filters.Filter):
    field_class = DayField


class ClockForm(forms.Form):
    """The two days that a page is about: what was true on the one, by what this
    tracker knew at the end of the other."""

    as_of = DayField(required=False, label="As of")
    known_on = DayField(required=False, label="Known on")

    @property
    def on(self):
        """The day asked for, or today, also where what was asked is wrong."""
        return self._given("as_of") or timezone.localdate()

    @property
    def known(self):
        """The day of the second clock; None for now."""
        return self._given("known_on")

    @property
    def given(self):
        """The days asked for, by parameter; none where what was asked is wrong."""
        days = self.cleaned_data if self.is_valid() else {}
        return {name: day for name, day in days.items() if day}

    def _given(self, name):
        return self.cleaned_data[name] if self.is_valid() else None


class PartnershipFilter(filters.FilterSet):
    """The list's parameters; each may be left out. Repeated areas mean all of them,
    other repeated values mean any of them."""

    ORDERS = {
        "name": "partner__name",
        "status": "status_rank",
        "signed_on": "signed_latest",
    }
    ORDER_CHOICES = [
        ("name", "Name"),
        ("-name", "Name, from Z to A"),
        ("status", "Status"),
        ("-status", "Status, furthest first"),
        ("signed_on", "Signature, earliest first"),
        ("-signed_on", "Signature, latest first"),
    ]

    q = filters.CharFilter(label="Search", method="filter_q", max_length=200)
    status = filters.MultipleChoiceFilter(choices=Status, label="Status")
    safe_status = filters.MultipleChoiceFilter(choices=SafeStatus, label="SAFE status")
    region = filters.MultipleChoiceFilter(
        choices=Region, field_name="partner__region", label="Region"
    )
    affiliation = filters.MultipleChoiceFilter(
        choices=AffiliationKind, method="filter_affiliation", label="Affiliation"
    )
    area = filters.ModelMultipleChoiceFilter(
        queryset=Area.objects.all(),
        to_field_name="slug",
        method="filter_area",
        label="Area",
    )
    signed_after = DayFilter(
        field_name="signed_latest", lookup_expr="gte", label="Signed on or after"
    )
    signed_before = DayFilter(
        field_name="signed_latest", lookup_expr="lte", label="Signed on or before"
    )
    disagreement = filters.ChoiceFilter(
        choices=[("open", "Open"), ("ruled", "Ruled on")],
        method="filter_disagreement",
        label="Sources disagree",
        empty_label="Any or none",
    )
    as_of = DayFilter(method="filter_by_clock", label="As of")
    known_on = DayFilter(method="filter_by_clock", label="Known on")
    order = filters.ChoiceFilter(
        choices=ORDER_CHOICES, method="filter_order", label="Order", empty_label=None
    )

    class Meta:
        model = Partnership
        fields = []

    @property
    def on(self):
        """The day asked for, or today. The form must be valid."""
        return self.form.cleaned_data["as_of"] or timezone.localdate()

    def filter_queryset(self, queryset):
        queryset = queryset.with_status(on=self.on)
        if not self.form.cleaned_data["order"]:
            queryset = queryset.order_by("partner__name", "pk")
        return super().filter_queryset(queryset)

    def filter_q(self, queryset, name, value):
        return queryset.search(value)

    def filter_affiliation(self, queryset, name, value):
        if not value:
            return queryset
        holding = Affiliation.objects.holding(on=self.on).filter(kind__in=value)
        return queryset.filter(partner__in=holding.values("partner"))

    def filter_area(self, queryset, name, value):
        return queryset.covering(area.slug for area in value)

    def filter_disagreement(self, queryset, name, value):
        claims = Claim.objects.open() if value == "open" else Claim.objects.ruled()
        return queryset.filter(pk__in=claims.values("record"))

    def filter_by_clock(self, queryset, name, value):
        # filter_queryset has annotated the one day; the view reads as known on the
        # other (ledger.past).
        return queryset

    def filter_order(self, queryset, name, value):
        column = F(self.ORDERS[value.removeprefix("-")])
        if value.startswith("-"):
            first = column.desc(nulls_last=True)
        else:
            first = column.asc(nulls_last=True)
        if value.endswith("status"):
            queryset = queryset.alias(status_rank=_STATUS_RANK)
        return queryset.order_by(first, "partner__name", "pk")


class ChangeFilter(filters.FilterSet):
    """The log's parameters; each may be left out."""

    partnership = filters.CharFilter(
        method="filter_partnership", label="Partnership", max_length=100
    )
    kind = filters.MultipleChoiceFilter(choices=ChangeKind, label="Kind of change")
    operation = filters.UUIDFilter(label="Operation")

    class Meta:
        model = LedgerEntry
        fields = []

    def filter_partnership(self, queryset, name, value):
        return record_changes(queryset, value)

    def filter_from(self, queryset, name, value):
        return queryset.filter(at__gte=start_of(value))

    def filter_to(self, queryset, name, value):
        return queryset.filter(at__lt=end_of(value))


# "from" is no name that a class body can give.
ChangeFilter.base_filters |= {
    "from": DayFilter(method="filter_from", label="From"),
    "to": DayFilter(method="filter_to", label="To"),
}
