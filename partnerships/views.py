from django.core.paginator import Paginator
from django.db import Error as DatabaseProblem
from django.http import Http404, HttpResponse, HttpResponseServerError, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from partnerships import selectors
from partnerships.filters import ChangeFilter, ClockForm, PartnershipFilter
from partnerships.ledger import canonical, past
from partnerships.models import Partnership

ROWS_PER_PAGE = 25
NAMES_PER_STATUS = 24
SEALING_IS_LATE = 300  # seconds


@require_safe
def home(request):
    """The state of play."""
    clock = ClockForm(request.GET)
    with past.known_on(clock.known):
        published = Partnership.objects.published()
        listed = published.with_status(on=clock.on).select_related("partner")
        context = {
            "clock": clock,
            "on": clock.on,
            "statistics": selectors.statistics(
                published,
                on=clock.on,
                today=timezone.localdate(),
                known_on=clock.known,
            ),
            "partnerships": listed.order_by("partner__name").first_of_each_status(
                NAMES_PER_STATUS
            ),
            "milestones": selectors.recent_milestones(on=clock.on),
            "data_url": _data_url(clock, "statistics"),
        }
        return render(request, "partnerships/home.html", context, status=_status(clock))


@require_safe
def partnership_list(request):
    """All partnerships, filtered, as they stood on a day."""
    clock = ClockForm(request.GET)
    with past.known_on(clock.known):
        counted = Partnership.objects.published().with_coverage_counts()
        listed = PartnershipFilter(request.GET, counted.select_related("partner"))
        rows = listed.qs if listed.form.is_valid() else Partnership.objects.none()
        page = Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
        context = {
            "clock": clock,
            "on": clock.on,
            "filter": listed,
            "page": page,
            "open_disagreements": selectors.open_disagreements(row.pk for row in page),
            "data_url": _data_url(listed.form, "partnership-list"),
        }
        template = "partnerships/partnership_list.html"
        return render(request, template, context, status=_status(listed.form))


@require_safe
def partnership_detail(request, slug):
    """One partnership in full, as it stood on a day."""
    clock = ClockForm(request.GET)
    with past.known_on(clock.known):
        published = Partnership.objects.published()
        try:
            record = selectors.partnership_record(published, slug, on=clock.on)
        except Partnership.DoesNotExist:
            raise Http404 from None
        context = {
            "clock": clock,
            "on": clock.on,
            "record": record,
            "data_url": _data_url(clock, "partnership-detail", slug),
        }
        template = "partnerships/partnership_detail.html"
        return render(request, template, context, status=_status(clock))


@require_safe
def change_list(request):
    """The log of the whole record, newest first."""
    visible = selectors.public_changes()
    return _log(request, visible, visible, "partnerships/change_list.html")


@require_safe
def partnership_changes(request, slug):
    """The log of one partnership, with all that belongs to it."""
    visible = selectors.public_changes()
    entries = selectors.record_changes(visible, slug)
    own = entries.filter(record="partnership")[:1]
    newest = selectors.changes(own, among=visible)
    if not newest:
        raise Http404
    return _log(
        request,
        entries,
        visible,
        "partnerships/partnership_changes.html",
        {"slug": slug, "title": newest[0].label},
        partnership=slug,
    )


@require_safe
def change_detail(request, number):
    """One change with its differences, what else was done in the same operation, and
    what is needed to check its seal."""
    visible = selectors.public_changes()
    found = selectors.changes(visible.filter(number=number), among=visible)
    if not found:
        raise Http404
    change = found[0]
    together = visible.filter(operation=change.entry.operation)
    context = {
        "change": change,
        "private_hash": canonical.private_hash(change.entry.private, change.entry.salt),
        "previous_seal": selectors.seal_before(number),
        "together": selectors.changes(
            together.exclude(number=number)[:ROWS_PER_PAGE], among=visible
        ),
        "redaction": selectors.latest_redaction(number),
        "together_count": together.count() - 1,
        "data_url": f"{reverse('api:change-list')}?operation={change.entry.operation}",
    }
    return render(request, "partnerships/change_detail.html", context)


@require_safe
def healthz(request):
    """Whether the process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request):
    """Whether the database answers, and how the audit trail is."""
    try:
        trail, waiting = selectors.trail(), selectors.waiting_since()
        verified = selectors.last_verification()
    except DatabaseProblem:
        answer = {"ready": False, "warnings": ["The database does not answer."]}
        return JsonResponse(answer, status=503)
    warnings = []
    if waiting and (timezone.now() - waiting).total_seconds() > SEALING_IS_LATE:
        warnings.append(f"A change of {waiting:%Y-%m-%d %H:%M} UTC is not sealed yet.")
    if verified is None:
        warnings.append("The audit trail was never verified.")
    return JsonResponse(
        {
            "ready": True,
            "warnings": warnings,
            "edition": trail.edition,
            "verified_at": verified and verified.passed_at,
            "verified_edition": verified and verified.number,
        }
    )


def page_not_found(request, exception):
    return render(request, "404.html", status=404)


def server_error(request):
    """A page that needs nothing that could have failed."""
    return HttpResponseServerError(render_to_string("500.html"))


def _log(request, entries, visible, template, context=(), **parameters):
    listed = ChangeFilter(request.GET, entries)
    rows = listed.qs if listed.form.is_valid() else entries.none()
    page = Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = dict(context) | {
        "filter": listed,
        "page": page,
        "changes": selectors.changes(page.object_list, among=visible),
        "checkpoint": selectors.latest_checkpoint(),
        "data_url": _data_url(listed.form, "change-list", **parameters),
    }
    return render(request, template, context, status=_status(listed.form))


def _status(form) -> int:
    return 200 if form.is_valid() else 400


def _data_url(form, name, *args, **parameters):
    """The address of a page's JSON twin, which takes the same parameters."""
    path = reverse(f"api:{name}", args=args)
    if not form.is_valid():
        return path
    query = form.data.copy()
    for parameter in list(query):
        given = [value for value in query.getlist(parameter) if value]
        query.setlist(parameter, given if parameter in form.fields else [])
    query.update(parameters)
    return f"{path}?{query.urlencode()}" if query.urlencode() else path
