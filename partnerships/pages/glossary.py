from django.shortcuts import render
from django.views.decorators.http import require_safe

from partnerships.choices import SafeStatus, SdpStatus
from partnerships.models import Source
from partnerships.web.glossary import TERMS, by_letter


@require_safe
def glossary(request):
    """Show each word with its meaning and the places that it comes from."""
    context = {
        "letters": by_letter(term for term in TERMS if not term.ours),
        "own_letters": by_letter(term for term in TERMS if term.ours),
        "keys": set(Source.objects.public().values_list("key", flat=True)),
        "sdp_statuses": list(SdpStatus),
        "safe_statuses": list(SafeStatus),
    }
    return render(request, "partnerships/glossary.html", context)
