from django.utils import timezone

from partnerships.log.entries import latest_operations, latest_operations_of_edition
from partnerships.models import Partnership
from partnerships.pages.data_links import data_url
from partnerships.pages.dated import dated_page
from partnerships.selectors.double_checks import mark_unchecked
from partnerships.selectors.overview import latest_milestones, statistics
from partnerships.selectors.trail import edition_number
from partnerships.web.caching import trail_of

MOST_UNCERTAIN, MOST_QUESTIONS = 8, 8


@dated_page("partnerships/home.html")
def home(request, clock):
    """Show the state of play."""
    trail = trail_of(request)
    seal = None if clock.known or trail.is_waiting else trail.seal
    edition = edition_number(known_on=clock.known) if clock.known else trail.edition
    published = Partnership.objects.published().with_checked_through()
    ordered = published.select_related("partner").order_by("partner__name")
    partnerships = ordered.as_of(clock.on)
    counts = statistics(
        partnerships,
        on=clock.on,
        known_on=clock.known or timezone.localdate(),
        edition=edition,
        seal=seal,
    )
    milestones, uncertain = latest_milestones(on=clock.on)
    mark_unchecked(milestones)
    return {
        "statistics": counts,
        "partnerships": partnerships,
        "milestones": milestones,
        "uncertain": uncertain[:MOST_UNCERTAIN],
        "uncertain_count": len(uncertain),
        "questions": counts.open_questions[:MOST_QUESTIONS],
        "operations": (
            latest_operations_of_edition(seal)
            if seal
            else latest_operations(known_on=clock.known)
        ),
        "data_url": data_url(clock, "statistics"),
    }
