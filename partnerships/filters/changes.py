"""Parameters of the log."""

import django_filters as filters

from partnerships.choices import ChangeKind
from partnerships.dates import end_of, start_of
from partnerships.filters.choices import AnyOf
from partnerships.filters.clock import DayFilter, SpanForm
from partnerships.log import numbering
from partnerships.log.entries import changes_of_record
from partnerships.models import LedgerEntry


class ChangeFilter(filters.FilterSet):
    """The log's parameters; each may be left out."""

    partnership = filters.CharFilter(
        method="filter_partnership", label="Partnership", max_length=100
    )
    kind = AnyOf(choices=ChangeKind, label="Kind of change")
    operation = filters.UUIDFilter(
        label="Operation",
        error_messages={
            "invalid": "This names no edit. Follow a link of the log, or leave it out."
        },
    )

    class Meta:
        model = LedgerEntry
        fields = ()
        form = SpanForm

    def among(self, numbers: numbering.Numbers) -> numbering.Numbers:
        """Return those of these changes that the parameters, which are right, choose:
        by their numbers, as ``qs`` does by what the database says of each."""
        given = self.form.cleaned_data
        if slug := given["partnership"]:
            numbers = numbering.of_record(numbers, slug)
        if kinds := given["kind"]:
            numbers = numbering.of_kinds(numbers, kinds)
        if operation := given["operation"]:
            numbers = numbers.among(numbering.of_operation(operation))
        if given["from"] or given["to"]:
            numbers = numbering.within(numbers, given["from"], given["to"])
        return numbers

    def filter_partnership(self, queryset, name, value):
        return changes_of_record(queryset, value)

    def filter_from(self, queryset, name, value):
        return queryset.filter(at__gte=start_of(value))

    def filter_to(self, queryset, name, value):
        return queryset.filter(at__lt=end_of(value))


# "from" is no name that a class body can give.
ChangeFilter.base_filters |= {
    "from": DayFilter(method="filter_from", label="From"),
    "to": DayFilter(method="filter_to", label="To"),
}
