"""The parameters of a feed: nothing wrong or unknown is ignored in silence."""

from django.http import HttpResponse
from django_filters import FilterSet

from partnerships.filters.refusals import refusals
from partnerships.templatetags.dates import date_range
from partnerships.templatetags.lists import active_filters
from partnerships.text import feed_text

CLOCK = {"as_of": "as of", "known_on": "known on"}


def refusal(filterset: FilterSet) -> HttpResponse | None:
    """Return the answer to wrong or unknown parameters, a line for each, or None."""
    text = "".join(
        f"{feed_text(f'{name[:50]}: {sentence}')}\n"
        for name, sentences in refusals(filterset).items()
        for sentence in sentences
    )
    if not text:
        return None
    return HttpResponse(text, status=400, content_type="text/plain; charset=utf-8")


def title(name: str, filterset: FilterSet) -> str:
    """Return the name of a feed with what valid parameters choose."""
    values = filterset.form.cleaned_data
    chosen = [
        f"{label}: {value}"
        for label, value, _ in active_filters(filterset)
        if label not in ("From", "To")
    ]
    if span := date_range(filterset.form):
        chosen.append(span)
    chosen += [
        f"{label} {values[name]}" for name, label in CLOCK.items() if values.get(name)
    ]
    return feed_text(f"{name} ({'; '.join(chosen)})" if chosen else name)


def given(filterset: FilterSet) -> list[tuple[str, str]]:
    """Return the parameters that are not empty, each value once."""
    return [
        (name, value)
        for name, values in filterset.form.data.lists()
        for value in dict.fromkeys(values)
        if value
    ]
