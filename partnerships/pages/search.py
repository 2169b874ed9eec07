from partnerships.pages.dated import dated_page


@dated_page("partnerships/search.html")
def search(request, clock):
    """Show what a search finds."""
    return {}
