"""Pasts in words, as pages and pictures say of which one they tell."""

from partnerships.dates import day_in_words
from partnerships.ledger.past import Past


def past_in_words(past: Past) -> str:
    """Return when it was told so, after "As told": "on 18 March 2026", or "in edition
    1,039, of 18 March 2026"."""
    day = day_in_words(past.day)
    return f"in edition {past.edition:,}, of {day}" if past.edition else f"on {day}"
