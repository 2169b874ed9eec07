"""Ids that never change: not with the address of the site, an edit, an edition."""

from uuid import UUID, uuid5

from django.utils.http import urlencode

from partnerships.log.news import News
from partnerships.models import Checkpoint, Milestone

_TRACKER = UUID("5d2f6a1c-0f0e-4c7b-9d64-8b3a5f1e7c92")


def feed_id(url_name: str, parameters: list[tuple[str, str]]) -> UUID:
    """Return the id of a feed, in whichever order its parameters stand."""
    return _permanent_id(f"{url_name}?{urlencode(sorted(parameters))}")


def milestone_id(milestone: Milestone) -> UUID:
    return _permanent_id(f"milestone/{milestone.key}")


def expected_id(announced: Milestone) -> UUID:
    """Return the id of the step that an announcement leads to expect."""
    return _permanent_id(f"milestone/{announced.key}/expected")


def checkpoint_id(taken: Checkpoint) -> UUID:
    return _permanent_id(f"checkpoint/{taken.text}")


def news_id(news: News) -> UUID:
    """Return the id of an operation that is told without its changes, or of the first
    of them, which each copy of the record numbers anew: so the operation is in it."""
    operation = news.change.entry.operation
    return operation if news.is_bulk else uuid5(operation, str(news.first))


def _permanent_id(name: str) -> UUID:
    """Return the id of what has this name in every copy of the record."""
    return uuid5(_TRACKER, name)
