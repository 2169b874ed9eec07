"""An entry of a feed, in whichever format it is answered."""

from dataclasses import dataclass
from datetime import datetime

MOST_ENTRIES = 50


@dataclass(frozen=True)
class Entry:
    """``content`` is HTML; ``categories`` are choices, with value and label."""

    id: str
    link: str
    title: str
    summary: str
    content: str
    published: datetime
    updated: datetime
    categories: list
    author: str | None = None
