"""Parts that all faces share: addresses, caching, citations, words, drawings."""
