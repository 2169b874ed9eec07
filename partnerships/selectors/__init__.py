"""What readers are shown: the reads that span models. Each is a bounded number of
queries, whatever the number of records."""

from partnerships.selectors.changes import (
    Change,
    FieldChange,
    changes,
    public_changes,
    record_changes,
)
from partnerships.selectors.dictionary import Table, TableField, data_dictionary
from partnerships.selectors.disagreements import (
    Disagreement,
    disagreements,
    disputed_facts,
)
from partnerships.selectors.facts import DisputableFact, facts_by_id
from partnerships.selectors.overview import (
    DataQuality,
    Statistics,
    data_quality,
    open_disagreements,
    recent_milestones,
    statistics,
)
from partnerships.selectors.record import Cell, Fact, Record, partnership_record
from partnerships.selectors.sitemap import last_changes
from partnerships.selectors.sources import (
    SourceFacts,
    SourceSummary,
    source_facts,
    source_summaries,
)
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
    "Disagreement",
    "DisputableFact",
    "Fact",
    "FieldChange",
    "Record",
    "SourceFacts",
    "SourceSummary",
    "Statistics",
    "Table",
    "TableField",
    "Trail",
    "changes",
    "data_dictionary",
    "data_quality",
    "disagreements",
    "disputed_facts",
    "edition",
    "facts_by_id",
    "last_changes",
    "last_verification",
    "latest_checkpoint",
    "latest_redaction",
    "open_disagreements",
    "partnership_record",
    "public_changes",
    "recent_milestones",
    "record_changes",
    "seal_before",
    "source_facts",
    "source_summaries",
    "statistics",
    "trail",
    "waiting_since",
]
