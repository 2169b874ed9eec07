from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from partnerships.ledger import signing
from partnerships.selectors.trail import latest_checkpoint


@require_safe
def verify(request):
    """Show how a reader checks the trail, what that shows and what it cannot."""
    keys = signing.public_keys()
    context = {
        "home": request.build_absolute_uri(reverse("home")),
        "checkpoint": latest_checkpoint(),
        "fingerprint": signing.fingerprint(keys[0]) if keys else "",
    }
    return render(request, "partnerships/verify.html", context)
