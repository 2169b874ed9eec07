"""Partners whose names are near to what somebody wrote."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from partnerships.models import Partner
from partnerships.text import search_form

#: Of the longest name, and of how many words of an address are looked for.
LONGEST, MOST_WORDS = 60, 3
#: How alike two names are that may be meant for each other, from 0 to 1.
ALIKE = 0.7


@dataclass(frozen=True)
class NearName:
    """A partner with a published partnership, by slug and name."""

    slug: str
    name: str


def near_names(words: Iterable[str], *, most: int = 3) -> list[NearName]:
    """Return the partners that are named by one of these words, or nearly: those that
    have it among their names first. One query."""
    sought = [search_form(word)[:LONGEST] for word in words]
    sought = [word for word in sought if len(word) > 1][-MOST_WORDS:]
    if not sought:
        return []
    published = Partner.objects.filter(partnership__is_published=True)
    rows = list(published.order_by("name").values_list("slug", "name", "search_text"))
    named = [row for row in rows if not {*sought}.isdisjoint(row[2].split())]
    by_name = {search_form(name): (slug, name) for slug, name, _ in rows}
    near = [
        by_name[name]
        for word in sought
        for name in get_close_matches(word, by_name, n=most, cutoff=ALIKE)
    ]
    found = dict.fromkeys([(slug, name) for slug, name, _ in named] + near)
    return [NearName(*one) for one in found][:most]
