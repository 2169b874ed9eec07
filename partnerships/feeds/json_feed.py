"""JSON Feed 1.1: the entries of the Atom feeds, for programs that would rather read
JSON. An entry has the same id in both."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django_filters import FilterSet

from partnerships.feeds import parameters
from partnerships.feeds.entries import Entry
from partnerships.text import feed_text
from partnerships.web.citations import SITE

VERSION = "https://jsonfeed.org/version/1.1"


def answer(
    request: HttpRequest,
    entries: list[Entry],
    filterset: FilterSet,
    *,
    subject: str,
    page: str,
) -> HttpResponse:
    """Return these entries as a feed, by the arguments of ``atom.answer``."""
    feed = {
        "version": VERSION,
        "title": parameters.title(subject, filterset),
        "home_page_url": request.build_absolute_uri(parameters.path(page, filterset)),
        "feed_url": request.build_absolute_uri(),
        "language": "en-GB",
        "authors": [{"name": SITE}],
        "items": [_item(entry, request) for entry in entries],
    }
    return JsonResponse(feed, content_type="application/feed+json")


def _item(entry: Entry, request: HttpRequest) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": entry.id,
        "url": request.build_absolute_uri(entry.link),
        "title": feed_text(entry.title),
        "summary": feed_text(entry.summary),
        "content_html": feed_text(entry.content),
        "date_published": entry.published.isoformat(),
        "date_modified": entry.updated.isoformat(),
        "tags": [str(category.label) for category in entry.categories],
    }
    if entry.author:
        item["authors"] = [{"name": feed_text(entry.author)}]
    return item
