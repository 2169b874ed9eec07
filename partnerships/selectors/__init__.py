"""What readers are shown: the reads that span models. Each is a bounded number of
queries, whatever the number of records."""

from partnerships.selectors.changes import (
    Change,
    FieldChange,
    changes,
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
    "last_verification",
    "latest_checkpoint",
    "latest_redaction",
    "matrix",
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
