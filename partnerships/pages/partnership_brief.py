from django.http import Http404

from partnerships.models import Partnership
from partnerships.pages.dated import dated_page
from partnerships.pages.record_citation import citation_context
from partnerships.selectors.record import partnership_record
from partnerships.web.record_brief import brief
from partnerships.web.record_words import record_context


@dated_page("partnerships/partnership_brief.html")
def partnership_brief(request, clock, slug):
    """Show one partnership on one sheet, as it stood on a day."""
    try:
        record = partnership_record(slug, on=clock.on)
    except Partnership.DoesNotExist:
        raise Http404 from None
    context = record_context(record) | {"brief": brief(record)}
    return context | citation_context(request, record, clock)
