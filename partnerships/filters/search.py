"""The words that a reader searches the whole site for."""

from django import forms

from partnerships.filters.clock import ClockForm


class SearchForm(ClockForm):
    """A search, and the days of what it finds."""

    q = forms.CharField(
        required=False,
        max_length=200,
        label="A partner, a place, an area, a document",
        widget=forms.TextInput(attrs={"type": "search"}),
        error_messages={
            "max_length": "Search for fewer words: at most %(limit_value)d characters; "
            "these are %(show_value)d."
        },
    )
