"""What readers are shown: the reads that span models. Each is a bounded number of
queries, whatever the number of records."""

from partnerships.selectors.changes import (
    Change,
    FieldChange,
    Operation,
    changes,
    latest_operations,
    public_changes,
    record_changes,
)
from partnerships.selectors.comparison import Compared, Comparison, Pattern, comparison
from partnerships.selectors.matrix import (
    AreaCoverage,
    Evidence,
    Matrix,
    MatrixCell,
    MatrixRow,
    area_cells,
    area_coverage,
    matrix,
)
from partnerships.selectors.overview import (
    DataQuality,
    Statistics,
    data_quality,
    open_disagreements,
    recent_milestones,
    statistics,
    uncertain_milestones,
)
from partnerships.selectors.record import Cell, Fact, Record, partnership_record
from partnerships.selectors.timeline import (
    milestone_facts,
    milestones_by_day,
    timeline_strip,
)
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
    "AreaCoverage",
    "Cell",
    "Change",
    "Compared",
    "Comparison",
    "DataQuality",
    "Evidence",
    "Fact",
    "FieldChange",
    "Matrix",
    "MatrixCell",
    "MatrixRow",
    "Operation",
    "Pattern",
    "Record",
    "Statistics",
    "Trail",
    "area_cells",
    "area_coverage",
    "changes",
    "comparison",
    "data_quality",
    "edition",
    "last_proof",
    "last_verification",
    "latest_checkpoint",
    "latest_operations",
    "latest_redaction",
    "matrix",
    "milestone_facts",
    "milestones_by_day",
    "open_disagreements",
    "partnership_record",
    "public_changes",
    "recent_milestones",
    "record_changes",
    "seal_before",
    "statistics",
    "timeline_strip",
    "trail",
    "uncertain_milestones",
    "waiting_since",
]
