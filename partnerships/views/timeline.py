from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partnerships import selectors
from partnerships.filters import ClockForm, MilestoneFilter
from partnerships.ledger import past
from partnerships.models import Milestone, Partnership
from partnerships.views.common import data_url, page_of, status

ROWS_PER_PAGE = 50


@require_safe
def timeline(request):
    """All milestones on a strip and in a list, as they stood on a day."""
    clock = ClockForm(request.GET)
    with past.known_on(clock.known):
        published = Partnership.objects.published()
        public = Milestone.objects.filter(partnership__in=published)
        listed = MilestoneFilter(request.GET, public)
        rows = listed.qs if listed.form.is_valid() else Milestone.objects.none()
        rows = rows.select_related("partnership__partner")
        by_day = selectors.milestones_by_day(rows)
        strip = selectors.timeline_strip(rows, by_day, on=clock.on)
        pages = Paginator(rows, ROWS_PER_PAGE)
        pages.count = by_day.total()
        page = page_of(listed.form, pages)
        context = {
            "clock": clock,
            "on": clock.on,
            "filter": listed,
            "page": page,
            "facts": selectors.milestone_facts(page),
            "strip": strip,
            "data_url": data_url(listed.form, "milestone-list"),
        }
        template = "partnerships/timeline.html"
        return render(request, template, context, status=status(listed.form))
