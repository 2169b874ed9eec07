from partnerships.models import Namesake
from partnerships.pages.data_links import data_url
from partnerships.pages.dated import dated_page
from partnerships.selectors.facts import standing_alone


@dated_page("partnerships/namesake_list.html")
def namesake_list(request, clock):
    """Show what looks like a Security and Defence Partnership and is none."""
    facts = standing_alone(Namesake.objects.by(on=clock.on))
    return {"facts": facts, "data_url": data_url(clock, "namesake-list")}
