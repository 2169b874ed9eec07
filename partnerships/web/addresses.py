"""Where pages and resources are."""

from functools import lru_cache

from django.urls import reverse


@lru_cache(maxsize=10_000)  # an answer has hundreds, again and again
def path_of(name: str, *args) -> str:
    """The path of the page or resource of that name."""
    return reverse(name, args=args)
