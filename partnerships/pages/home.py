from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from partnerships.filters.clock import ClockForm
from partnerships.ledger.known_on import known_on
from partnerships.log.entries import latest_operations
from partnerships.models import Partnership, Question
from partnerships.pages.common import data_url, status
from partnerships.selectors.overview import (
    recent_milestones,
    statistics,
    uncertain_milestones,
)

#: More than there are countries.
MOST_PARTNERSHIPS = 400


@require_safe
def home(request):
    """The state of play."""
    clock = ClockForm(request.GET)
    with known_on(clock.known):
        published = Partnership.objects.published()
        listed = published.with_status(on=clock.on).select_related("partner")
        context = {
            "clock": clock,
            "on": clock.on,
            "statistics": statistics(
                published,
                on=clock.on,
                today=timezone.localdate(),
                known_on=clock.known,
            ),
            "partnerships": listed.order_by("partner__name")[:MOST_PARTNERSHIPS],
            "milestones": recent_milestones(on=clock.on),
            "uncertain": list(uncertain_milestones(on=clock.on)),
            "questions": Question.objects.with_open_disagreement()[:8],
            "operations": latest_operations(known_on=clock.known),
            "data_url": data_url(clock, "statistics"),
        }
        return render(request, "partnerships/home.html", context, status=status(clock))
