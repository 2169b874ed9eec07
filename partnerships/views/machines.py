"""What machines ask: whether it lives, how the trail is, what there is to read and whom
to write to."""

from datetime import date, timedelta

from django.conf import settings
from django.db import Error as DatabaseProblem
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from partnerships import selectors
from partnerships.models import Area, Partnership, Source

SEALING_IS_LATE = timedelta(minutes=5)
PROOF_IS_OLD = timedelta(days=8)  # a full verification is due each week


#: Pages that are there once; of what is there many times, each one is listed.
PAGES = [
    "home",
    "partnership-list",
    "matrix",
    "timeline",
    "compare",
    "source-list",
    "disagreement-list",
    "change-list",
    "data",
    "about",
    "glossary",
    "accessibility",
]


@require_safe
def healthz(request):
    """Whether the process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request):
    """Whether the database answers, and how the audit trail is."""
    try:
        trail, waiting = selectors.trail(), selectors.waiting_since()
        proof, verified = selectors.last_proof(), selectors.last_verification()
    except DatabaseProblem:
        answer = {"ready": False, "warnings": ["The database does not answer."]}
        return JsonResponse(answer, status=503)
    return JsonResponse(
        {
            "ready": True,
            "warnings": list(_warnings(waiting, proof, verified)),
            "edition": trail.edition,
            "verified_at": proof and proof.verified_at,
            "verified_edition": proof and proof.number,
        }
    )


def _warnings(waiting, proof, verified):
    now = timezone.now()
    if waiting and now - waiting > SEALING_IS_LATE:
        yield f"A change of {waiting:%Y-%m-%d %H:%M} UTC is not sealed yet."
    if verified and verified.problems:
        yield (
            f"The audit trail is not whole: problems were found on "
            f"{verified.verified_at:%Y-%m-%d %H:%M} UTC."
        )
    if proof is None:
        yield "The audit trail was never verified."
    elif now - proof.verified_at > PROOF_IS_OLD:
        yield f"The audit trail was last proven on {proof.verified_at:%Y-%m-%d}."


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
    """Every page that there is once, and that of each partnership, area and source."""
    records, sources = selectors.last_changes()
    pages = [(reverse(name), None) for name in PAGES]
    for pk, slug in Partnership.objects.published().values_list("pk", "partner__slug"):
        pages.append((reverse("partnership-detail", args=[slug]), records.get(pk)))
    for slug in Area.objects.values_list("slug", flat=True):
        pages.append((reverse("area-detail", args=[slug]), None))
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
