from django.shortcuts import render
from django.views.decorators.http import require_safe

from partnerships.choices import SafeStatus, SdpStatus
from partnerships.models import Source
from partnerships.web import glossary as words


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
