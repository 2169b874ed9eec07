from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partnerships.filters.clock import ClockForm
from partnerships.ledger.known_on import known_on
from partnerships.models import Area, Partnership
from partnerships.pages.paging import page_of, status
from partnerships.pages.twins import data_url
from partnerships.selectors.matrix import area_cells, area_coverage

ROWS_PER_PAGE = 60


@require_safe
def area_detail(request, slug):
    """Show who covers one area, and what each source says of it."""
    clock = ClockForm(request.GET)
    with known_on(clock.known):
        published = Partnership.objects.published().with_status(on=clock.on)
        try:
            coverage = area_coverage(published, slug)
        except Area.DoesNotExist:
            raise Http404 from None
        pages = Paginator(coverage.partnerships, ROWS_PER_PAGE)
        page = page_of(clock, pages)
        context = {
            "clock": clock,
            "on": clock.on,
            "coverage": coverage,
            "page": page,
            "cells": area_cells(coverage.area, page),
            "data_url": data_url(clock, "area-detail", slug),
        }
        template = "partnerships/area_detail.html"
        return render(request, template, context, status=status(clock))
