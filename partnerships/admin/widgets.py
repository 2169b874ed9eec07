"""The widgets with which one row among many is chosen, and a day."""

from django.contrib.admin.widgets import AutocompleteSelect
from django.forms import DateInput, Select
from django.utils.html import format_html


class DayInput(DateInput):
    """The browser's own field for a day."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class SearchSelect(AutocompleteSelect):
    """Django's field that searches as one types; where no script runs, the list of all
    beside it, whose choice is sent last and counts."""

    def render(self, name, value, attrs=None, renderer=None):
        search = super().render(name, value, attrs, renderer)
        listed = Select(choices=self.choices)
        listed.is_required = self.is_required
        plain = listed.render(name, value, {"aria-label": name}, renderer)
        return format_html("{}<noscript>{}</noscript>", search, plain)
