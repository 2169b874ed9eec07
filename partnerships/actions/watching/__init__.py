"""Visiting the addresses of sources, and telling if what is there has changed."""

from partnerships.actions.watching.fetching import Answer, Limits, Visitor
from partnerships.actions.watching.hosts import is_public
from partnerships.actions.watching.substance import (
    difference,
    digest_of,
    is_html,
    text_of,
)

__all__ = [
    "Answer",
    "Limits",
    "Visitor",
    "difference",
    "digest_of",
    "is_html",
    "is_public",
    "text_of",
]
