"""Parameters of the page of a record: the two days, and how much of its evidence."""

from django import forms

from partnerships.filters.choices import ChoicesInError
from partnerships.filters.clock import ClockForm


class ClaimsField(ChoicesInError, forms.ChoiceField):
    pass


class RecordForm(ClockForm):
    """The days that the page is about; and all claims about each fact, where there are
    more than it shows."""

    claims = ClaimsField(
        label="Choice of claims",
        choices=[("", "The first of each fact"), ("all", "All")],
        required=False,
    )

    @property
    def shows_all(self):
        return self._given("claims") == "all"
