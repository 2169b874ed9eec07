"""The controlled vocabularies. Values are public (API, exports, URLs) and never change.

Sources: the European Parliamentary Research Service's briefing "The EU's new bilateral
security and defence partnerships" (March 2026) for areas, affiliations and ties;
Council Regulation (EU) 2025/1106 (SAFE) for the second track.
"""

from django.db.models import TextChoices


class Region(TextChoices):
    """The parts of the world as the Strategic Compass (2022) groups its partners."""

    WESTERN_BALKANS = "western_balkans", "Western Balkans"
    EASTERN_NEIGHBOURHOOD = "eastern_neighbourhood", "Eastern neighbourhood"
    SOUTHERN_NEIGHBOURHOOD = "southern_neighbourhood", "Southern neighbourhood"
    EASTERN_MEDITERRANEAN = "eastern_mediterranean", "Eastern Mediterranean"
    WESTERN_EUROPE = "western_europe", "Western and northern Europe"
    NORTH_AMERICA = "north_america", "North America"
    LATIN_AMERICA = "latin_america", "Latin America and the Caribbean"
    AFRICA = "africa", "Africa"
    MIDDLE_EAST = "middle_east", "Middle East and the Gulf"
    CENTRAL_ASIA = "central_asia", "Central Asia"
    INDO_PACIFIC = "indo_pacific", "Indo-Pacific"
    INTERNATIONAL = "international", "International organisation"


class AffiliationKind(TextChoices):
    """A partner's standing with NATO and the EU, as in the briefing's Table 1."""

    NATO_ALLY = "nato_ally", "NATO Ally"
    NATO_PFP = "nato_pfp", "NATO Partnership for Peace"
    NATO_GLOBAL_PARTNER = "nato_global_partner", "NATO global partner"
    EU_CANDIDATE = "eu_candidate", "EU candidate"
    EU_POTENTIAL_CANDIDATE = "eu_potential_candidate", "EU potential candidate"
    EEA_EFTA = "eea_efta", "EEA-EFTA state"
    OTHER = "other", "Other"


class Track(TextChoices):
    """The two stories of a partnership: the instrument itself, and SAFE."""

    SDP = "sdp", "Security and Defence Partnership"
    SAFE = "safe", "SAFE"


class MilestoneKind(TextChoices):
    """An event on a track; ``lifecycle.table.EFFECTS`` says which tracks have it."""

    PROPOSED = "proposed", "Proposed"
    EXPLORATORY_TALKS = "exploratory_talks", "Exploratory talks"
    REQUESTED = "requested", "Requested"
    NEGOTIATIONS_RECOMMENDED = "negotiations_recommended", "Negotiations recommended"
    NEGOTIATIONS_AUTHORISED = "negotiations_authorised", "Negotiations authorised"
    NEGOTIATIONS_OPENED = "negotiations_opened", "Negotiations opened"
    NEGOTIATIONS_CONCLUDED = "negotiations_concluded", "Negotiations concluded"
    TEXT_AGREED = "text_agreed", "Text agreed"
    ENDORSED = "endorsed", "Endorsed by the Council"
    SIGNATURE_AUTHORISED = "signature_authorised", "Signature authorised"
    SIGNED = "signed", "Signed"
    PROVISIONALLY_APPLIED = "provisionally_applied", "Provisionally applied"
    CONCLUDED = "concluded", "Concluded"
    IN_FORCE = "in_force", "In force"
    RESUMED = "resumed", "Resumed"
    SUSPENDED = "suspended", "Suspended"
    ENDED = "ended", "Ended"
    ABANDONED = "abandoned", "Abandoned"
    NEGOTIATIONS_FAILED = "negotiations_failed", "Negotiations failed"
    TERMINATED = "terminated", "Terminated"
    ANNOUNCED = "announced", "Announced"
    DIALOGUE_HELD = "dialogue_held", "Dialogue held"
    REVIEWED = "reviewed", "Reviewed"
    PUBLISHED = "published", "Published in the Official Journal"
    PARLIAMENT_CONSENTED = "parliament_consented", "European Parliament consented"
    STATEMENT = "statement", "Statement"


