"""What machines ask: whether it lives, how the trail is, what there is to read and whom
to write to."""

from datetime import date

from django.conf import settings
from django.db import Error as DatabaseProblem
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from partnerships import selectors
from partnerships.models import Partnership, Source

#: Pages that are there once; of what is there many times, each one is listed.
PAGES = [
    "home",
    "partnership-list",
    "source-list",
    "disagreement-list",
    "change-list",
    "data",
    "about",
    "glossary",
    "accessibility",
]
SEALING_IS_LATE = 300  # seconds


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


@require_safe
def robots_txt(request):
    """Everything may be read; each day of the two clocks is not worth an index."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /*as_of=",
        "Disallow: /*known_on=",
        f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}",
    ]
    return _text(lines)


@require_safe
def sitemap(request):
    """Every page that there is once, and that of each partnership and source."""
    records, sources = selectors.last_changes()
    pages = [(reverse(name), None) for name in PAGES]
    for pk, slug in Partnership.objects.published().values_list("pk", "partner__slug"):
        pages.append((reverse("partnership-detail", args=[slug]), records.get(pk)))
    for pk, key in Source.objects.values_list("pk", "key"):
        pages.append((reverse("source-detail", args=[key]), sources.get(pk)))
    addresses = [(request.build_absolute_uri(path), at) for path, at in pages]
    context = {"addresses": addresses}
    return render(request, "sitemap.xml", context, content_type="application/xml")


@require_safe
def security_txt(request):
    """Whom to tell of a hole (RFC 9116); not there while nobody is named."""
    if not settings.CONTACT:
        raise Http404
    today = timezone.localdate()
    lines = [
        f"Contact: {settings.CONTACT}",
        f"Expires: {date(today.year + 1, today.month, 1)}T00:00:00Z",
        "Preferred-Languages: en",
        f"Canonical: {request.build_absolute_uri(reverse('security-txt'))}",
    ]
    return _text(lines)


def _text(lines):
    text = "".join(f"{line}\n" for line in lines)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
