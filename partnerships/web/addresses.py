"""Addresses of pages and resources."""

from functools import lru_cache

from django.urls import reverse


@lru_cache(maxsize=10_000)  # an answer has hundreds, again and again
def path_of(name: str, *args: str | int) -> str:
    """Return the path of the page or resource of that name."""
    return reverse(name, args=args)
