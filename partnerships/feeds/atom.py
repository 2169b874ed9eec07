"""Atom (RFC 4287), with what Django's generator leaves out: content, and categories
with labels. All text is cleaned of what XML cannot hold."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django_filters import FilterSet

from partnerships.dates import start_of
from partnerships.feeds import parameters
from partnerships.feeds.entries import Entry
from partnerships.feeds.ids import feed_id
from partnerships.text import feed_text
from partnerships.web.citations import LICENCE, LICENCE_NAME, SITE


class Feed(Atom1Feed):
    def latest_post_date(self):
        times = [item["updateddate"] for item in self.items]
        return max(times, default=start_of(timezone.localdate()))

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        for category in item["labelled"]:
            term = {"term": category.value, "label": str(category.label)}
            handler.addQuickElement("category", "", term)
        handler.addQuickElement("content", item["content"], {"type": "html"})


def answer(
    request: HttpRequest,
    entries: list[Entry],
    filterset: FilterSet,
    *,
    subject: str,
    page: str,
) -> HttpResponse:
    """Return these entries as a feed; ``page`` is the url name of the page that shows
    them too. ``subject`` is part of the feed's id, so it never changes."""
    feed = Feed(
        title=parameters.title(subject, filterset),
        link=request.build_absolute_uri(parameters.path(page, filterset)),
        description=None,
        language="en-GB",
        author_name=SITE,
        feed_url=request.build_absolute_uri(),
        feed_guid=feed_id(f"{subject}-atom", parameters.given(filterset)).urn,
        feed_copyright=f"{LICENCE_NAME}, {LICENCE}",
    )
    for entry in entries:
        _add(feed, entry, request)
    return HttpResponse(feed.writeString("utf-8"), content_type=Feed.content_type)


def _add(feed: Feed, entry: Entry, request: HttpRequest):
    feed.add_item(
        unique_id=entry.id,
        link=request.build_absolute_uri(entry.link),
        title=feed_text(entry.title),
        description=escape(feed_text(entry.summary)),
        content=feed_text(entry.content),
        pubdate=entry.published,
        updateddate=entry.updated,
        author_name=feed_text(entry.author) if entry.author else None,
        labelled=entry.categories,
    )
