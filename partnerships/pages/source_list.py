from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

from django.core.paginator import Page, Paginator
from django.utils.text import slugify

from partnerships.choices import SourceKind
from partnerships.filters.clock import KnownForm
from partnerships.models import Source
from partnerships.pages.data_links import data_url
from partnerships.pages.dated import dated_page
from partnerships.pages.paging import page_of
from partnerships.selectors.sources import (
    SourceSummary,
    by_source_kind,
    reliance,
    source_summaries,
)

SOURCES_PER_PAGE = 100  # all that there are for years, on one


class Kind(NamedTuple):
    """The documents of one kind: how many there are, on which page they begin, and
    those that are on the page shown."""

    heading: str
    number: int
    begins_on: int
    shown: list[SourceSummary]

    @property
    def slug(self) -> str:
        return slugify(self.heading)


@dated_page("partnerships/source_list.html", KnownForm)
def source_list(request, clock):
    """Show the documents, the standing of their claims, and where each is alone."""
    # Of all only what tells their order: there may be thousands.
    rows = Source.objects.values_list("pk", "kind", "title", "key", named=True)
    summaries = source_summaries(rows)
    listed = by_source_kind(summaries)
    page = page_of(clock, Paginator(listed, SOURCES_PER_PAGE))
    sources = Source.objects.in_bulk([found.source.pk for found in page])
    most = reliance(summaries)
    place = next((n for n, found in enumerate(listed) if found is most.on), 0)
    return {
        "count": len(summaries),
        "page": page,
        "kinds": list(_kinds(listed, page, sources)),
        "reliance": most,
        "most_is_on": place // SOURCES_PER_PAGE + 1,
        "data_url": data_url(clock, "source-list"),
    }


def _kinds(listed: list[SourceSummary], page: Page, sources: dict[int, Source]):
    start, end, place = page.start_index() - 1, page.end_index(), 0
    for kind, found in groupby(listed, lambda summary: summary.source.kind):
        of_kind = list(found)
        shown = [
            replace(found, source=sources[found.source.pk])
            for found in of_kind[max(start - place, 0) : max(end - place, 0)]
        ]
        begins_on = place // SOURCES_PER_PAGE + 1
        yield Kind(SourceKind(kind).label, len(of_kind), begins_on, shown)
        place += len(of_kind)
