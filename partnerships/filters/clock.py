"""Days: the two that a page is about, and spans of them; and editions."""

from datetime import timedelta

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import cached_property

from partnerships.dates import day_in_words
from partnerships.filters.whole_numbers import NumberField
from partnerships.ledger.past import Past
from partnerships.selectors.trail import edition_number, ends_within_an_operation
from partnerships.text import CONTROL, tidy

SHOWN = 30  # characters of what is no day
#: The parameters of the two clocks, by which links keep to what a page is about.
CLOCKS = ("as_of", "known_on", "edition")
_FURTHEST_EAST = timezone.get_fixed_timezone(timedelta(hours=14))


class DayField(forms.DateField):
    """A day as 2026-03-31, which is not in the future."""

    widget = forms.DateInput(attrs={"type": "date"})

    def __init__(self, **kwargs):
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)

    def to_python(self, value):
        try:
            return super().to_python(value)
        except ValidationError as error:
            text = CONTROL.sub("", tidy(str(value)))[:SHOWN]
            raise ValidationError(
                f"“{text}” is no day. Write the day as year-month-day, as in "
                "2026-03-31.",
                code=error.code,
            ) from None

    def prepare_value(self, value):
        """Return a day as a browser's field for days can show it, else nothing."""
        try:
            day = self.to_python(value)
        except ValidationError:
            return None
        return day and day.isoformat()

    def validate(self, value):
        super().validate(value)
        # In the east a day begins while it is the one before by UTC.
        today = timezone.localdate(timezone=_FURTHEST_EAST)
        if value and value > today:
            raise ValidationError(
                f"This day is yet to come: choose one up to {day_in_words(today)}.",
                code="future",
            )


class EditionField(NumberField):
    """An edition by its number, which is that of its last change, as a ``Past``."""

    def __init__(self, **kwargs):
        super().__init__(1, 10**18, **kwargs)

    def clean(self, value):
        number = super().clean(value)
        if number is None:
            return None
        if past := Past.after(number):
            return past
        raise ValidationError(
            f"There is no edition {number:,} yet: choose one up to "
            f"{edition_number():,}.",
            code="future",
        )


class DayFilter(filters.Filter):
    field_class = DayField


class ClockFilter(filters.Filter):
    """A value of a clock. It leaves no row out: the view reads what was known by the
    one, and annotates the status of the other."""

    field_class: type[forms.Field] = DayField

    def filter(self, queryset, value):
        return queryset


class EditionFilter(ClockFilter):
    field_class = EditionField


class OnePast(forms.Form):
    """A form that takes one past at most: a day or an edition."""

    def clean(self):
        super().clean()
        if self.cleaned_data.get("known_on") and self.cleaned_data.get("edition"):
            self.add_error(
                "edition",
                "An edition and a day by which it was known are two answers to one "
                "question: give one of them.",
            )


class KnownForm(OnePast):
    """The second clock: the day by whose end, or the edition in which, this tracker
    knew what a page says."""

    known_on = DayField(required=False, label="Known on")
    edition = EditionField(label="Edition")

    @cached_property
    def past(self):
        """The past given; None for now, and where it is wrong."""
        day = self._given("known_on")
        return Past.of_day(day) if day else self._given("edition")

    @property
    def known(self):
        """The day of that past."""
        return self.past and self.past.day

    @property
    def later(self):
        """The parameter of the log that chooses what changed since the past given, as
        addresses have it; None where that is to come."""
        if not self.past or not self.past.is_over:
            return None
        if self.past.edition:
            return f"after={self.past.edition}"
        return f"from={self.known + timedelta(days=1)}"

    @cached_property
    def is_midway(self):
        """True where the edition given ends within what was done at once."""
        edition = self.past and self.past.edition
        return bool(edition) and ends_within_an_operation(edition)

    @cached_property  # each link of a page asks for it
    def given(self):
        """The values of the two clocks, as addresses have them, by parameter; none
        where anything is wrong."""
        days = self.cleaned_data if self.is_valid() else {}
        return {name: str(days[name]) for name in CLOCKS if days.get(name)}

    def _given(self, name):
        return self.cleaned_data[name] if self.is_valid() else None


class ClockForm(KnownForm):
    """The two days that a page is about: it says what was true on the one, by what this
    tracker knew at the end of the other, or in an edition."""

    as_of = DayField(required=False, label="As of")

    field_order = CLOCKS

    @property
    def on(self):
        """The day given; today where none is, or where one is wrong."""
        return self._given("as_of") or timezone.localdate()


class SpanForm(forms.Form):
    """A span of days, both included, that does not end before it begins."""

    def clean(self):
        super().clean()
        start, end = self.cleaned_data.get("from"), self.cleaned_data.get("to")
        if start and end and start > end:
            self.add_error(
                "from",
                f"The span ends before it begins: {day_in_words(start)} is after "
                f"{day_in_words(end)}. Exchange the two days.",
            )
