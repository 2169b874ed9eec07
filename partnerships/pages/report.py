"""The page by which a reader reports an error, and the one that says what became of it.

Nothing is asked for but the text. No session is begun and no cookie set, so there is no
token either: with no account behind it, a form that another site sends could do no more
than anybody can. A browser that says so is refused all the same.
"""

from functools import wraps

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import Resolver404, get_script_prefix, resolve, reverse
from django.views.decorators.http import require_http_methods, require_safe

from partnerships.actions.reporting import TooManyReports, record_report
from partnerships.choices import LeadOrigin, LeadOutcome
from partnerships.filters.report import SHORTEST, AboutForm, ReportForm, new_moment
from partnerships.log.entries import public_changes
from partnerships.models import Lead, Partnership
from partnerships.pages.errors import RECORD_PAGES
from partnerships.web.clients import client_network

#: What became of a report, as its reader is told.
OUTCOMES = {
    LeadOutcome.ACCEPTED: "The editors accepted it and changed the record.",
    LeadOutcome.ALREADY_RIGHT: "The editors found that the record says so already.",
    LeadOutcome.NOT_SHOWN: "The editors cannot show it: no source carries it.",
    LeadOutcome.REJECTED: "The editors did not take this up.",
}


def unlisted(view):
    """Answer 404 where reports are off; else keep the page out of caches and of the
    indexes of search engines."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        if not settings.REPORTS:
            raise Http404
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex"
        return response

    return answer


@unlisted
@require_http_methods(["GET", "HEAD", "POST"])
def report(request):
    """Show the form, or take what it sends."""
    if request.method == "POST":
        return _taken(request)
    about = AboutForm(request.GET)
    about.is_valid()
    return _page(request, ReportForm(), about.cleaned_data)


@unlisted
@require_safe
def report_received(request, number):
    """Show what became of a report, and nothing of what it said."""
    reports = Lead.objects.filter(origin=LeadOrigin.REPORT)
    lead = get_object_or_404(reports, number=number.upper())
    context = {
        "report": lead,
        "outcome": OUTCOMES.get(lead.outcome),
        "is_logged": lead.operation and _is_logged(lead.operation),
    }
    return render(request, "partnerships/report_received.html", context)


def _is_logged(operation):
    return public_changes().filter(operation=operation).exists()


def _taken(request):
    """Answer what was sent: by the page of its number if it is taken, else by the form
    with all that it said."""
    if not _is_short(request):
        too_long = (
            "That is longer than 20 kB, or does not say how long it is, and was not "
            "read: go back to your text, and say it in at most 3,000 characters."
        )
        return _page(request, ReportForm(), refusal=too_long, status=413)
    if not _is_from_here(request):
        foreign = (
            "Your browser does not say that this site sent that, so it was not read: "
            "go back to your text, and write it in the form below."
        )
        return _page(request, ReportForm(), refusal=foreign, status=403)
    form = ReportForm(request.POST)
    if not form.is_valid():
        return _page(request, form, form.cleaned_data, status=400)
    said = form.report()
    try:
        lead = record_report(
            network=client_network(request),
            partnership=_partnership_on(said["page"]),
            **said,
        )
    except TooManyReports as error:
        page = _page(request, form, said, refusal=str(error), status=429)
        page["Retry-After"] = error.seconds
        return page
    address = reverse("report-received", args=[lead.number])
    return HttpResponse(status=303, headers={"Location": address})


def _page(request, form, about=None, *, refusal=None, status=200):
    """Return the page of the form. Once it was sent, it may be sent again at once."""
    about = about or {"page": "", "fact": ""}
    kind, _, number = about["fact"].rpartition("-")
    context = {
        "form": form,
        "page": about["page"],
        "fact": about["fact"],
        "fact_in_words": f"{kind.replace('_', ' ')} {number}" if number else "",
        "moment": new_moment(ago=SHORTEST if form.is_bound else 0),
        "refusal": refusal,
        "contact": settings.CONTACT if status == 429 else "",
    }
    return render(request, "partnerships/report.html", context, status=status)


def _is_short(request):
    """Return whether the request says that its body is short, which is not read yet."""
    length = request.META.get("CONTENT_LENGTH") or ""
    return (
        length.isascii()
        and length.isdigit()
        and int(length) <= settings.LONGEST_BODIES[request.path_info]
    )


def _is_from_here(request):
    """Return False if the browser names another site as the one that sent it."""
    origin = request.headers.get("Origin")
    return origin is None or origin.partition("://")[2] == request.get_host()


def _partnership_on(page):
    """Return the published partnership whose page that is, if it is one's."""
    try:
        match = resolve(f"/{page.removeprefix(get_script_prefix())}")
    except Resolver404:
        return None
    if match.url_name not in RECORD_PAGES:
        return None
    slug = match.kwargs["slug"]
    return Partnership.objects.published().filter(partner__slug=slug).first()
