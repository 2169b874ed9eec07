from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partnerships.filters.clock import ClockForm
from partnerships.ledger.known_on import known_on
from partnerships.log.entries import latest_changes
from partnerships.models import Partnership
from partnerships.pages.paging import status
from partnerships.pages.record_citation import citation_context
from partnerships.selectors.course import courses, safe_standing
from partnerships.selectors.record import partnership_record


@require_safe
def partnership_detail(request, slug):
    """Show one partnership in full, as it stood on a day."""
    clock = ClockForm(request.GET)
    with known_on(clock.known):
        try:
            record = partnership_record(slug, on=clock.on)
        except Partnership.DoesNotExist:
            raise Http404 from None
        log = latest_changes(record, until=clock.known)
        context = {
            "clock": clock,
            "on": clock.on,
            "record": record,
            "courses": courses(record),
            "standing": safe_standing(record),
            "log": log,
        } | citation_context(request, record, clock, log)
        template = "partnerships/partnership_detail.html"
        return render(request, template, context, status=status(clock))
