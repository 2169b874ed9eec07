from partnerships.pages.dated import dated_page


@dated_page("partnerships/safe.html")
def safe(request, clock):
    """Show every partner on SAFE’s ladder."""
    return {}
