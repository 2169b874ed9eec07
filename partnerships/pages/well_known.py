"""Addresses that programs look for: robots.txt, sitemap.xml, security.txt, the
catalogue of APIs."""

from datetime import date
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from partnerships.models import Area, Partnership, Source
from partnerships.selectors.trail import last_changes
from partnerships.web.citations import LICENCE
from partnerships.web.open_data import OPENAPI
from partnerships.web.tie_words import KINDS

LINKSET = 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"'

#: Names of the pages that exist once.
PAGES = [
    *("home", "partnership-list", "matrix", "timeline", "compare", "source-list"),
    *("disagreement-list", "question-list", "position-list", "namesake-list"),
    *("safe", "ties", "news", "change-list"),
    *("data", "verify", "about", "glossary", "accessibility"),
]


@require_safe
def robots_txt(request):
    """Let robots read everything but the editors' pages and the form of readers. Pages
    of other days, which are cited, say themselves that no search should list them."""
    lines = [
        "User-agent: *",
        f"Disallow: {reverse('admin:index')}",
        f"Disallow: {reverse('report')}",
        f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}",
    ]
    return _text(lines)


@require_safe
def sitemap(request):
    """List all pages that exist once, and each partnership, area and source."""
    records, sources = last_changes()
    pages = [(reverse(name), None) for name in PAGES]
    pages += [(reverse("tie-kind", args=[kind.slug]), None) for kind in KINDS]
    for pk, slug in Partnership.objects.published().values_list("pk", "partner__slug"):
        pages.append((reverse("partnership-detail", args=[slug]), records.get(pk)))
    for slug in Area.objects.values_list("slug", flat=True):
        pages.append((reverse("area-detail", args=[slug]), None))
    for pk, key in Source.objects.public().values_list("pk", "key"):
        pages.append((reverse("source-detail", args=[key]), sources.get(pk)))
    addresses = [(request.build_absolute_uri(path), at) for path, at in pages]
    context = {"addresses": addresses}
    return render(request, "sitemap.xml", context, content_type="application/xml")


@require_safe
def favicon(request):
    """Answer those who ask for the mark of the site by the name that it once had."""
    icon = Path(finders.find("partnerships/favicon.ico")).read_bytes()
    response = HttpResponse(icon, content_type="image/vnd.microsoft.icon")
    response["Cache-Control"] = "public, max-age=86400"
    return response


@require_safe
def api_catalog(request):
    """Lead programs to the API and to what describes it (RFC 9727)."""

    def links(target, media_type):
        return [{"href": request.build_absolute_uri(target), "type": media_type}]

    api = {
        "anchor": request.build_absolute_uri(reverse("api:index")),
        "service-desc": links(reverse("api:schema"), OPENAPI),
        "service-doc": links(reverse("api:docs"), "text/html"),
        "license": links(LICENCE, "text/html"),
    }
    response = JsonResponse({"linkset": [api]}, content_type=LINKSET)
    response["Link"] = f'<{request.path}>; rel="api-catalog"'
    return response


@require_safe
def security_txt(request):
    """Say whom to tell of a hole (RFC 9116).

    Raises Http404 while nobody is named.
    """
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
