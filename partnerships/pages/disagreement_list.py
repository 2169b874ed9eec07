from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partnerships.filters.clock import KnownForm
from partnerships.filters.sources import DisagreementFilter
from partnerships.ledger.known_on import known_on
from partnerships.models import Claim
from partnerships.pages.paging import page_of, status
from partnerships.pages.twins import data_url
from partnerships.selectors.disagreements import disagreements, disputed_facts

FACTS_PER_PAGE = 25


@require_safe
def disagreement_list(request):
    """Show the facts on which sources disagree, with the editors' rulings. There is no
    ``as_of``: sources say of an event what they say, whatever day is shown."""
    clock = KnownForm(request.GET)
    with known_on(clock.known):
        listed = DisagreementFilter(request.GET, Claim.objects.public())
        is_valid = listed.form.is_valid()
        fact_ids = disputed_facts(listed.qs) if is_valid else []
        page = page_of(listed.form, Paginator(fact_ids, FACTS_PER_PAGE))
        context = {
            "clock": clock,
            "filter": listed,
            "data_url": data_url(listed.form, "disagreement-list"),
            "page": page,
            "disagreements": disagreements(page.object_list, known_on=clock.known),
        }
        template = "partnerships/disagreement_list.html"
        return render(request, template, context, status=status(listed.form))
