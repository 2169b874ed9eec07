"""What a milestone was, in a few words for titles and lists."""

from partnerships.choices import Certainty, MilestoneKind
from partnerships.models import Milestone
from partnerships.text import in_sentence

#: Kinds of events of which the one who acted is named beside them.
ACTS = {
    *(MilestoneKind.PROPOSED, MilestoneKind.REQUESTED, MilestoneKind.STATEMENT),
    MilestoneKind.ANNOUNCED,
}


def event_in_words(milestone: Milestone) -> str:
    """Return what a milestone was, claiming no more than is recorded: "reportedly
    signed", "announced: signed, expected March 2026"."""
    kind = MilestoneKind(milestone.kind)
    by = f" by {milestone.actor}" if kind in ACTS and milestone.actor else ""
    if kind == MilestoneKind.ANNOUNCED:
        words = f"{in_sentence(kind.label)}{by}: {_announced(milestone)}"
    else:
        words = milestone.description or f"{in_sentence(kind.label)}{by}"
    if milestone.certainty == Certainty.REPORTED:
        return f"reportedly {words}"
    if milestone.certainty == Certainty.REJECTED:
        return f"{words} (rejected by the editors)"
    return words


def _announced(milestone: Milestone) -> str:
    kind = in_sentence(MilestoneKind(milestone.announces).label)
    words = milestone.description or kind
    if milestone.expected:
        words += f", expected {milestone.expected.display()}"
    return f"{words}; it came to nothing" if milestone.fell_through else words