class Certainty(TextChoices):
    """The editors' certainty that a milestone happened."""

    CONFIRMED = "confirmed", "Confirmed"
    REPORTED = "reported", "Reported by the press alone"
    REJECTED = "rejected", "Rejected: a source says it, it did not happen"


class SdpStatus(TextChoices):
    """The state of the instrument itself."""

    NOT_RECORDED = "not_recorded", "Nothing recorded"
    PROPOSED = "proposed", "Proposed"
    EXPLORATORY = "exploratory", "Exploratory talks"
    NEGOTIATING = "negotiating", "Negotiating"
    SIGNED = "signed", "Signed"
    SUSPENDED = "suspended", "Suspended"
    ENDED = "ended", "Ended"
    ABANDONED = "abandoned", "Abandoned"


class SafeStatus(TextChoices):
    """The partner's standing with SAFE, Council Regulation (EU) 2025/1106."""

    NONE = "none", "SAFE did not exist yet"
    NOT_NEEDED = "not_needed", "No partnership needed"
    ELIGIBLE = "eligible", "Eligible"
    NOT_ELIGIBLE = "not_eligible", "Not eligible"
    REQUESTED = "requested", "Requested"
    NEGOTIATING = "negotiating", "Negotiating"
    AGREED = "agreed", "Agreed"
    ASSOCIATED = "associated", "Associated"
    IN_FORCE = "in_force", "In force"
    NO_AGREEMENT = "no_agreement", "No agreement"
    SUSPENDED = "suspended", "Suspended"
    TERMINATED = "terminated", "Terminated"


class Status(TextChoices):
    """The headline: the SDP status, with one step more for SAFE."""

    NOT_RECORDED = "not_recorded", "Nothing recorded"
    PROPOSED = "proposed", "Proposed"
    EXPLORATORY = "exploratory", "Exploratory talks"
    NEGOTIATING = "negotiating", "Negotiating"
    SIGNED = "signed", "Signed"
    SAFE_ASSOCIATED = "safe_associated", "SAFE associated"
    SUSPENDED = "suspended", "Suspended"
    ENDED = "ended", "Ended"
    ABANDONED = "abandoned", "Abandoned"


class CoverageValue(TextChoices):
    """The place of an area in a partnership. Unknown does not mean no."""

    INCLUDED = "included", "Included"
    NOT_INCLUDED = "not_included", "Not included"
    ALREADY_EXISTS = "already_exists", "Already exists"
    NOT_ASSESSED = "not_assessed", "Not assessed"


class EngagementKind(TextChoices):
    """Other ties between the EU and the partner."""

    DIALOGUE = "dialogue", "Dialogue"
    AGREEMENT = "agreement", "Agreement or arrangement"
    MISSION = "mission", "CSDP mission or operation"
    EPF_CONTRIBUTION = "epf_contribution", "European Peace Facility contribution"
    PESCO_PROJECT = "pesco_project", "PESCO project"
    EDA_ARRANGEMENT = "eda_arrangement", "European Defence Agency arrangement"
    OTHER = "other", "Other"


class EngagementState(TextChoices):
    """The way in which another tie exists: as a state, as an event on one day, or only
    as something that a text foresees."""

    IN_BEING = "in_being", "In being"
    EVENT = "event", "Took place once"
    ENVISAGED = "envisaged", "Only envisaged"


class TieStage(TextChoices):
    """The stage of another tie on a day; computed from its state and its days."""

    IN_BEING = "in_being", "In being"
    EVENT = "event", "Took place once"
    OVER = "over", "Over"
    ENVISAGED = "envisaged", "Only envisaged"
    PERHAPS = "perhaps", "May have begun"


class SourceKind(TextChoices):
    """The kind of a document: who speaks in it. No status moves on a digest alone."""

    OFFICIAL = "official", "Official"
    PARLIAMENT = "parliament", "European Parliament"
    AGENCY = "agency", "News agency"
    PRESS = "press", "Press"
    RESEARCH = "research", "Research"
    REFERENCE_WORK = "reference_work", "Reference work"
    DIGEST = "digest", "Digest or machine-made text"


class HolderKind(TextChoices):
    """The kind of who holds a position."""

    INSTITUTION = "institution", "EU institutions"
    GOVERNMENT = "government", "Governments"
    INDUSTRY = "industry", "Industry"
    EXPERT = "expert", "Research and experts"


