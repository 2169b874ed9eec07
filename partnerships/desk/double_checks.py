"""Double-checks: a second person compares an entry with its source, and says so."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from partnerships.actions import double_checking
from partnerships.log.entries import described_changes
from partnerships.models import Claim, DoubleCheck, LedgerEntry, Source

MOST = 300


class ConfirmForm(forms.Form):
    is_compared = forms.BooleanField(
        label="I have the source open, and what is entered is what it says.",
        error_messages={"required": "Open the source, compare, and tick this."},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def double_check(request, site, pk):
    """Show an entry with its sources, and confirm it."""
    if not request.user.has_perm("partnerships.change_doublecheck"):
        raise PermissionDenied
    checks = DoubleCheck.objects.select_related("partnership__partner")
    check = get_object_or_404(checks, pk=pk)
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            double_checking.confirm(check, by=request.user, on=timezone.localdate())
        except double_checking.OwnEntry as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Double-checked: {check}.")
            return redirect("admin:index")
    entries = LedgerEntry.objects.filter(operation=check.operation)
    entries = entries.filter(partnership_id=check.partnership_id).exclude(number=None)
    context = {
        **site.each_context(request),
        "title": f"Double-check: {check}",
        "check": check,
        "form": form,
        "may_confirm": double_checking.may_confirm(check, request.user),
        "changes": described_changes(
            entries.exclude(record="doublecheck").order_by("number")[:MOST]
        ),
        "sources": _sources(entries),
    }
    return TemplateResponse(request, "admin/desk/double_check.html", context)


def _sources(entries):
    """Return the sources that these entries cite, and those of the milestones that they
    are about."""
    claims = entries.filter(record="claim").values("object_id")
    milestones = entries.filter(record="milestone").values("object_id")
    cited = Claim.objects.filter(pk__in=claims) | Claim.objects.filter(
        milestone__in=milestones
    )
    return Source.objects.filter(pk__in=cited.values("source"))
