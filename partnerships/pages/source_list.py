from django.shortcuts import render
from django.views.decorators.http import require_safe

from partnerships.filters.clock import KnownForm
from partnerships.ledger.known_on import known_on
from partnerships.pages.paging import status
from partnerships.pages.twins import data_url
from partnerships.selectors.sources import source_summaries


@require_safe
def source_list(request):
    """Show every document, the standing of its claims, and where it is alone."""
    clock = KnownForm(request.GET)
    with known_on(clock.known):
        context = {
            "clock": clock,
            "sources": source_summaries(),
            "data_url": data_url(clock, "source-list"),
        }
        template = "partnerships/source_list.html"
        return render(request, template, context, status=status(clock))
