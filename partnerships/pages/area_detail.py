from django.core.paginator import Paginator
from django.http import Http404

from partnerships.models import Area, Partnership
from partnerships.pages.data_links import data_url
from partnerships.pages.dated import dated_page
from partnerships.pages.paging import page_of
from partnerships.selectors.matrix import area_cells, area_coverage

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
        "data_url": data_url(clock, "area-detail", slug),
    }
