"""The parameters of what is new."""

from collections.abc import Iterable
from typing import Any

from django import forms

from partnerships.filters.clock import ClockForm
from partnerships.selectors.news import CheckedPartner


class NewsForm(ClockForm):
    """The two days, and ``partnership``, the slug of one of these partners."""

    partnership = forms.ChoiceField(
        required=False,
        label="Only of",
        error_messages={
            "invalid_choice": "No partner on record has this address. Choose one."
        },
    )

    def __init__(self, data: Any, partners: Iterable[CheckedPartner]) -> None:
        super().__init__(data)
        names = [(partner.slug, partner.name) for partner in partners]
        field: Any = self.fields["partnership"]
        field.choices = [("", "All partners"), *names]

    @property
    def slug(self) -> str:
        """The partner given; empty for all, and where the form is wrong."""
        return self.cleaned_data["partnership"] if self.is_valid() else ""
