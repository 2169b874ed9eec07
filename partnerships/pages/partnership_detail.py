from django.http import Http404

from partnerships.log.entries import latest_changes
from partnerships.models import Partnership
from partnerships.pages.dated import dated_page
from partnerships.pages.record_citation import citation_context
from partnerships.selectors.course import courses, safe_eligibility
from partnerships.selectors.record import partnership_record
from partnerships.web import status_words


@dated_page("partnerships/partnership_detail.html")
def partnership_detail(request, clock, slug):
    """Show one partnership in full, as it stood on a day."""
    try:
        record = partnership_record(slug, on=clock.on)
    except Partnership.DoesNotExist:
        raise Http404 from None
    log = latest_changes(record, until=clock.known)
    tracks, eligibility = courses(record), safe_eligibility(record)
    return {
        "record": record,
        "headline": status_words.headline(record, tracks),
        "safe": status_words.safe_sentences(record, eligibility),
        "safe_effect": status_words.safe_effect(record, eligibility),
        "courses": tracks,
        "eligibility": eligibility,
        "log": log,
    } | citation_context(request, record, clock, log)
