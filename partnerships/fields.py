"""The fields of a partial date (see ``dates.py``) and of a code, and the form fields of
a reason and of a time zone."""

from functools import lru_cache
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from partnerships import dates, written_dates
from partnerships.text import has_letters, tidy


def _read(text, by=dates.parse):
    """Return the partial date that the text is to this reader; raise ValidationError
    for any other."""
    try:
        return by(text)
    except dates.InvalidPartialDate as error:
        raise ValidationError(str(error), code="invalid") from error


class PartialDateFormField(forms.CharField):
    """A field that takes a date as people write it, and gives a
    :class:`dates.PartialDate` or None."""

    def __init__(self, *, help_text=dates.HELP, **kwargs):
        super().__init__(help_text=help_text, **kwargs)

    def to_python(self, value):
        text = tidy(super().to_python(value))
        return None if text in self.empty_values else _read(text, written_dates.read)

    def has_changed(self, initial, data):
        try:
            return str(initial or "") != str(self.to_python(data) or "")
        except ValidationError:
            return True


class CodeFormField(forms.CharField):
    """A field for a code, typed in capitals or in small letters, whichever ``case``
    makes of it."""

    def __init__(self, *, case=str.upper, **kwargs):
        super().__init__(**kwargs)
        self.case = case

    def to_python(self, value):
        return self.case(super().to_python(value))


class ReasonField(forms.CharField):
    """A field for the reason of a change, which readers see: tidied, and in words."""

    default_error_messages = {
        "no_words": "Say in words why you change it. Readers will see the reason."
    }

    def __init__(self, **kwargs):
        super().__init__(label="Reason", max_length=500, **kwargs)

    def to_python(self, value):
        return tidy(super().to_python(value))

    def validate(self, value):
        super().validate(value)
        if value and not has_letters(value):
            raise ValidationError(self.error_messages["no_words"], code="no_words")


class TimeZoneField(forms.ChoiceField):
    """A field for a time zone by its name in the IANA's database, as in
    Europe/Brussels."""

    #: Their first parts; all others are older names, and clocks without a place.
    AREAS = (
        *("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic"),
        *("Australia", "Europe", "Indian", "Pacific"),
    )

    def __init__(self, **kwargs):
        super().__init__(choices=self._zones, **kwargs)

    def _zones(self):
        known = available_timezones()
        zones = [z for z in known if z.partition("/")[0] in self.AREAS] + ["UTC"]
        return [(zone, zone.replace("_", " ")) for zone in sorted(zones)]


class CodeField(models.CharField):
    """A code in capitals, or in what else ``case`` makes of it; its forms do so. It is
    plain text to the database, and so to migrations."""

    def __init__(self, *args, case=str.upper, **kwargs):
        self.case = case
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    def formfield(self, **kwargs):
        return super().formfield(
            **{"form_class": CodeFormField, "case": self.case} | kwargs
        )


@lru_cache(maxsize=10_000)  # a page reads thousands, of a few hundred days
def _kept(text: str) -> dates.PartialDate:
    return dates.PartialDate(text)


class PartialDateField(models.Field):
    """A partial date, stored as its text.

    ``earliest_field`` and ``latest_field`` name date fields, declared after this one,
    that are kept at its bounds whenever the row is saved, as ``ImageField`` keeps width
    and height. ``not_after_field`` names a date field that caps the latest bound.
    """

    description = "A partial date such as 2025-09"

    def __init__(
        self,
        *args,
        earliest_field=None,
        latest_field=None,
        not_after_field=None,
        **kwargs,
    ):
        self.earliest_field, self.latest_field = earliest_field, latest_field
        self.not_after_field = not_after_field
        kwargs["max_length"] = dates.MAX_LENGTH
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        for option in ("earliest_field", "latest_field", "not_after_field"):
            if value := getattr(self, option):
                kwargs[option] = value
        return name, path, args, kwargs

    def get_internal_type(self):
        return "CharField"

    def from_db_value(self, value, expression, connection):
        return None if value is None else _kept(value)

    def to_python(self, value):
        if value in self.empty_values:
            return None
        return value if isinstance(value, dates.PartialDate) else _read(str(value))

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return None if value in self.empty_values else str(self.to_python(value))

    def value_to_string(self, obj):
        value = self.value_from_object(obj)
        return None if value is None else str(value)

    def pre_save(self, instance, add):
        setattr(instance, self.attname, self.to_python(super().pre_save(instance, add)))
        self.set_bounds(instance)
        return getattr(instance, self.attname)

    def set_bounds(self, instance):
        value = getattr(instance, self.attname)
        if not isinstance(value, dates.PartialDate):
            value = None
        latest = value and value.latest
        if latest and self.not_after_field:
            latest = min(latest, getattr(instance, self.not_after_field))
        if self.earliest_field:
            setattr(instance, self.earliest_field, value and value.earliest)
        if self.latest_field:
            setattr(instance, self.latest_field, latest)

    def formfield(self, **kwargs):
        help_text = f"{self.help_text} {written_dates.HELP}".strip()
        defaults = {"form_class": PartialDateFormField, "help_text": help_text}
        return super().formfield(**(defaults | kwargs))
