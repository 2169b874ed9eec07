"""What stands in public addresses, by the names of their routes."""

from datetime import date

ARGS = {
    "partnership-detail": ["norway"],
    "partnership-changes": ["norway"],
    "partnership-brief": ["norway"],
    "timegate": ["norway"],
    "timemap": ["norway"],
    "area-detail": ["area-1"],
    "source-detail": ["eprs-2026-03"],
    "change-detail": [1],
    "news-month": [date(2026, 3, 1)],
    "tie-kind": ["missions"],
    "report-received": ["ABCD-EFGH-JKMN"],
    "home-picture": ["png"],
    "map-picture": ["svg"],
    "matrix-picture": ["svg"],
    "safe-picture": ["svg"],
    "timeline-picture": ["svg"],
    "partnership-card": ["norway"],
    "partnership-picture": ["norway", "png"],
    "area-card": ["area-1"],
    "embed-partnership": ["norway"],
    "data-cite": ["bib"],
    "partnership-cite": ["norway", "json"],
    "catalog": ["ttl"],
}
#: The milestone is that of 1 until ``built`` knows better.
API_ARGS = ARGS | {"partner-detail": ["norway"], "milestone-detail": [1]}
