from django.shortcuts import render
from django.views.decorators.http import require_safe

from partnerships.filters.clock import ClockForm
from partnerships.filters.comparison import MatrixFilter
from partnerships.ledger.known_on import known_on
from partnerships.models import Partnership
from partnerships.pages.paging import status
from partnerships.pages.twins import data_url
from partnerships.selectors.matrix import coverage_matrix

MOST_COLUMNS = 60  # nobody reads a wider table


@require_safe
def matrix(request):
    """Show areas of cooperation by partnerships, as known on a day."""
    clock = ClockForm(request.GET)
    with known_on(clock.known):
        counted = Partnership.objects.published().with_coverage_counts()
        listed = MatrixFilter(request.GET, counted.select_related("partner"))
        context = {
            "clock": clock,
            "on": clock.on,
            "filter": listed,
            "data_url": data_url(listed.form, "matrix"),
        }
        if listed.form.is_valid():
            matrix = coverage_matrix(
                listed.qs, most=MOST_COLUMNS, by_coverage=listed.by_coverage
            )
            listed.offer_areas(row.area for row in matrix.rows)
            context["matrix"] = matrix
        template = "partnerships/matrix.html"
        return render(request, template, context, status=status(listed.form))
