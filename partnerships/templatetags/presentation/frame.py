"""What stands around every page."""

from partnerships.templatetags.presentation.library import remembered
from partnerships.templatetags.presentation.links import days, known_day, query
from partnerships.web.addresses import path_of

SECTIONS = (
    "home",
    "partnership-list",
    "matrix",
    "timeline",
    "source-list",
    "disagreement-list",
    "change-list",
)


@remembered("includes/masthead.html", most=500)
def masthead(context):
    """The name of the site and its sections, on the days that the page is about."""
    path = context["request"].path
    return {
        "here": next((name for name in SECTIONS if path_of(name) == path), None),
        "dated": query(days(context)),
        "known": query(known_day(context)),
    }


@remembered("includes/footer.html", most=500)
def footer(context):
    """What the site is and is not, and where its data stand."""
    return {"trail": context["trail"], "data_url": context.get("data_url")}
