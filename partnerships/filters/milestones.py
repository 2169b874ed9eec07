"""Parameters of the timeline, and of whatever else lists milestones."""

import django_filters as filters
from django.utils import timezone

from partnerships.choices import MilestoneKind, Track
from partnerships.filters.choices import AnyOf, OneOf
from partnerships.filters.clock import DayFilter, SpanForm
from partnerships.filters.partnerships import (
    KEEPING_ALL,
    PartnershipFilter,
    PartnershipFilterForm,
)
from partnerships.models import Milestone, Partnership


class MilestoneForm(SpanForm, PartnershipFilterForm):
    pass


class MilestoneFilter(filters.FilterSet):
    """The timeline's parameters: those of the list and ``partnership``, a slug, choose
    partnerships, the others choose among their milestones. A milestone counts on its
    latest day, the one by which it has happened."""

    #: Not ``reverse()``, which would turn round every later order.
    ORDER_CHOICES = [("-date", "Newest first"), ("date", "Oldest first")]

    partnership = filters.CharFilter(
        field_name="partnership__partner__slug", label="Partnership", max_length=100
    )
    track = OneOf(choices=Track, label="Track", empty_label="Both")
    kind = AnyOf(choices=MilestoneKind, label="Kind of milestone")
    order = OneOf(choices=ORDER_CHOICES, label="Order", empty_label=None)

    class Meta:
        model = Milestone
        fields = ()
        form = MilestoneForm

    def filter_queryset(self, queryset):
        queryset = self._of_partnerships(queryset)
        for name in ("track", "kind", "from", "to"):
            value = self.form.cleaned_data[name]
            queryset = self.filters[name].filter(queryset, value)
        is_newest_first = self.form.cleaned_data["order"] != "date"
        return queryset.in_order(newest_first=is_newest_first)

    def partnerships_have_none(self):
        """Return True where the partnerships chosen have no milestone by that day at
        all, so that no other track, kind or time finds one. The form must be valid."""
        return not self._of_partnerships(self.queryset).counted().exists()

    def _of_partnerships(self, queryset):
        """Return what has or may have happened by the day, of partnerships chosen."""
        given = self.form.cleaned_data
        on = given["as_of"] or timezone.localdate()
        queryset = queryset.begun(on=on)
        queryset = self.filters["partnership"].filter(queryset, given["partnership"])
        names = PartnershipFilter.base_filters.keys() - {*KEEPING_ALL}
        if not any(given[name] for name in names):
            return queryset
        data = self.data.copy()
        data.pop("order", None)
        chosen = PartnershipFilter(data, Partnership.objects.all()).qs
        return queryset.filter(partnership__in=chosen.order_by().values("pk"))


MilestoneFilter.base_filters = {
    **PartnershipFilter.base_filters,
    **MilestoneFilter.base_filters,
    "from": DayFilter(field_name="latest", lookup_expr="gte", label="From"),
    "to": DayFilter(field_name="latest", lookup_expr="lte", label="To"),
}
