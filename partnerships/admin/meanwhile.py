"""Two editors at one row: each sees what the other changed meanwhile, field by field.

A version is a row of a model's history, or the row as it is before it has any.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, cast

from django import forms
from django.db import models
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import Truncator

from partnerships.dates import PartialDate, day_in_words
from partnerships.text import are_alike, tidy

#: How much of a long value a sentence shows, in characters.
SHOWN = 120


class OthersChange(NamedTuple):
    """One field that somebody else changed: who last did, from what to what."""

    field: Any
    last: Any
    old: Any
    new: Any

    def __str__(self) -> str:
        old, new = _from_where_they_differ(self.old, self.new)
        old, new = (_in_words(self.field, value) for value in (old, new))
        what = f"changed the {self.field.verbose_name} {moment(self.last)}"
        return f"{done_by(self.last)} {what} ({old} → {new})"


def _from_where_they_differ(old: Any, new: Any) -> tuple[Any, Any]:
    """Return both values; of long texts what stands from shortly before where they
    begin to differ."""
    if not (isinstance(old, str) and isinstance(new, str)):
        return old, new
    pairs = enumerate(zip(old, new, strict=False))
    first = next((at for at, (a, b) in pairs if a != b), min(len(old), len(new)))
    start = first - SHOWN // 4
    if start <= 0 or max(len(old), len(new)) <= SHOWN:
        return old, new
    return f"…{old[start:]}", f"…{new[start:]}"


def versions_since(model: Any, seen: dict[int, int]) -> dict[int, list[Any]]:
    """Return the versions of each row, by its key, from the one that was seen on; none
    of a row whose number is not one of its versions. One query."""
    since = models.Q(pk__in=[])
    for pk, number in seen.items():
        since |= models.Q(id=pk, history_id__gte=number)
    versions: dict[int, list[Any]] = {pk: [] for pk in seen}
    for version in model.history.filter(since).order_by("history_id"):
        versions[version.id].append(version)
    return {
        pk: rows if rows and rows[0].history_id == seen[pk] else []
        for pk, rows in versions.items()
    }


def others_changes(
    form: forms.ModelForm, versions: Sequence[Any]
) -> Iterator[tuple[str, OthersChange]]:
    """Yield the fields of a form that differ between the first of these versions, which
    its editor saw, and the last."""
    for name, field in _shown(form):
        values = [field.value_from_object(version) for version in versions]
        if values[0] != values[-1]:
            last = max(i for i in range(1, len(values)) if values[i] != values[i - 1])
            yield name, OthersChange(field, versions[last], values[0], values[-1])


def shown_values(form: forms.ModelForm, version: Any) -> Iterator[tuple[str, Any]]:
    """Yield the fields of a form that are seen, each with its value in a version."""
    for name, field in _shown(form):
        yield name, field.value_from_object(version)


def is_changed(form: forms.ModelForm, name: str, value: Any) -> bool:
    """Return whether the editor has written something else into a field than this."""
    field, written = form.fields[name], form[name].data
    if isinstance(written, str) and isinstance(value, str):
        return not are_alike(tidy(written), value)
    return field.has_changed(field.prepare_value(value), written)


def write(form: forms.ModelForm, name: str, value: Any) -> None:
    """Put a value into a field as if the editor had written it; the form's data can be
    changed."""
    bound, data = form[name], cast(QueryDict, form.data)
    widget = bound.field.widget
    shown = widget.format_value(bound.field.prepare_value(value))
    data.pop(bound.html_name, None)
    if isinstance(widget, forms.CheckboxInput):
        if value:
            data[bound.html_name] = "on"
    elif isinstance(shown, list):
        data[bound.html_name] = shown[0] if shown else ""
    else:
        data[bound.html_name] = "" if shown is None else str(shown)


def done_by(version: Any) -> str:
    return version.history_actor or "Somebody"


def moment(version: Any) -> str:
    """Return when a version was made: "at 14:22 UTC", with the day but for today's."""
    at = timezone.localtime(version.history_date)
    time = f"at {at:%H:%M %Z}"
    is_today = at.date() == timezone.localdate()
    return time if is_today else f"{time} on {day_in_words(at.date())}"


def _shown(form: forms.ModelForm) -> Iterator[tuple[str, Any]]:
    """Yield the fields of the model that its form shows, by name."""
    for field in form.instance._meta.concrete_fields:
        if field.name in form.fields and not form[field.name].is_hidden:
            yield field.name, field


def _in_words(field: Any, value: Any) -> str:
    if value in (None, ""):
        return "empty"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(field, models.ForeignKey):
        related: Any = field.related_model
        value = related.objects.filter(pk=value).first() or value
    elif field.choices:
        value = dict(field.flatchoices).get(value, value)
    elif isinstance(value, PartialDate):
        value = value.display()
    return f"“{Truncator(str(value)).chars(SHOWN)}”"
