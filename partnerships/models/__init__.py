from partnerships.models.area import Area, Coverage
from partnerships.models.claim import Claim, Question
from partnerships.models.engagement import Engagement
from partnerships.models.milestone import Milestone
from partnerships.models.partner import Affiliation, Partner
from partnerships.models.partnership import Partnership
from partnerships.models.source import Source
from partnerships.models.user import User

__all__ = [
    "Affiliation",
    "Area",
    "Claim",
    "Coverage",
    "Engagement",
    "Milestone",
    "Partner",
    "Partnership",
    "Question",
    "Source",
    "User",
]
