from partnerships.lifecycle.table import SAFE_ADOPTED_ON
from partnerships.pages.data_links import data_url, file_urls
from partnerships.pages.dated import dated_page
from partnerships.selectors.overview import published_as_of
from partnerships.selectors.safe import safe_ladder
from partnerships.templatetags.safe import safe_lede
from partnerships.web.safe_ladder_words import REGULATION


@dated_page("partnerships/safe.html")
def safe(request, clock):
    """Show every partner on SAFE’s ladder."""
    always = {
        "regulation": REGULATION,
        "data_url": data_url(clock, "partnership-list"),
        "files": file_urls(clock, "partnerships"),
    }
    if clock.on < SAFE_ADOPTED_ON:
        return always
    partnerships = published_as_of(clock.on)
    ladder = safe_ladder(partnerships, on=clock.on)
    return always | {
        "partnerships": partnerships,
        "ladder": ladder,
        "lede": safe_lede(ladder),
    }
