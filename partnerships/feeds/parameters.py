"""The parameters of a feed: nothing wrong or unknown is ignored in silence."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django_filters import FilterSet

from partnerships.filters.refusals import refusals
from partnerships.models import Partnership
from partnerships.templatetags.dates import date_range
from partnerships.templatetags.lists import active_filters
from partnerships.text import feed_text, in_a_line
from partnerships.web.citations import SITE

CLOCK = {"as_of": "as of", "known_on": "known on", "edition": "edition"}


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


def title(subject: str, filterset: FilterSet) -> str:
    """Return the name of a feed with what valid parameters choose, the partner first:
    "Norway: changes (SDP Tracker)". One query where they name a partnership."""
    values = filterset.form.cleaned_data
    partner = _partner(values.get("partnership"))
    said_apart = {"From", "To", "Up to edition"} | (
        {"Partnership"} if partner else set()
    )
    chosen = [SITE] if partner else []
    chosen += [
        f"{label}: {value}"
        for label, value, _ in active_filters(filterset)
        if label not in said_apart
    ]
    if span := date_range(filterset.form):
        chosen.append(span)
    chosen += [
        f"{label} {values[name]}" for name, label in CLOCK.items() if values.get(name)
    ]
    name = f"{partner or SITE}: {subject}"
    return feed_text(f"{name} ({'; '.join(chosen)})" if chosen else name)


def _partner(slug: str | None) -> str:
    """Return the name of the partner of a public record; empty where there is none."""
    if not slug:
        return ""
    of_slug = Partnership.objects.published().filter(partner__slug=slug)
    return in_a_line(of_slug.values_list("partner__name", flat=True).first() or "")


def path(page: str, filterset: FilterSet) -> str:
    """Return the path of the page that shows the same; ``page`` is its url name."""
    query = urlencode(given(filterset))
    return f"{reverse(page)}?{query}" if query else reverse(page)


def given(filterset: FilterSet) -> list[tuple[str, str]]:
    """Return the parameters that are not empty, each value once."""
    return [
        (name, value)
        for name, values in filterset.form.data.lists()
        for value in dict.fromkeys(values)
        if value
    ]
