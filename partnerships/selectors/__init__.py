"""What readers are shown: the reads that span models. Each is a bounded number of
queries, whatever the number of records."""

from partnerships.selectors.changes import (
    Change,
    FieldChange,
    changes,
    public_changes,
    record_changes,
)
from partnerships.selectors.listing import Facets, facets, matching
from partnerships.selectors.overview import (
    DataQuality,
    Statistics,
    data_quality,
    open_disagreements,
    recent_milestones,
    statistics,
)
from partnerships.selectors.record import Cell, Fact, Record, partnership_record
from partnerships.selectors.trail import (
    Trail,
    edition,
    last_verification,
    latest_checkpoint,
    latest_redaction,
    seal_before,
    trail,
    waiting_since,
)

__all__ = [
    "Cell",
    "Change",
    "DataQuality",
    "Facets",
    "Fact",
    "FieldChange",
    "Record",
    "Statistics",
    "Trail",
    "changes",
    "data_quality",
    "edition",
    "facets",
    "last_verification",
    "latest_checkpoint",
    "latest_redaction",
    "matching",
    "open_disagreements",
    "partnership_record",
    "public_changes",
    "recent_milestones",
    "record_changes",
    "seal_before",
    "statistics",
    "trail",
    "waiting_since",
]
