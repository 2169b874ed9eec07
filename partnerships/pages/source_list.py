from partnerships.filters.clock import KnownForm
from partnerships.pages.data_links import data_url
from partnerships.pages.dated import dated_page
from partnerships.selectors.sources import reliance, source_summaries


@dated_page("partnerships/source_list.html", KnownForm)
def source_list(request, clock):
    """Show every document, the standing of its claims, and where it is alone."""
    sources = source_summaries()
    return {
        "sources": sources,
        "reliance": reliance(sources),
        "data_url": data_url(clock, "source-list"),
    }
