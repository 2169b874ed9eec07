"""Milestones and their sources in sentences, for feed and calendar."""

from datetime import date
from typing import cast

from partnerships.choices import MilestoneKind, Track
from partnerships.dates import PartialDate, day_in_words
from partnerships.models import Claim, Milestone
from partnerships.selectors.facts import Fact
from partnerships.templatetags.claims import claimed_value, standing_label

K = MilestoneKind

_INSTRUMENT = {
    Track.SDP: "Security and Defence Partnership between the European Union and {}",
    Track.SAFE: "agreement on SAFE between the European Union and {}",
}
_EVENT = {
    K.PROPOSED: "The {} was proposed",
    K.EXPLORATORY_TALKS: "Exploratory talks on the {} were held",
    K.REQUESTED: "The {} was requested",
    K.NEGOTIATIONS_RECOMMENDED: "Negotiations on the {} were recommended",
    K.NEGOTIATIONS_AUTHORISED: "Negotiations on the {} were authorised",
    K.NEGOTIATIONS_OPENED: "Negotiations on the {} were opened",
    K.NEGOTIATIONS_CONCLUDED: "Negotiations on the {} were concluded",
    K.TEXT_AGREED: "The text of the {} was agreed",
    K.ENDORSED: "The {} was endorsed by the Council",
    K.SIGNATURE_AUTHORISED: "The signature of the {} was authorised",
    K.SIGNED: "The {} was signed",
    K.PROVISIONALLY_APPLIED: "The {} was provisionally applied",
    K.CONCLUDED: "The {} was concluded",
    K.IN_FORCE: "The {} entered into force",
    K.RESUMED: "The {} was resumed",
    K.SUSPENDED: "The {} was suspended",
    K.ENDED: "The {} ended",
    K.ABANDONED: "The {} was abandoned",
    K.NEGOTIATIONS_FAILED: "Negotiations on the {} failed",
    K.TERMINATED: "The {} was terminated",
    K.DIALOGUE_HELD: "A dialogue under the {} was held",
    K.REVIEWED: "The {} was reviewed",
    K.PUBLISHED: "The {} was published in the Official Journal",
    K.PARLIAMENT_CONSENTED: "The European Parliament consented to the {}",
    K.STATEMENT: "A statement on the {} was made",
}
#: Names of partners that take an article begin or end so.
_BEGINNINGS = ("United ", "Republic of ")
_ENDS = ("Republic", "Islands", "Union", "Netherlands", "Philippines")


def in_a_line(text: str) -> str:
    return " ".join(text.split())


def as_sentence(text: str) -> str:
    """Return the text with a full stop, where it has no end."""
    text = text.strip()
    return text if not text or text.endswith((".", "!", "?", "…")) else f"{text}."


def what_happened(milestone: Milestone) -> str:
    """Return the milestone without its date: "The … with Norway was signed."."""
    return f"{_event(milestone)}."


def when_it_happened(milestone: Milestone) -> str:
    """Return the milestone with its date and place, as far as known."""
    place = in_a_line(milestone.place)
    where = f", in {place}" if place else ""
    return f"{_event(milestone)} {_when(milestone.date)}{where}."


def milestone_of(fact: Fact) -> Milestone:
    return cast(Milestone, fact.about)  # which of all kinds of rows, no type says


def address(milestone: Milestone) -> str:
    """Return the path of the milestone in its record."""
    return f"{milestone.partnership.get_absolute_url()}#milestone-{milestone.pk}"


def details(milestone: Milestone, *, on: date) -> list[str]:
    """Return what is recorded beside date and place, in sentences."""
    sentences = [_uncertainty(milestone, on=on), as_sentence(milestone.note)]
    for name in ("signatories", "reference", "ruling"):
        if text := getattr(milestone, name):
            label = "The editors’ ruling" if name == "ruling" else name.capitalize()
            sentences.append(f"{label}: {as_sentence(text)}")
    return list(filter(None, sentences))


def source_sentence(claim: Claim) -> str:
    """Return what one source says, and how that stands to the record."""
    source = claim.source
    document = f"{in_a_line(source.publisher)}, “{in_a_line(source.title)}”"
    where = f", {in_a_line(claim.locator)}" if claim.locator else ""
    stands = standing_label(claim.standing)
    return f"{document}{where}: {claimed_value(claim)} ({stands})."


def source_count(fact: Fact) -> str:
    """Return how many sources speak of a fact, and how many of them disagree."""
    count = len({claim.source_id for claim in fact.claims})
    if not count:
        return "No source is recorded."
    against = len({claim.source_id for claim in fact.rivals})
    disagree = f", of which {against} disagree{'s' * (against == 1)}" if against else ""
    speak = "source speaks" if count == 1 else "sources speak"
    return f"{count} {speak} of it{disagree}."


def _uncertainty(milestone: Milestone, *, on: date) -> str:
    """Return a sentence where it may have happened by that day, else nothing."""
    if milestone.has_happened(on=on):
        return ""
    return f"By {day_in_words(on)} it may have happened: its day is not known."


def _event(milestone: Milestone) -> str:
    partner = in_a_line(milestone.partnership.partner.name)
    if partner.startswith(_BEGINNINGS) or partner.endswith(_ENDS):
        partner = f"the {partner}"
    instrument = _INSTRUMENT[Track(milestone.track)].format(partner)
    return _EVENT[MilestoneKind(milestone.kind)].format(instrument)


def _when(date: PartialDate) -> str:
    day = date.display()
    if date.earliest is None:
        return day
    if date.has_known_days:
        return f"on {day}"
    return f"at some time in {day}" if "/" in str(date) else f"in {day}"
