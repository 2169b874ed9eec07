from django.core.paginator import Paginator
from django.http import Http404, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from partnerships import selectors
from partnerships.filters import ClockForm, PartnershipFilter
from partnerships.models import Partnership

ROWS_PER_PAGE = 25
NAMES_PER_STATUS = 24


@require_safe
def home(request):
    """The state of play."""
    clock, on, status = _clock(request)
    published = Partnership.objects.published()
    listed = published.with_status(on=on).select_related("partner")
    context = {
        "clock": clock,
        "on": on,
        "statistics": selectors.statistics(
            published, on=on, today=timezone.localdate()
        ),
        "partnerships": listed.order_by("partner__name").first_of_each_status(
            NAMES_PER_STATUS
        ),
        "milestones": selectors.recent_milestones(on=on),
        "data_url": _data_url(clock, "statistics"),
    }
    return render(request, "partnerships/home.html", context, status=status)


@require_safe
def partnership_list(request):
    """All partnerships, filtered, as they stood on a day."""
    clock, on, _ = _clock(request)
    counted = Partnership.objects.published().with_coverage_counts()
    listed = PartnershipFilter(request.GET, counted.select_related("partner"))
    is_valid = listed.form.is_valid()
    rows = listed.qs if is_valid else Partnership.objects.none()
    page = Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "clock": clock,
        "on": on,
        "filter": listed,
        "page": page,
        "open_disagreements": selectors.open_disagreements(row.pk for row in page),
        "data_url": _data_url(listed.form, "partnership-list"),
    }
    template = "partnerships/partnership_list.html"
    return render(request, template, context, status=200 if is_valid else 400)


@require_safe
def partnership_detail(request, slug):
    """One partnership in full, as it stood on a day."""
    clock, on, status = _clock(request)
    published = Partnership.objects.published()
    try:
        record = selectors.partnership_record(published, slug, on=on)
    except Partnership.DoesNotExist:
        raise Http404 from None
    context = {
        "clock": clock,
        "on": on,
        "record": record,
        "data_url": _data_url(clock, "partnership-detail", slug),
    }
    template = "partnerships/partnership_detail.html"
    return render(request, template, context, status=status)


def page_not_found(request, exception):
    return render(request, "404.html", status=404)


def server_error(request):
    """A page that needs nothing that could have failed."""
    return HttpResponseServerError(render_to_string("500.html"))


def _clock(request):
    """The form of the day asked for, the day to show, and the answer's status code."""
    clock = ClockForm(request.GET)
    if clock.is_valid():
        return clock, clock.on, 200
    return clock, timezone.localdate(), 400


def _data_url(form, name, *args):
    """The address of a page's JSON twin, which takes the same parameters."""
    path = reverse(f"api:{name}", args=args)
    if not form.is_valid():
        return path
    query = form.data.copy()
    for parameter in list(query):
        given = [value for value in query.getlist(parameter) if value]
        query.setlist(parameter, given if parameter in form.fields else [])
    return f"{path}?{query.urlencode()}" if query.urlencode() else path
