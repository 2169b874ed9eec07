from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from partnerships import selectors
from partnerships.filters import KnownForm, SourceForm
from partnerships.ledger import past
from partnerships.models import Source
from partnerships.views.common import data_url, page_of, status

FACTS_PER_PAGE = 50


@require_safe
def source_list(request):
    """Every document, how its claims stand, and where it stands alone."""
    clock = KnownForm(request.GET)
    with past.known_on(clock.known):
        context = {
            "clock": clock,
            "sources": selectors.source_summaries(),
            "data_url": data_url(clock, "source-list"),
        }
        template = "partnerships/source_list.html"
        return render(request, template, context, status=status(clock))


@require_safe
def source_detail(request, slug):
    """All that one document says of what is public."""
    clock, form = KnownForm(request.GET), SourceForm(request.GET)
    with past.known_on(clock.known):
        source = get_object_or_404(Source, key=slug)
        found = selectors.source_facts(source, **form.wanted)
        page = page_of(form, Paginator(found.ids, FACTS_PER_PAGE))
        context = {
            "clock": clock,
            "form": form,
            "source": source,
            "page": page,
            "facts": selectors.facts_by_id(page.object_list).values(),
            "alone": found.alone,
            "data_url": data_url(clock, "source-detail", slug),
        }
        template = "partnerships/source_detail.html"
        return render(request, template, context, status=status(form))
