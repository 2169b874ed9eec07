from django.shortcuts import render
from django.views.decorators.http import require_safe

from partnerships.filters.clock import ClockForm
from partnerships.filters.comparison import CompareForm
from partnerships.ledger.known_on import known_on
from partnerships.models import Partnership
from partnerships.pages.paging import status
from partnerships.selectors.comparison import comparison


@require_safe
def compare(request):
    """Show two to four partnerships side by side, as they stood on a day."""
    clock = ClockForm(request.GET)
    with known_on(clock.known):
        published = Partnership.objects.published()
        form = CompareForm(request.GET, published)
        context = {"clock": clock, "on": clock.on, "form": form}
        if form.is_valid() and form.cleaned_data["p"]:
            context["comparison"] = comparison(
                published, form.cleaned_data["p"], on=clock.on
            )
        template = "partnerships/compare.html"
        return render(request, template, context, status=status(form))
