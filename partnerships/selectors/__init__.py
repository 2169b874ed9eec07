"""What readers are shown: the reads that span models. Each is a bounded number of
queries, whatever the number of records."""

from partnerships.selectors.changes import (
    Operation,
    changes,
    latest_changes,
    latest_operations,
    public_changes,
    record_changes,
)
from partnerships.selectors.comparison import Compared, Comparison, Pattern, comparison
from partnerships.selectors.course import (
    Course,
    CourseStep,
    SafeStanding,
    courses,
    safe_standing,
)
from partnerships.selectors.dictionary import Table, TableField, data_dictionary
from partnerships.selectors.disagreements import (
    Disagreement,
    disagreements,
    disputed_facts,
)
from partnerships.selectors.facts import DisputableFact, facts_by_id
from partnerships.selectors.index import Index, index_of
from partnerships.selectors.kinds import Kind, included_by_area, kinds
from partnerships.selectors.listing import Facets, facets, matching, partnership_rows
from partnerships.selectors.matrix import (
    AreaCoverage,
    Evidence,
    Matrix,
    MatrixCell,
    MatrixRow,
    area_cells,
    area_counts,
    area_coverage,
    matrix,
)
from partnerships.selectors.modified import (
    entries_after,
    modified_areas,
    modified_claims,
    modified_milestones,
    modified_partners,
    modified_partnerships,
    modified_sources,
)
from partnerships.selectors.news import (
    News,
    RecordedMilestone,
    latest_news,
    milestone_news,
    recorded_milestones,
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
from partnerships.selectors.sitemap import last_changes
from partnerships.selectors.sources import (
    SourceFacts,
    SourceSummary,
    source_facts,
    source_summaries,
)
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
from partnerships.selectors.versions import Change, FieldChange

__all__ = [
    "AreaCoverage",
    "Cell",
    "Change",
    "Compared",
    "Comparison",
    "Course",
    "CourseStep",
    "DataQuality",
    "Disagreement",
    "DisputableFact",
    "Evidence",
    "Facets",
    "Fact",
    "FieldChange",
    "Index",
    "Kind",
    "Matrix",
    "MatrixCell",
    "MatrixRow",
    "News",
    "Operation",
    "Pattern",
    "Record",
    "RecordedMilestone",
    "SafeStanding",
    "SourceFacts",
    "SourceSummary",
    "Statistics",
    "Table",
    "TableField",
    "Trail",
    "area_cells",
    "area_counts",
    "area_coverage",
    "changes",
    "comparison",
    "courses",
    "data_dictionary",
    "data_quality",
    "disagreements",
    "disputed_facts",
    "edition",
    "entries_after",
    "facets",
    "facts_by_id",
    "included_by_area",
    "index_of",
    "kinds",
    "last_changes",
    "last_proof",
    "last_verification",
    "latest_changes",
    "latest_checkpoint",
    "latest_news",
    "latest_operations",
    "latest_redaction",
    "matching",
    "matrix",
    "milestone_facts",
    "milestone_news",
    "milestones_by_day",
    "modified_areas",
    "modified_claims",
    "modified_milestones",
    "modified_partners",
    "modified_partnerships",
    "modified_sources",
    "open_disagreements",
    "partnership_record",
    "partnership_rows",
    "public_changes",
    "recent_milestones",
    "record_changes",
    "recorded_milestones",
    "safe_standing",
    "seal_before",
    "source_facts",
    "source_summaries",
    "statistics",
    "timeline_strip",
    "trail",
    "uncertain_milestones",
    "waiting_since",
]
