"""Parameters of the log."""

import django_filters as filters

from partnerships.choices import ChangeKind
from partnerships.dates import end_of, start_of
from partnerships.filters.choices import AnyOf
from partnerships.filters.clock import DayFilter, EditionField, SpanForm
from partnerships.filters.whole_numbers import NumberField
from partnerships.log import numbering
from partnerships.log.entries import changes_of_record
from partnerships.models import LedgerEntry


class NumberFilter(filters.Filter):
    field_class = NumberField


class EditionFilter(filters.Filter):
    field_class = EditionField


class ChangeFilter(filters.FilterSet):
    """The log's parameters; each may be left out. ``after`` and ``edition`` together
    choose what one edition adds to another."""

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

    after = NumberFilter(
        method="filter_after", label="After edition", least=0, most=10**18
    )
    edition = EditionFilter(method="filter_edition", label="Up to edition")

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
        if given["after"] is not None or given["edition"]:
            first = (given["after"] or 0) + 1
            last = given["edition"].edition if given["edition"] else numbers.highest
            numbers = numbers.among(range(first, last + 1))
        return numbers

    def filter_partnership(self, queryset, name, value):
        return changes_of_record(queryset, value)

    def filter_after(self, queryset, name, value):
        return queryset.filter(number__gt=value)

    def filter_edition(self, queryset, name, value):
        return queryset.filter(value.entries)

    def filter_from(self, queryset, name, value):
        return queryset.filter(at__gte=start_of(value))

    def filter_to(self, queryset, name, value):
        return queryset.filter(at__lt=end_of(value))


# "from" is no name that a class body can give.
ChangeFilter.base_filters |= {
    "from": DayFilter(method="filter_from", label="From"),
    "to": DayFilter(method="filter_to", label="To"),
}
