"""Days: the two that a page is about, and spans of them."""

from datetime import timedelta

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import cached_property

from partnerships.dates import day_in_words
from partnerships.text import CONTROL, tidy

SHOWN = 30  # characters of what is no day
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


class DayFilter(filters.Filter):
    field_class = DayField


class ClockFilter(DayFilter):
    """A day that a list is about. It leaves no row out: the view reads what was known
    by the one day, and annotates the status of the other."""

    def filter(self, queryset, value):
        return queryset


class KnownForm(forms.Form):
    """The day of the second clock, by whose end this tracker knew what a page says."""

    known_on = DayField(required=False, label="Known on")

    @property
    def known(self):
        """The day given; None for now, and where it is wrong."""
        return self._given("known_on")

    @property
    def day_after(self):
        """The first day whose changes are news after the day given, None if to come."""
        if not self.known or self.known >= timezone.localdate():
            return None
        return self.known + timedelta(days=1)

    @cached_property  # each link of a page asks for it
    def given(self):
        """The days given, by parameter; none where one is wrong."""
        days = self.cleaned_data if self.is_valid() else {}
        return {name: day for name, day in days.items() if day}

    def _given(self, name):
        return self.cleaned_data[name] if self.is_valid() else None


class ClockForm(KnownForm):
    """The two days that a page is about: it says what was true on the one, by what this
    tracker knew at the end of the other."""

    as_of = DayField(required=False, label="As of")

    field_order = ["as_of", "known_on"]

    @property
    def on(self):
        """The day given; today where none is, or where one is wrong."""
        return self._given("as_of") or timezone.localdate()


class SpanForm(forms.Form):
    """A span of days, both included, that does not end before it begins."""

    def clean(self):
        start, end = self.cleaned_data.get("from"), self.cleaned_data.get("to")
        if start and end and start > end:
            self.add_error(
                "from",
                f"The span ends before it begins: {day_in_words(start)} is after "
                f"{day_in_words(end)}. Exchange the two days.",
            )
