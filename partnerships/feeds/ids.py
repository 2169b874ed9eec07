"""Names that never change: not with the address of the site, nor with an edit, nor with
a later edition."""

from uuid import UUID, uuid5

_OF_THE_TRACKER = UUID("5d2f6a1c-0f0e-4c7b-9d64-8b3a5f1e7c92")


def permanent_id(name: str) -> UUID:
    """The id of what has this name in every copy of the record."""
    return uuid5(_OF_THE_TRACKER, name)


def milestone_id(milestone) -> UUID:
    return permanent_id(f"milestone/{milestone.key}")


def news_id(news) -> UUID:
    """The id of an operation that is told as one, or of one of its changes: operations
    have ids of their own, unlike numbers, which each copy of the record gives anew."""
    operation = news.change.entry.operation
    return operation if news.is_bulk else uuid5(operation, str(news.change.number))
