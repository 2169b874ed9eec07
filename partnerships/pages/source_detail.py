from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from partnerships.filters.clock import KnownForm
from partnerships.filters.sources import SourceForm
from partnerships.ledger.known_on import known_on
from partnerships.models import Source
from partnerships.pages.paging import page_of, status
from partnerships.pages.twins import data_url
from partnerships.selectors.facts import facts_by_id
from partnerships.selectors.sources import source_facts

FACTS_PER_PAGE = 50


@require_safe
def source_detail(request, slug):
    """Show all that one document says of what is public."""
    clock, form = KnownForm(request.GET), SourceForm(request.GET)
    with known_on(clock.known):
        source = get_object_or_404(Source, key=slug)
        source_claims = source_facts(source, **form.chosen)
        page = page_of(form, Paginator(source_claims.ids, FACTS_PER_PAGE))
        context = {
            "clock": clock,
            "form": form,
            "source": source,
            "page": page,
            "facts": facts_by_id(page.object_list).values(),
            "alone": source_claims.alone,
            "data_url": data_url(clock, "source-detail", slug),
        }
        template = "partnerships/source_detail.html"
        return render(request, template, context, status=status(form))
