from django.core.paginator import Paginator

from partnerships.filters.clock import KnownForm
from partnerships.filters.sources import DisagreementFilter
from partnerships.pages.data_links import data_url
from partnerships.pages.dated import dated_page
from partnerships.pages.paging import page_of
from partnerships.selectors.disagreements import (
    disagreements,
    disputed_facts,
    disputing_claims,
)

FACTS_PER_PAGE = 20


@dated_page("partnerships/disagreement_list.html", KnownForm)
def disagreement_list(request, clock):
    """Show the facts on which sources disagree, with the editors' rulings. There is no
    ``as_of``: sources say of an event what they say, whatever day is shown."""
    filterset = DisagreementFilter(request.GET, disputing_claims())
    is_valid = filterset.form.is_valid()
    fact_ids = disputed_facts(filterset.qs) if is_valid else []
    page = page_of(filterset.form, Paginator(fact_ids, FACTS_PER_PAGE))
    return {
        "filter": filterset,
        "data_url": data_url(filterset.form, "disagreement-list"),
        "page": page,
        "disagreements": disagreements(page.object_list, past=clock.past),
    }
