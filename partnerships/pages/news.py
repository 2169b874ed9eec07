from partnerships.pages.dated import dated_page


@dated_page("partnerships/news.html")
def news(request, clock):
    """Show what is new."""
    return {}


@dated_page("partnerships/news_month.html")
def news_month(request, clock, month):
    """Show what was new in a month."""
    return {}
