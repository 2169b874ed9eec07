"""The parameters that only the API has."""

from datetime import UTC, datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime

from partnerships.api.pagination import MOST_ROWS, ROWS
from partnerships.filters.whole_numbers import NumberField


class KeysField(forms.Field):
    """Some of the keys of a resource, separated by commas."""

    def __init__(self, serializer_class, **kwargs):
        self.serializer_class = serializer_class
        super().__init__(**kwargs)

    @property
    def keys(self):
        return list(self.serializer_class().fields)

    def to_python(self, value):
        names = [name.strip() for name in (value or "").split(",")]
        return list(dict.fromkeys(filter(None, names)))

    def validate(self, names):
        keys = self.keys if names else []
        for name in names:
            if name not in keys:
                raise ValidationError(
                    f"There is no key “{name[:50]}”; there are {', '.join(keys)}."
                )


class MomentField(forms.Field):
    """A moment in the log: the number of an edition, or a time with its zone."""

    def to_python(self, value):
        text = (value or "").strip().replace(" ", "+")  # as addresses spell a plus
        if not text:
            return None
        if text.isascii() and text.isdigit() and len(text) < 19:
            return int(text)
        try:
            moment = parse_datetime(text)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise ValidationError(
                "Write the number of an edition, or a time as 2026-03-31T12:00:00Z."
            )
        try:
            return moment.astimezone(UTC)
        except OverflowError:
            return datetime.min.replace(tzinfo=UTC)


class ObjectForm(forms.Form):
    """The parameter of one object: which of its keys are wanted."""

    def __init__(self, data, serializer_class):
        super().__init__(data)
        self.fields["fields"] = KeysField(
            serializer_class,
            required=False,
            help_text="Only these keys of each result, separated by commas; all others "
            "are left out then, also such as are required.",
        )


class ListForm(ObjectForm):
    """The parameters of a page of a list."""

    page = NumberField(1, 10**9, help_text="Which page, from 1 on.")
    page_size = NumberField(
        1,
        MOST_ROWS,
        help_text=f"How many results a page has; {ROWS} where it is left out.",
    )


class RecordListForm(ListForm):
    """The parameters of a list of anything that is on record."""

    modified_after = MomentField(
        required=False,
        help_text=(
            "Only what may have changed after that edition (its number) or time: all "
            "of each record that changed, and all that a shared change touches."
        ),
    )
