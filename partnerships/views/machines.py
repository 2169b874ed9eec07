"""What machines ask: whether it lives, and how the trail is."""

from django.db import Error as DatabaseProblem
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from partnerships import selectors

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
