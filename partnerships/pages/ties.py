from partnerships.pages.dated import dated_page


@dated_page("partnerships/ties.html")
def ties(request, clock):
    """Show the ties of all partners."""
    return {}


@dated_page("partnerships/tie_kind.html")
def tie_kind(request, clock, kind):
    """Show the ties of one kind."""
    return {}
