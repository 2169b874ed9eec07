from partnerships.filters.comparison import MatrixFilter
from partnerships.models import Partnership
from partnerships.pages.data_links import data_url
from partnerships.pages.dated import dated_page
from partnerships.querysets.names import by_name
from partnerships.selectors.facets import more_may_match
from partnerships.selectors.matrix import coverage_matrix
from partnerships.selectors.overview import SIGNED

MOST_COLUMNS = 60  # nobody reads a wider table


@dated_page("partnerships/matrix.html")
def matrix(request, clock):
    """Show areas of cooperation by partnerships, as known on a day."""
    counted = (
        Partnership.objects.published().with_coverage_counts().with_checked_through()
    )
    filterset = MatrixFilter(request.GET, counted.select_related("partner"))
    context = {"filter": filterset, "data_url": data_url(filterset.form, "matrix")}
    if filterset.form.is_valid():
        matrix = coverage_matrix(
            filterset.qs, most=MOST_COLUMNS, by_coverage=filterset.by_coverage
        )
        filterset.offer_areas(row.area for row in matrix.rows)
        context["matrix"] = matrix
        context["left_out"] = _left_out(matrix, on=filterset.on)
        context["perhaps"] = more_may_match(
            filterset.candidates, filterset.chosen, on=filterset.on
        )
    return context


def _left_out(matrix, *, on):
    """Return the partnerships that are not assessed: those signed, and the others."""
    slugs = [partner["slug"] for partner in matrix.not_assessed]
    rows = Partnership.objects.filter(partner__slug__in=slugs).order_by(*by_name())
    rows = rows.select_related("partner").as_of(on)
    return {
        "signed": [row for row in rows if row.status in SIGNED],
        "others": [row for row in rows if row.status not in SIGNED],
        "has_more": matrix.has_more_not_assessed,
    }
