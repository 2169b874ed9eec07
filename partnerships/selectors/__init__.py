"""What readers are shown: the reads that span models. Each is a bounded number of
queries, whatever the number of records."""

from partnerships.selectors.changes import (
    Change,
    FieldChange,
    changes,
    latest_changes,
    public_changes,
    record_changes,
)
from partnerships.selectors.course import (
    Course,
    CourseStep,
    SafeStanding,
    courses,
    safe_standing,
)
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
    last_proof,
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
    "Course",
    "CourseStep",
    "DataQuality",
    "Fact",
    "FieldChange",
    "Record",
    "SafeStanding",
    "Statistics",
    "Trail",
    "changes",
    "courses",
    "data_quality",
    "edition",
    "last_proof",
    "last_verification",
    "latest_changes",
    "latest_checkpoint",
    "latest_redaction",
    "open_disagreements",
    "partnership_record",
    "public_changes",
    "recent_milestones",
    "record_changes",
    "safe_standing",
    "seal_before",
    "statistics",
    "trail",
    "waiting_since",
]
