"""Undo: what an operation changed, and the question why it is taken back."""

from operator import attrgetter

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from partnerships.actions import proposing, undoing
from partnerships.fields import ReasonField
from partnerships.log.entries import ASKED, described_changes
from partnerships.models import LedgerEntry

MOST = 300


class UndoForm(forms.Form):
    reason = ReasonField(
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60}),
        help_text="Why you take it back. Public.",
        error_messages={
            "required": "Say why you take it back. Readers will see it.",
            "no_words": "Say in words why you take it back.",
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request, site, operation):
    """Show an operation, and undo it for a reason; with what is in its way, if any."""
    entries = LedgerEntry.objects.filter(operation=operation).exclude(number=None)
    entries = entries.exclude(ASKED)
    if not entries.exists():
        raise Http404
    if not _may_undo(request.user, entries):
        raise PermissionDenied
    form = UndoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            count = undoing.undo(
                operation, by=request.user, reason=form.cleaned_data["reason"]
            )
        except undoing.UndoRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            records = "record is" if count == 1 else "records are"
            messages.success(request, f"Undone: {count} {records} as before.")
            return redirect("admin:index")
    changes = described_changes(entries.order_by("number")[:MOST])
    context = {
        **site.each_context(request),
        "title": f"Undo: {min(changes, key=attrgetter('rank')).title}",
        "form": form,
        "changes": changes,
        "count": entries.count(),
    }
    return TemplateResponse(request, "admin/desk/undo.html", context)


def _may_undo(user, entries):
    """Return whether the user may change every kind of record that was touched; and
    publish, where a partnership was, or readers see any of it."""
    kinds = set(entries.values_list("record", flat=True)) - {"doublecheck"}
    may_publish = proposing.may_publish(user)
    if not kinds or ("check" in kinds and not may_publish):
        return False
    actions = ("add", "change", "delete")
    needed = {f"partnerships.{a}_{kind}" for a in actions for kind in kinds}
    if "partnership" in kinds:
        needed |= {"partnerships.publish_partnership"}
        needed -= {"partnerships.add_partnership", "partnerships.delete_partnership"}
    needed -= {"partnerships.delete_source"}  # refused where anything else cites it
    if {"redaction", "damage"} & {*kinds} or not user.has_perms(needed):
        return False
    return may_publish or not proposing.is_seen(entries[0].operation)
