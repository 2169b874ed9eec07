from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from partnerships.exports.tables import TABLES
from partnerships.exports.views import FORMATS
from partnerships.selectors.data_dictionary import data_dictionary
from partnerships.selectors.trail import current_trail
from partnerships.web.citations import DATA_SET, Citation


@require_safe
def data(request):
    """Show the data there is, its meaning and licence, and how to cite it."""
    trail, today = current_trail(), timezone.localdate()
    edited_on = trail.changed_at.date() if trail.changed_at else today
    home = request.build_absolute_uri(reverse("home"))
    citation = Citation(
        key="data",
        title=DATA_SET,
        url=f"{home}?known_on={edited_on}",
        edition=trail.edition,
        on=edited_on,
        known_on=edited_on,
        accessed=today,
    )
    context = {
        "trail": trail,
        "tables": data_dictionary(),
        "files": TABLES.values(),
        "endings": list(FORMATS),
        "citation": citation,
    }
    return render(request, "partnerships/data.html", context)
