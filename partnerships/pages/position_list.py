from partnerships.models import Position
from partnerships.pages.data_links import data_url
from partnerships.pages.dated import dated_page
from partnerships.selectors.facts import standing_alone


@dated_page("partnerships/position_list.html")
def position_list(request, clock):
    """Show what institutions, governments, industry and experts said, newest first."""
    rows = Position.objects.public().by(on=clock.on)
    facts = standing_alone(rows.select_related("partnership__partner"))
    return {"facts": facts, "data_url": data_url(clock, "position-list")}
