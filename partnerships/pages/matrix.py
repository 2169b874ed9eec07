from partnerships.filters.comparison import SignedMatrixFilter
from partnerships.models import Partnership
from partnerships.pages.data_links import data_url
from partnerships.pages.dated import dated_page
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
    filterset = SignedMatrixFilter(request.GET, counted.select_related("partner"))
    context = {"filter": filterset, "data_url": data_url(filterset.form, "matrix")}
    if filterset.form.is_valid():
        matrix = coverage_matrix(
            filterset.qs, most=MOST_COLUMNS, by_coverage=filterset.by_coverage
        )
        filterset.offer_areas(row.area for row in matrix.rows)
        context["matrix"] = matrix
        context["left_out"] = left_out = _left_out(filterset)
        if left_out["not_signed"]:
            context["data_url"] = data_url(filterset.form, "matrix", status=SIGNED)
        context["perhaps"] = more_may_match(
            filterset.candidates, filterset.chosen, on=filterset.on
        )
    return context


def _left_out(filterset):
    """Return the partnerships without a column: those assessed, but not signed on the
    day; and of those that are not assessed the signed ones, and the others."""
    rows = filterset.without_column[: MOST_COLUMNS + 1].as_of(filterset.on)
    shown = rows[:MOST_COLUMNS]
    return {
        "not_signed": [row for row in shown if row.is_assessed],
        "signed": [r for r in shown if not r.is_assessed and r.status in SIGNED],
        "others": [r for r in shown if not r.is_assessed and r.status not in SIGNED],
        "has_more": len(rows) > MOST_COLUMNS,
    }
