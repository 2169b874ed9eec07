"""What readers may ask for, checked once for pages and API alike."""

from partnerships.filters.changes import ChangeFilter
from partnerships.filters.checking import fields, problems
from partnerships.filters.clock import ClockForm, KnownForm
from partnerships.filters.comparison import CompareForm, MatrixFilter
from partnerships.filters.milestones import MilestoneFilter
from partnerships.filters.partnerships import PartnershipFilter
from partnerships.filters.sources import DisagreementFilter, SourceForm

__all__ = [
    "ChangeFilter",
    "ClockForm",
    "CompareForm",
    "DisagreementFilter",
    "KnownForm",
    "MatrixFilter",
    "MilestoneFilter",
    "PartnershipFilter",
    "SourceForm",
    "fields",
    "problems",
]
