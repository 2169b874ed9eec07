"""Pages about the tracker itself."""

from django.conf import settings
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def about(request):
    """Show how facts enter, who keeps the record, how to report an error."""
    context = {"contact": settings.CONTACT, "reports": settings.REPORTS}
    return render(request, "partnerships/about.html", context)


@require_safe
def accessibility(request):
    """Show which readers the site serves, and how to report what hinders them."""
    context = {"contact": settings.CONTACT, "reports": settings.REPORTS}
    return render(request, "partnerships/accessibility.html", context)
