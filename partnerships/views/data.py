from datetime import date

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from partnerships import selectors

TITLE = "The European Union’s Security and Defence Partnerships"


@require_safe
def data(request):
    """What can be taken, what it means, under which licence, and how to cite it."""
    trail, today = selectors.trail(), timezone.localdate()
    edited_on = trail.changed_at.date() if trail.changed_at else today
    home = request.build_absolute_uri(reverse("home"))
    address = f"{home}?known_on={edited_on}"
    context = {
        "trail": trail,
        "tables": selectors.data_dictionary(),
        "address": address,
        "citations": _citations(trail.edition, edited_on, address, today),
    }
    return render(request, "partnerships/data.html", context)


def _citations(edition: int, edited_on: date, address: str, today: date):
    """Pairs of a style and the data set cited in it."""
    year, plain = edited_on.year, TITLE.replace("’", "'")
    return [
        (
            "APA",
            f"SDP Tracker. ({year}). {TITLE} (Edition {edition}) [Data set]. "
            f"Retrieved {today:%B} {today.day}, {today.year}, from {address}",
        ),
        (
            "BibTeX",
            f"@misc{{sdptracker-{edition},\n"
            "  author = {{SDP Tracker}},\n"
            f"  title = {{{plain}}},\n"
            f"  edition = {{{edition}}},\n"
            f"  year = {{{year}}},\n"
            f"  note = {{Data set, accessed {today}}},\n"
            f"  url = {{{address}}}\n"
            "}",
        ),
        (
            "RIS",
            "TY  - DATA\n"
            "AU  - SDP Tracker\n"
            f"TI  - {TITLE}\n"
            f"ET  - {edition}\n"
            f"PY  - {year}\n"
            f"DA  - {edited_on:%Y/%m/%d}\n"
            f"UR  - {address}\n"
            f"Y2  - {today:%Y/%m/%d}\n"
            "ER  - ",
        ),
    ]
