"""The parameters of pages, API, files and feeds, checked once for all of them."""
