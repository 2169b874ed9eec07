"""The JSON of each resource. Its keys are a contract with clients: adding one is fine,
anything else needs a new version (docs/api.md)."""

from partnerships.api.serializers.facts import (
    AreaSerializer,
    DisagreementSerializer,
    MilestoneSerializer,
    PartnerSerializer,
    SourceSerializer,
)
from partnerships.api.serializers.overview import (
    ChangeSerializer,
    MatrixSerializer,
    StatisticsSerializer,
)
from partnerships.api.serializers.partnerships import (
    PartnershipSerializer,
    RecordSerializer,
)

__all__ = [
    "AreaSerializer",
    "ChangeSerializer",
    "DisagreementSerializer",
    "MatrixSerializer",
    "MilestoneSerializer",
    "PartnerSerializer",
    "PartnershipSerializer",
    "RecordSerializer",
    "SourceSerializer",
    "StatisticsSerializer",
]
