"""The state of the process, the database and the audit trail."""

from datetime import timedelta

from django.db import Error as DatabaseProblem
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from partnerships import __version__
from partnerships.selectors.trail import (
    current_trail,
    last_proof,
    last_verification,
    waiting_since,
)

SEALING_IS_LATE = timedelta(minutes=5)
PROOF_IS_OLD = timedelta(days=8)  # a full verification is due each week


@require_safe
def healthz(request):
    """Answer that the process does."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request):
    """Answer with the state of the database and of the audit trail."""
    try:
        trail, waiting = current_trail(), waiting_since()
        proof, verified = last_proof(), last_verification()
    except DatabaseProblem:
        answer = {"ready": False, "warnings": ["The database does not answer."]}
        return JsonResponse(answer, status=503)
    return JsonResponse(
        {
            "ready": True,
            "version": __version__,
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
