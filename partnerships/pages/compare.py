from partnerships.filters.comparison import CompareForm
from partnerships.models import Partnership
from partnerships.pages.dated import dated_page
from partnerships.selectors.comparison import comparison


@dated_page("partnerships/compare.html")
def compare(request, clock):
    """Show two to four partnerships side by side, as they stood on a day."""
    published = Partnership.objects.published()
    form = CompareForm(request.GET, published)
    context = {"form": form}
    if slugs := form.compared:
        context["comparison"] = comparison(published, slugs, on=clock.on)
    return context
