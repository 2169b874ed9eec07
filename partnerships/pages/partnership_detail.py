from django.http import Http404

from partnerships.filters.record import RecordForm
from partnerships.log.entries import latest_changes
from partnerships.models import Partnership
from partnerships.pages.dated import dated_page
from partnerships.pages.mementos import with_mementos
from partnerships.pages.record_citation import citation_context
from partnerships.selectors.record import partnership_record
from partnerships.web.record_words import most_claims, record_context


@with_mementos
@dated_page("partnerships/partnership_detail.html", RecordForm)
def partnership_detail(request, clock, slug):
    """Show one partnership in full, as it stood on a day."""
    try:
        record = partnership_record(slug, on=clock.on)
    except Partnership.DoesNotExist:
        raise Http404 from None
    request.most_claims = None if clock.shows_all else most_claims(record)
    log = latest_changes(record, past=clock.past)
    context = record_context(record)
    context |= {"log": log, "most_claims": request.most_claims}
    return context | citation_context(request, record, clock)
