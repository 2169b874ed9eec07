"""Numbers as parameters."""

from django import forms
from django.core.exceptions import ValidationError


class NumberField(forms.IntegerField):
    """A whole number from ``least`` to ``most``, in ASCII digits."""

    def __init__(self, least, most, **kwargs):
        wrong = f"Write a whole number from {least} to {most}."
        messages = dict.fromkeys(("invalid", "min_value", "max_value"), wrong)
        kwargs |= {"min_value": least, "max_value": most, "required": False}
        super().__init__(error_messages=messages, **kwargs)

    def to_python(self, value):
        if value and not (value.isascii() and value.isdigit() and len(value) < 20):
            raise ValidationError(self.error_messages["invalid"])
        return super().to_python(value)