class Frequency(TextChoices):
    """The frequency of a dialogue."""

    ANNUAL = "annual", "Annual"
    REGULAR = "regular", "Regular"
    NOT_SPECIFIED = "not_specified", "Not specified"


class PartnershipFact(TextChoices):
    """The facts on a partnership itself that sources make claims about."""

    STATED_AREAS = "stated_areas", "Stated number of areas"
    REVIEW_CLAUSE = "review_clause", "Review clause"


class Aspect(TextChoices):
    """The values of a fact, beside its date or its being there, of which a source can
    speak; each is the name of the field that holds the adopted value."""

    PLACE = "place", "Place"
    SIGNATORIES = "signatories", "Signatories"
    REFERENCE = "reference", "Reference"
    LEVEL = "level", "Level"
    AMOUNT_EUR = "amount_eur", "Amount in euro"


class Standing(TextChoices):
    """The relation of a claim to the value that the editors adopted; computed."""

    AGREES = "agrees", "Agrees"
    COMPATIBLE = "compatible", "Compatible"
    DISAGREES = "disagrees", "Disagrees"


class DisagreementState(TextChoices):
    """The state of a fact on which sources disagree: the editors have ruled on it, or
    not yet. Always computed (``querysets.sql.standing``)."""

    OPEN = "open", "Open"
    RULED = "ruled", "Ruled on"


class Alone(TextChoices):
    """The way in which a source is alone with what it says of a fact; computed."""

    ONLY = "only", "No other document speaks of it"
    AGAINST = "against", "No other document says the same"


class Verdict(TextChoices):
    """The relation of a statement in a document to the record, before it is entered."""

    SAME = "same", "Same as the record"
    COMPATIBLE = "compatible", "Compatible"
    NEW = "new", "New"
    MORE_PRECISE = "more_precise", "More precise"
    DISAGREES = "disagrees", "Disagrees"
    CORRECTS = "corrects", "This source said otherwise"


class CheckReason(TextChoices):
    """The reason for which an operation asks to be double-checked."""

    STATUS = "status", "A status moves"
    RULING = "ruling", "A ruling"
    DELETION = "deletion", "A deletion"
    DATE = "date", "A date moves by more than a month"
    IMPORT = "import", "An upload"


class ChangeKind(TextChoices):
    """The kind of a change, so that readers can tell news from corrections."""

    NEW_DEVELOPMENT = "new_development", "New development"
    CORRECTION = "correction", "Correction"
    EDITORIAL = "editorial", "Editorial"
    IMPORT = "import", "Import"


class ChangeCategory(TextChoices):
    """The kind of a change to a reader, computed from its own and what changed."""

    NEW_DEVELOPMENT = ChangeKind.NEW_DEVELOPMENT.value, "News"
    CORRECTION = ChangeKind.CORRECTION.value, "Correction"
    EDITORIAL = ChangeKind.EDITORIAL.value, "Editorial change"
    IMPORT = ChangeKind.IMPORT.value, "Import"
    SOURCE = "source", "New source"
    RULING = "ruling", "Ruling"
    REDACTION = "redaction", "Redaction"
    DAMAGE = "damage", "Damage"


class LeadOrigin(TextChoices):
    """The way by which a lead came in."""

    DESK = "desk", "Noted at the desk"
    REPORT = "report", "A reader's report"
    SOURCE = "source", "A source that is watched"


class SourceNews(TextChoices):
    """News of a source at its address, at which somebody should look."""

    CHANGED = "changed", "Its text changed"
    VANISHED = "vanished", "It is gone"
    UNREACHED = "unreached", "It was not reached three times in a row"
    MOVED = "moved", "It moved"
    SILENT = "silent", "It is silent, while others report"


class LeadOutcome(TextChoices):
    """The end of a lead. Of a report its reader sees it, under the number."""

    ACCEPTED = "accepted", "Accepted: the record was changed"
    ALREADY_RIGHT = "already_right", "Already right: the record says so"
    NOT_SHOWN = "cannot_be_shown", "Cannot be shown: no source carries it"
    REJECTED = "rejected", "Rejected"
