"""Checkpoints as Atom: whoever subscribes keeps anchors of the trail where nobody here
can rewrite them."""

from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from partnerships.feeds import atom, ids, parameters
from partnerships.feeds.entries import MOST_ENTRIES, Entry
from partnerships.filters.trail import CheckpointFilter
from partnerships.models import Checkpoint
from partnerships.web.citations import SITE


@require_safe
def checkpoints_atom(request):
    """Answer with the newest checkpoints, each with its signature."""
    filterset = CheckpointFilter(request.GET, Checkpoint.objects.all())
    if refused := parameters.refusal(filterset):
        return refused
    entries = [_entry(taken) for taken in filterset.qs[:MOST_ENTRIES]]
    return atom.answer(
        request, entries, filterset, subject="checkpoints", page="verify"
    )


def _entry(taken: Checkpoint) -> Entry:
    signed = f"signature: {taken.signature}" if taken.signature else "not signed"
    return Entry(
        id=ids.checkpoint_id(taken).urn,
        link=reverse("verify"),
        title=f"The trail stood at change {taken.number:,}.",
        summary=str(taken),
        content=format_html("<pre>{}{}</pre>", taken.text, signed),
        published=taken.taken_at,
        updated=taken.taken_at,
        categories=[],
        author=SITE,
    )
