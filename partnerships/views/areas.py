from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partnerships import selectors
from partnerships.filters import ClockForm, MatrixFilter
from partnerships.ledger import past
from partnerships.models import Area, Partnership
from partnerships.views.common import data_url, page_of, status

MOST_COLUMNS = 60  # nobody reads a wider table
ROWS_PER_PAGE = 60


@require_safe
def matrix(request):
    """Areas of cooperation by partnerships, as known on a day."""
    clock = ClockForm(request.GET)
    with past.known_on(clock.known):
        counted = Partnership.objects.published().with_coverage_counts()
        listed = MatrixFilter(request.GET, counted.select_related("partner"))
        context = {
            "clock": clock,
            "on": clock.on,
            "filter": listed,
            "data_url": data_url(listed.form, "matrix"),
        }
        if listed.form.is_valid():
            matrix = selectors.matrix(
                listed.qs, most=MOST_COLUMNS, by_coverage=listed.by_coverage
            )
            listed.offer_areas(row.area for row in matrix.rows)
            context["matrix"] = matrix
        template = "partnerships/matrix.html"
        return render(request, template, context, status=status(listed.form))


@require_safe
def area_detail(request, slug):
    """Who covers one area, and what each source says of it."""
    clock = ClockForm(request.GET)
    with past.known_on(clock.known):
        published = Partnership.objects.published().with_status(on=clock.on)
        try:
            coverage = selectors.area_coverage(published, slug)
        except Area.DoesNotExist:
            raise Http404 from None
        pages = Paginator(coverage.partnerships, ROWS_PER_PAGE)
        page = page_of(clock, pages)
        context = {
            "clock": clock,
            "on": clock.on,
            "coverage": coverage,
            "page": page,
            "cells": selectors.area_cells(coverage.area, page),
            "data_url": data_url(clock, "area-detail", slug),
        }
        template = "partnerships/area_detail.html"
        return render(request, template, context, status=status(clock))
