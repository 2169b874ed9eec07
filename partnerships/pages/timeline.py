from django.core.paginator import Paginator

from partnerships.choices import Certainty
from partnerships.filters.milestones import MilestoneFilter
from partnerships.models import Claim, Milestone
from partnerships.pages.data_links import data_url
from partnerships.pages.dated import dated_page
from partnerships.pages.paging import page_of
from partnerships.selectors.facts import Evidence, evidence
from partnerships.selectors.news import checked_partners
from partnerships.selectors.overview import milestones_by_day
from partnerships.web.timeline_drawing import timeline_drawing

ROWS_PER_PAGE = 50


@dated_page("partnerships/timeline.html")
def timeline(request, clock):
    """Show all milestones in a drawing and in a list, as they stood on a day."""
    filterset = MilestoneFilter(request.GET, Milestone.objects.public())
    partnerships = checked_partners()
    told = filterset.qs if filterset.form.is_valid() else Milestone.objects.none()
    rows = told.counted().select_related("partnership__partner")
    # Before the page, which then takes its rows from those that were drawn.
    drawing, count = drawn(rows, filterset.form, clock, partnerships)
    pages = Paginator(rows, ROWS_PER_PAGE)
    pages.count = count
    page = page_of(filterset.form, pages)
    return {
        "filter": filterset,
        "page": page,
        "moments": _moments(page),
        "rejected": told.filter(certainty=Certainty.REJECTED).count(),
        "drawing": drawing,
        "partnerships": partnerships,
        "data_url": data_url(filterset.form, "milestone-list"),
    }


def _moments(page):
    """Return pairs of each milestone of a page and the claims about it in numbers."""
    told = evidence(Claim.objects.filter(milestone__in=list(page)))
    return [(row, told.get(f"milestone-{row.pk}", Evidence())) for row in page]


def drawn(milestones, form, clock, partnerships):
    """Return the drawing of these milestones, and how many there are."""
    by_day = milestones_by_day(milestones)
    drawing = timeline_drawing(
        milestones,
        by_day,
        on=clock.on,
        until=min(form.cleaned_data.get("to") or clock.on, clock.on),
        checked={row.pk: row.checked_through for row in partnerships},
    )
    return drawing, by_day.total()
