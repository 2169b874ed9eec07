"""What pages, feeds, files and API share: addresses, caching, citations, drawings."""
