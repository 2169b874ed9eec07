from django.shortcuts import render
from django.views.decorators.http import require_safe

from partnerships.exports.cite import cite_files, cited_data_set
from partnerships.exports.linked import described_data_set
from partnerships.exports.tables import TABLES
from partnerships.exports.views import FORMATS
from partnerships.filters.clock import ClockForm
from partnerships.selectors.data_dictionary import data_dictionary
from partnerships.web.caching import trail_of
from partnerships.web.signposts import add_links, links_of_citation


@require_safe
def data(request):
    """Show the data there is, its meaning and licence, and how to cite it."""
    clock = ClockForm({})
    described, files = described_data_set(request), cite_files(clock, "data-cite")
    citation = cited_data_set(request, clock, described.checked_through)
    context = {
        "trail": trail_of(request),
        "tables": data_dictionary(),
        "files": TABLES.values(),
        "endings": list(FORMATS),
        "citation": citation,
        "cite_files": files,
        "structured": described.in_full(citation.apa),
    }
    response = render(request, "partnerships/data.html", context)
    add_links(response, *links_of_citation(citation, files, "Dataset"))
    return response
