"""Words about the tracker."""

from django.conf import settings
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partnerships import glossary as words
from partnerships.choices import SafeStatus, SdpStatus
from partnerships.models import Source


@require_safe
def about(request):
    """How facts enter, who keeps the record, how to report an error."""
    context = {"contact": settings.CONTACT}
    return render(request, "partnerships/about.html", context)


@require_safe
def glossary(request):
    """Each word with its meaning and where that comes from."""
    context = {
        "terms": words.TERMS,
        "keys": set(Source.objects.values_list("key", flat=True)),
        "sdp_statuses": list(SdpStatus),
        "safe_statuses": list(SafeStatus),
    }
    return render(request, "partnerships/glossary.html", context)


@require_safe
def accessibility(request):
    context = {"contact": settings.CONTACT}
    return render(request, "partnerships/accessibility.html", context)
