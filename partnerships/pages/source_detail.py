from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404

from partnerships.filters.clock import KnownForm
from partnerships.filters.sources import SourceForm
from partnerships.models import Source
from partnerships.pages.data_links import data_url
from partnerships.pages.dated import dated_page
from partnerships.pages.paging import page_of
from partnerships.selectors.facts import facts_by_id
from partnerships.selectors.sources import alone_with, source_facts

FACTS_PER_PAGE = 50


@dated_page("partnerships/source_detail.html", KnownForm)
def source_detail(request, clock, slug):
    """Show all that one document says of what is public."""
    form = SourceForm(request.GET)
    source = get_object_or_404(Source.objects.public(), key=slug)
    fact_ids = source_facts(source, **form.chosen)
    page = page_of(form, Paginator(fact_ids, FACTS_PER_PAGE))
    facts = facts_by_id(page.object_list).values()
    return {
        "form": form,
        "source": source,
        "page": page,
        "facts": facts,
        "alone": alone_with(facts),
        "data_url": data_url(clock, "source-detail", slug),
    }
