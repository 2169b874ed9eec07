"""The widgets with which one row among many is chosen, and a day."""

from django.contrib.admin.widgets import AutocompleteSelect
from django.forms import DateInput, Select, TextInput
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


class KnownSelect(AutocompleteSelect):
    """Django's field that searches as one types, in all rows of a table: it asks for no
    name that is ``known`` by its id."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.known = {}

    def optgroups(self, name, value, attr=None):
        label = self.known.get(value[0]) if value else None
        if label is None:
            return super().optgroups(name, value, attr)
        none = [] if self.is_required else [("", "")]
        options = [
            self.create_option(name, pk, text, bool(pk), index)
            for index, (pk, text) in enumerate([*none, (value[0], label)])
        ]
        return [(None, options, 0)]


class KeySelect(AutocompleteSelect):
    """Django's field that searches as one types, for that of which there are thousands;
    where no script runs, a field for its key beside it, which counts if it is sent."""

    def render(self, name, value, attrs=None, renderer=None):
        search = super().render(name, value, attrs, renderer)
        rows = self.field.related_model.objects
        key = (
            rows.filter(pk=value).values_list("key", flat=True).first() if value else ""
        )
        label = {"aria-label": f"Key of the {name}"}
        plain = TextInput().render(f"{name}-key", key, label, renderer)
        return format_html("{}<noscript>Its key: {}</noscript>", search, plain)

    def value_from_datadict(self, data, files, name):
        """Return the id of what is chosen; "0", which nothing has, for a wrong key."""
        key = data.get(f"{name}-key")
        if key is None:
            return super().value_from_datadict(data, files, name)
        # PostgreSQL holds no NUL, and refuses to look for one.
        rows = self.field.related_model.objects.filter(
            key=key.strip().replace("\0", " ")
        )
        return str(rows.values_list("pk", flat=True).first() or 0) if key else ""
