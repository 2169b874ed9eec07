from django.core.paginator import Paginator
from django.http import Http404

from partnerships.exports.linked import data_set_of
from partnerships.models import Area, Partnership
from partnerships.pages.data_links import data_url
from partnerships.pages.dated import dated_page
from partnerships.pages.paging import page_of
from partnerships.selectors.matrix import area_cells, area_coverage
from partnerships.web.addresses import path_of

ROWS_PER_PAGE = 25


@dated_page("partnerships/area_detail.html")
def area_detail(request, clock, slug):
    """Show who covers one area, and what each source says of it."""
    try:
        coverage = area_coverage(Partnership.objects.published(), slug, on=clock.on)
    except Area.DoesNotExist:
        raise Http404 from None
    pages = Paginator(coverage.partnerships, ROWS_PER_PAGE)
    page = page_of(clock, pages)
    partnerships = page.object_list.as_of(clock.on)
    return {
        "coverage": coverage,
        "page": page,
        "partnerships": partnerships,
        "cells": area_cells(coverage.area, partnerships),
        "structured": _linked_data(request, coverage.area),
        "data_url": data_url(clock, "area-detail", slug),
    }


def _linked_data(request, area):
    """Return the area in the terms of schema.org, as a word of the vocabulary."""
    absolute = request.build_absolute_uri
    return {
        "@context": "https://schema.org",
        "@type": "DefinedTerm",
        "@id": absolute(path_of("area-detail", area.slug)),
        "name": area.name,
        "alternateName": area.label,
        "termCode": str(area.number),
        "inDefinedTermSet": absolute(f"{path_of('vocabulary')}#areas"),
        "subjectOf": data_set_of(request).reference,
    }
