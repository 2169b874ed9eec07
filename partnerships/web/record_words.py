"""The words of a record's page that follow from the record alone."""

from typing import Any

from partnerships.selectors.course import courses, safe_eligibility
from partnerships.selectors.record import Record
from partnerships.web import safe_words, status_words


def record_context(record: Record) -> dict[str, Any]:
    """Return the record with its headline, its course and its standing with SAFE, as
    ``includes/record.html`` shows it."""
    tracks, eligibility = courses(record), safe_eligibility(record)
    return {
        "record": record,
        "headline": status_words.headline(record, tracks),
        "safe": safe_words.safe_sentences(record, eligibility),
        "safe_effect": safe_words.safe_effect(record, eligibility),
        "courses": tracks,
        "eligibility": eligibility,
    }
