from partnerships.ledger.models import (
    Checkpoint,
    Damage,
    LedgerEntry,
    Redaction,
    Verification,
)
from partnerships.models.area import Area, Coverage
from partnerships.models.check import Check
from partnerships.models.claim import Claim
from partnerships.models.double_check import DoubleCheck
from partnerships.models.draft import Draft
from partnerships.models.engagement import Engagement
from partnerships.models.lead import Lead
from partnerships.models.milestone import Milestone
from partnerships.models.namesake import Namesake
from partnerships.models.partner import Affiliation, Partner
from partnerships.models.partnership import Partnership
from partnerships.models.position import Position
from partnerships.models.question import Question
from partnerships.models.role_assignment import RoleAssignment
from partnerships.models.source import Source
from partnerships.models.subject import Subject
from partnerships.models.user import Role, User
from partnerships.models.visit import Visit
