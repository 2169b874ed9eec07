"""What can be asked of each table. Querysets know no request and no clock."""

from partnerships.querysets.claims import ClaimQuerySet
from partnerships.querysets.facts import (
    AffiliationQuerySet,
    CoverageQuerySet,
    EngagementQuerySet,
    FactQuerySet,
    MilestoneQuerySet,
)
from partnerships.querysets.partnerships import PartnershipQuerySet

__all__ = [
    "AffiliationQuerySet",
    "ClaimQuerySet",
    "CoverageQuerySet",
    "EngagementQuerySet",
    "FactQuerySet",
    "MilestoneQuerySet",
    "PartnershipQuerySet",
]
