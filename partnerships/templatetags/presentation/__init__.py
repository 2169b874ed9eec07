"""How pages put the record into words. Nothing here queries or decides anything."""

from partnerships.templatetags.presentation import (
    addresses,
    claims,
    coverage,
    dates,
    facts,
    frame,
    linked_data,
    lists,
    record,
    status,
)
from partnerships.templatetags.presentation.library import register

__all__ = [
    "addresses",
    "claims",
    "coverage",
    "dates",
    "facts",
    "frame",
    "linked_data",
    "lists",
    "record",
    "register",
    "status",
]
