"""How pages put the record into words. Nothing here queries or decides anything."""

from partnerships.templatetags.presentation import (
    claims,
    coverage,
    dates,
    facts,
    frame,
    linked_data,
    links,
    lists,
    record,
    status,
)
from partnerships.templatetags.presentation.library import register

__all__ = [
    "claims",
    "coverage",
    "dates",
    "facts",
    "frame",
    "linked_data",
    "links",
    "lists",
    "record",
    "register",
    "status",
]
